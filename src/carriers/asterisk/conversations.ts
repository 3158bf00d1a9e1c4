import { askBySms } from '../../channels/voice/bySms.ts';
import { entryFor, type Speech, speechOf } from '../../channels/voice/speech.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import { type CommunityRecord, communityByNumber } from '../../fund/communities/index.ts';
import { afterDial } from '../../fund/inquiries/index.ts';
import { underway } from '../../store/pauses.ts';
import { type CallStep, endOfCall, LEAST_MS, takeCallStep } from '../callStep.ts';
import type { CarrierContext } from '../port.ts';
import type { Ear } from './ear.ts';
import type { Line } from './line.ts';
import { CallLeft, CallOver, EventsLost } from './onChannel.ts';

/** A call and its two numbers, in E.164. */
export interface Caller {
  readonly id: string;
  readonly address: string;
  readonly to: string;
  readonly isPlaced: boolean;
}

const RINGS_SECONDS = 25;
const MESSAGE = { recording: { maxLength: 120, finishOnKey: '#', timeout: 4 } } as const;

/** What is said and done in a call. None of these rejects. */
export interface Conversations {
  /** From the call's beginning to its end, or until it is left. */
  converse(line: Line, caller: Caller): Promise<void>;
  /** Somebody whose number is hidden cannot be known. */
  withoutNumber(line: Line): Promise<void>;
  /** A call of another process, which is gone: it ends with a word, and what was keyed is kept. */
  endPolitely(line: Line, caller: Caller): Promise<void>;
  /** Takes no more tries, and waits for the turns under way. */
  stop(): Promise<void>;
}

export function conversations(context: CarrierContext, endpointOf: (number: string) => string): Conversations {
  const { world, log, answer, notify, observe, hearing } = context;
  const turns = underway();
  const takeOne = takeCallStep({ world, answer });
  const take = (step: CallStep) => turns.add(takeOne(step));
  const speech = speechOf({ ...context.speech, world, publicUrl: context.publicUrl });
  const ask = askBySms({ world, answer, notify });
  const after = afterDial(world, context.notify);
  const communityOf = communityByNumber(world);
  const ending = endOfCall<CallStep>({
    take,
    askBySms: ({ id, address, to }, said) => ask({ address, to, key: world.vault.hmac('delivery', 'voice', id, 'bySms') }, said),
    log,
  });
  const over = (caller: Caller, turn: number, recording?: string) =>
    ending.take({ ...caller, turn, keys: '', isHashed: false, isOver: true, ...(recording && { recording }) }).then(() => undefined);

  const heard = async ({ language, community }: { language: string; community?: CommunityRecord }, isSlow = false): Promise<Speech> => ({
    ...(await speech({ language, ...(community && { community }) }, LEAST_MS)),
    isSlow,
  });

  async function converse(line: Line, caller: Caller): Promise<void> {
    let turn = 0;
    try {
      const hears = hearing !== undefined;
      for (let step: CallStep = { ...caller, turn, keys: '', isHashed: false, isOver: false, hears }; ; ) {
        const started = performance.now();
        const said = await take(step);
        observe('voice', said.outcome, (performance.now() - started) / 1_000);
        turn += 1;
        if (said.reply?.outcome === 'askPerson' && said.community) {
          await toPerson(line, caller, said, said.community);
          await line.hangUp();
          break;
        }
        const entered = await sayAndHear(line, said);
        if (!entered) {
          await line.hangUp();
          break;
        }
        step = { ...caller, turn, isOver: false, hears, ...entered };
      }
      await over(caller, turn);
    } catch (error) {
      if (error instanceof CallLeft) return;
      if (error instanceof CallOver) return over(caller, turn, error.recording);
      log.error({ error, channel: 'voice', code: 'call-failed' }, 'A call could not go on');
      await line.hangUp().catch(() => undefined); // Asterisk was not reached
      await over(caller, turn);
    }
  }

  /** Says the answer and waits for what it asks; once more, if events were lost meanwhile. Undefined if nothing is asked. */
  async function sayAndHear(line: Line, { reply, language, community }: Said) {
    const { says = [], asks, adds = [], isSlow = false, listensFor } = reply ?? {};
    const spoken = await heard({ language, ...(community && { community }) }, isSlow);
    for (;;) {
      let ear: Ear | undefined;
      try {
        if (hearing && listensFor) ear = await line.listen((wav, signal) => hearing.hear(wav, { language, expected: listensFor, signal }));
        await line.say([...adds, ...says, ...(asks ? [asks] : [])], spoken, asks !== undefined);
        return asks && (await line.enter(entryFor(asks), ear));
      } catch (error) {
        if (!(error instanceof EventsLost)) throw error;
      } finally {
        await ear?.close();
      }
    }
  }

  /** Connects a caller with the community's person. If nobody answers they may leave a message, which goes into the inbox. */
  async function toPerson(line: Line, caller: Caller, { reply, language }: Said, community: CommunityRecord): Promise<void> {
    const spoken = await heard({ language, community });
    const say = (...says: (Statement | Question)[]) => line.say(says, spoken, false);
    const of = () => ({ community: community._id, channel: 'voice' as const, address: caller.address, at: world.now() });
    await say(...(reply?.says ?? []));
    if ((await line.connect(endpointOf(community.person.phone), community.phone, RINGS_SECONDS)) === 'talked') return after.talked(of());
    await after.nobody(of());
    await say({ key: 'voice.nobody' });
    const { recording } = await line.enter(MESSAGE).catch((error: unknown) => {
      if (error instanceof CallOver && error.recording) return { recording: error.recording };
      throw error;
    });
    if (recording) await after.message(of(), recording);
    await say({ key: recording ? 'voice.messageTaken' : 'voice.willCall' });
  }

  async function saidAndOver(line: Line, says: readonly Statement[], of: { language: string; community?: CommunityRecord }): Promise<void> {
    try {
      await line.answer();
      await line.say(says, await heard(of), false);
      await line.hangUp();
    } catch (error) {
      if (error instanceof CallOver) return;
      log.error({ error, channel: 'voice', code: 'call-failed' }, 'A call could not go on');
      await line.hangUp().catch(() => undefined); // Asterisk was not reached
    }
  }

  return {
    converse,
    withoutNumber: (line) => saidAndOver(line, [{ key: 'voice.noNumber' }], { language: 'zh-CN' }),
    endPolitely: async (line, caller) => {
      const community = await communityOf(caller.to).catch(() => null); // the database is away
      await saidAndOver(line, [{ key: 'voice.callAgain' }], community ? { language: community.language, community } : { language: 'zh-CN' });
      await over(caller, 0);
    },
    stop: async () => {
      ending.stop();
      await turns.ended();
    },
  };
}

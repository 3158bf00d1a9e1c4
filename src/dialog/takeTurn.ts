import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { CodedError } from '../store/codedError.ts';
import { answeredIn, commitTurn, type Ending, lastAnswer, lookingIn, repeatAnswer, repeatedReply, type TurnEnd, unasked } from './commitTurn.ts';
import { type Begun, readPart } from './conversation.ts';
import { converseOn, type StepContext, type StepResult } from './converseOn.ts';
import type { DialogDeps, Identity } from './deps.ts';
import { doubted } from './doubted.ts';
import type { Inbound, Interpretation } from './input.ts';
import { type InTurn, interpretInbound, languageIn, mayCast, wordsOf } from './interpretInbound.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Question, Reply } from './question.ts';
import { acceptedInFlood, floodAt, lastWords, NOTHING_YET, onlySteps, type Recent, seenBefore, unanswered, type Words } from './recent.ts';
import { talkAfter, talkAt } from './talk.ts';
import { newTurn, type Turn } from './turn.ts';
import type { Meaning } from './understand/commandIn.ts';

export interface TurnTaken {
  readonly reply?: Reply;
  readonly language: string;
  readonly outcome: 'answered' | 'repeated' | 'silenced';
}

/** Where a message belongs: the conversation's `_id`, and the community. */
export interface Addressed {
  readonly id: string;
  readonly community: CommunityRecord;
}

const HELD_AGAIN_MS = 40;

/**
 * Takes one turn of a conversation: begin, understand, converse, commit. If another process has gone on with the conversation, the turn
 * is taken again on what is stored now; the third time it claims the conversation first. What an earlier try changed counts once. Rejects
 * if the database is away or the deadline has passed.
 */
export async function takeTurn(deps: DialogDeps, inbound: Inbound, to: Addressed, begins: (turn: Turn) => void): Promise<TurnTaken> {
  for (const isAgain of [false, true]) {
    try {
      return await takeOnce(deps, inbound, to, begins, { begin: asItStands, isAgain });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'overtaken') throw error;
    }
  }
  return takeOnce(deps, inbound, to, begins, { begin: claimed, isAgain: true });
}

async function takeOnce(
  deps: DialogDeps,
  inbound: Inbound,
  { id, community }: Addressed,
  begins: (turn: Turn) => void,
  { begin, isAgain }: { begin: typeof claimed; isAgain: boolean },
): Promise<TurnTaken> {
  const { conversations, world } = deps;
  const language = inbound.language ?? community.language;
  const turn = newTurn(inbound, { community: community._id, language, now: world.now, hold: () => conversations.hold(begun) });
  const begun = await begin(deps, inbound, id, () => deps.lookAhead(turn, mayAct(inbound)));
  try {
    const recent = begun.recent ? readPart<Recent>(world, 'conversationRecent', begun, begun.recent) : NOTHING_YET;
    turn.language = begun.language ?? turn.language;
    const isSeen = seenBefore(recent, inbound.key);
    const same = isSeen && (await conversations.answersOf(begun)).find(({ key }) => key === inbound.key);
    const answered = same ? answeredIn(world, begun, same) : undefined;
    // a try that was overtaken may have kept another receipt than the stored one; the cast gives the stored one
    const isStale = answered?.casts && (isAgain || !(await deps.castOf(turn)));
    if (isSeen && !isStale) {
      const looking = lookingIn(deps, turn, inbound, begun, begun.open && readPart<OpenFlow>(world, 'conversationOpen', begun, begun.open));
      const taken = await repeatAnswer(deps, turn, looking, answered);
      await conversations.release(begun);
      return taken;
    }
    const isAnswered = await deps.mayAnswer(turn, community);
    begins(turn);
    return await take(deps, { inbound, community, begun, recent, turn, isAnswered, wasFirst: answered?.reply.adds !== undefined });
  } catch (error) {
    await conversations.release(begun).catch(deps.report);
    throw error;
  }
}

interface Here extends InTurn {
  readonly community: CommunityRecord;
  /** Whether an answer may be sent. If not, a ballot and what asks nothing back are still done. */
  readonly isAnswered: boolean;
  /** The turn was taken before, and its answer introduced us: whoever gets it now gets the same. */
  readonly wasFirst: boolean;
}

async function take(deps: DialogDeps, { inbound, community, begun, recent, turn, isAnswered, wasFirst }: Here): Promise<TurnTaken> {
  const { language } = turn;
  const flooded = inbound.isCall || inbound.isContinued ? undefined : floodAt(recent, inbound.at);
  const flood = isAnswered ? flooded : unanswered(flooded);
  const ballot = await deps.ballotOf(community._id, inbound.at);
  const talk = talkAt(recent.talk ?? {}, inbound.at);
  const { open, interpretation } = await interpretInbound(deps, { inbound, begun, recent, turn }, ballot, { community, talk });
  const stands = 'stands' in interpretation ? interpretation.stands : undefined;
  const ends: Ending = { inbound, begun, recent, turn, stored: stands ? undefined : open };
  const isBallot = mayCast(interpretation, open, deps.catalogue);
  // the cast needs this and gets the error
  if (isBallot && 'meaning' in interpretation && interpretation.meaning.kind === 'answer') turn.hold().catch(() => undefined);
  const isFirst = wasFirst || begun.revision === 0 || (!inbound.isContinued && onlySteps(recent));
  const said = 'meaning' in interpretation ? wordsOf(inbound, interpretation.meaning, open, turn.alongside !== undefined) : undefined;
  const words = lastWords(recent, inbound.at, said);
  const context: Omit<StepContext, 'meaning'> = {
    inbound,
    open,
    turn,
    community,
    language,
    isFirst,
    hasBallot: ballot.length > 0,
    missed: talk.missed?.count ?? 0,
    lastWords: joined(words),
    wordsBefore: joined(lastWords(recent, inbound.at)),
    lastReply: async () => {
      const before = await lastAnswer(deps, begun);
      return before && repeatedReply(lookingIn(deps, turn, inbound, begun, open), before);
    },
  };
  const inFlood = flood && acceptedInFlood(flood, 'meaning' in interpretation ? interpretation.meaning : undefined, open, deps.catalogue);
  const result = !inFlood || isBallot || inFlood.isTaken ? await goOn(deps, context, interpretation) : undefined;
  const asksForCard = isBallot && result?.open?.role === 'identify';
  if (!result || (inFlood && !(inFlood.isTaken || turn.cast || asksForCard))) {
    if (flood?.told) {
      await deps.conversations.release(begun);
      return { language, outcome: 'silenced' };
    }
    const reply = { says: [{ key: 'common.tooMany' }] };
    await commitTurn(deps, ends, reply, {
      language,
      words: lastWords(recent, inbound.at),
      talk,
      ...(open && { open }),
      ...(flood && { flood: { ...flood, told: true } }),
    });
    return { reply, language, outcome: 'answered' };
  }
  const isDecided = open?.role === 'confirm' && 'meaning' in interpretation && interpretation.meaning.kind === 'answer';
  // what was passed on is not needed any more, and what was not to be passed on must not be
  const meaning = 'meaning' in interpretation ? interpretation.meaning : undefined;
  const inMessage = result.language === language ? languageIn(inbound.input, talk.saidIn?.language) : undefined;
  const saidIn = inMessage ?? result.language;
  const text = 'text' in inbound.input ? inbound.input.text : undefined;
  const after = talkAfter(talk, { text, meaning, reply: result.reply, open: result.open, saidIn: inMessage }, inbound.at);
  const end: TurnEnd = { ...result, talk: after, words: isDecided || result.reply.outcome === 'askPerson' ? [] : words };
  const reply: Reply = isFirst ? { ...result.reply, adds: [{ key: 'common.first' }] } : result.reply;
  if (inFlood?.isUnsaid) {
    await commitTurn(deps, ends, reply, { ...unasked(end, open), talk, flood: inFlood.after, isUnsaid: true });
    return { language: result.language, outcome: 'silenced' };
  }
  await commitTurn(deps, ends, reply, { ...end, saidIn, ...(inFlood && { flood: inFlood.after }) });
  for (const missed of [textMissed(inbound, interpretation, open?.asked), doubted(talk.last, { text, meaning, open })])
    if (missed !== undefined) deps.missed({ community: community._id, sender: begun._id, at: inbound.at, text: missed });
  return { reply, language: saidIn, outcome: 'answered' };
}

/** The text of a message that was not understood; undefined if it was, and where a text or digits were asked for, which are nobody else's business. */
function textMissed({ input }: Inbound, interpretation: Interpretation | { meaning: Meaning }, asked: Question | undefined): string | undefined {
  if (!('text' in input) || input.hasMediaOnly || !('meaning' in interpretation) || interpretation.meaning.kind !== 'unknown') return undefined;
  if (!/[\p{L}\p{N}]/u.test(input.text)) return undefined;
  return asked?.expects === 'freeText' || asked?.expects === 'code' ? undefined : input.text;
}

function joined(words: readonly Words[]): string {
  return words.map(({ text }) => text).join(' / ');
}

async function goOn(
  identity: Identity,
  context: Omit<StepContext, 'meaning'>,
  interpretation: Interpretation | { meaning: Meaning },
): Promise<StepResult & TurnEnd> {
  if (!('meaning' in interpretation)) return { ...interpretation, language: context.language, ...(context.open && { open: context.open }) };
  if ('onlyFirst' in interpretation && interpretation.onlyFirst) context.turn.onlyFirst = true;
  const result = await converseOn(identity, { ...context, meaning: interpretation.meaning });
  if (!('finish' in interpretation)) return result;
  const { until, ...told } = interpretation.finish(result);
  return { ...result, ...told, ...(result.open && until && { open: { ...result.open, until } }) };
}

/** The conversation as it is stored; if another turn holds it, it is claimed. */
async function asItStands(deps: DialogDeps, inbound: Inbound, id: string, asks: () => void): Promise<Begun> {
  return (await deps.conversations.begin(id, inbound.key, asks)) ?? claimed(deps, inbound, id, asks);
}

/** Claims the conversation; tries again until the turn's deadline while another turn holds it. Rejects with `conversation-held`. */
async function claimed({ conversations, world }: DialogDeps, inbound: Inbound, id: string, asks: () => void): Promise<Begun> {
  for (;;) {
    const begun = await conversations.claim(id, inbound.key, asks);
    if (begun) return begun;
    if (world.now().getTime() + HELD_AGAIN_MS >= inbound.deadline)
      throw new CodedError('conversation-held', 'Another turn of this address is still under way; send the message again.');
    await sleep(HELD_AGAIN_MS);
  }
}

/** Whether this message is likely to need to know who acts. Words without a number seldom record anything. */
function mayAct({ input }: Inbound): boolean {
  return !('text' in input) || /\d/.test(input.text);
}

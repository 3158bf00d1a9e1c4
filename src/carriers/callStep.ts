import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard } from '../channels/voice/callState.ts';
import { interpretInCall, readBackInCall } from '../channels/voice/liveCalls.ts';
import { canReceiveSms } from '../contacts/phone.ts';
import type { Said } from '../dialog/dialog.ts';
import type { Inbound } from '../dialog/input.ts';
import { CodedError } from '../store/codedError.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';

/** One step of a call, whichever carrier brings it. */
export interface CallStep {
  /** The carrier's id of the call. */
  readonly id: string;
  /** The phone at the other end, and our number in the call, in E.164. */
  readonly address: string;
  readonly to: string;
  readonly isPlaced: boolean;
  /** 0 when a call begins. */
  readonly turn: number;
  /** What was entered, without the `#` that ended it; empty for silence. */
  readonly keys: string;
  readonly isHashed: boolean;
  /** The carrier's id of what was recorded. */
  readonly recording?: string;
  /** What was said, on a line that hears words. */
  readonly heard?: Heard;
  /** The line hears words. */
  readonly hears?: boolean;
  /** The call is over. */
  readonly isOver: boolean;
}

/** The answer to a step of a call is given within 4 s, including the way back to the carrier. Milliseconds. */
export const STEP_MS = 3_600;
/** After the end of a call only the carrier waits. Milliseconds. */
const END_MS = 7_500;
/** The search for what was recorded gets at least this time, even if the deadline has passed. Milliseconds. */
export const LEAST_MS = 200;

/** Takes a step of a call, or its end, to the dialog. The same step counts once. */
export function takeCallStep({
  world,
  answer,
}: {
  world: World;
  answer: (inbound: Inbound) => Promise<Said>;
}): (step: CallStep, at?: Date) => Promise<Said> {
  return async ({ id, address, to, isPlaced, turn, keys, isHashed, recording, heard, hears, isOver }, at = world.now()) => {
    const step = {
      call: world.vault.hmac('call', id).slice(0, 16),
      turn,
      keys,
      isHashed,
      ...(recording && { recording }),
      ...(heard && { heard }),
      ...(hears && { hears }),
      isOver,
      isPlaced,
      isMobile: canReceiveSms({ channel: 'voice', address }) === 'yes',
      at: at.getTime(),
    };
    return answer({
      channel: 'voice',
      address,
      to,
      key: world.vault.hmac('delivery', 'voice', id, isOver && recording === undefined ? 'over' : String(turn)),
      at,
      deadline: at.getTime() + (isOver ? END_MS : STEP_MS),
      input: { interpret: interpretInCall(step), readBack: readBackInCall(step) },
      isCall: true,
      isContinued: isOver || turn > 0,
      isPlaced,
    });
  };
}

export interface EndDeps<End> {
  readonly take: (end: End) => Promise<Said>;
  /** Asks by SMS for the `是` that casts the choice which the end of the call interrupted; false if the question could not be recorded. */
  readonly askBySms: (end: End, said: Said) => Promise<boolean>;
  readonly log: Pick<Log, 'error'>;
  /** The times between the tries, in milliseconds; half a minute in all if absent. */
  readonly waitsMs?: readonly number[];
}

export interface EndOfCall<End> {
  /**
   * Takes the step that ended a call. If it could not be recorded, it is tried again a few times by itself. It is the same step each time, so it
   * counts once.
   */
  readonly take: (end: End) => Promise<Said>;
  /** Stops further tries. */
  readonly stop: () => void;
}

const WAITS_MS = [1_000, 3_000, 8_000, 18_000];

/** Handles the end of a call. Nobody hears an apology any more, and the carrier reports the end once: a failure here must not lose what was heard. */
export function endOfCall<End>({ take, askBySms, log, waitsMs = WAITS_MS }: EndDeps<End>): EndOfCall<End> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const report = (error: unknown) => log.error({ error, channel: 'voice', code: 'end-not-recorded' }, 'The end of a call could not be recorded');

  const once = async (end: End) => {
    const said = await take(end);
    const asked = isApology(said) ? false : await askBySms(end, said).catch(report);
    return { said, isDone: asked === true };
  };
  const again = async (end: End) => {
    for (const ms of waitsMs) {
      await sleep(ms, undefined, { ref: false, signal: stopping.signal });
      if ((await once(end)).isDone) return;
    }
    throw new CodedError('end-not-recorded', 'What a call ended with could not be recorded for half a minute; it is lost.');
  };
  return {
    take: async (end) => {
      const { said, isDone } = await once(end);
      if (!isDone) again(end).catch((error: unknown) => stopping.signal.aborted || report(error));
      return said;
    },
    stop: () => stopping.abort(),
  };
}

function isApology({ outcome }: Said): boolean {
  return outcome === 'nothingRecorded' || outcome === 'notKnown';
}

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Said } from '../../dialog/dialog.ts';
import type { Log } from '../../logger.ts';
import { CodedError } from '../../store/codedError.ts';

type Form = Readonly<Record<string, string>>;

export interface EndMeans {
  readonly take: (form: Form, turn: number) => Promise<Said>;
  /** Asks by SMS for the `是` that casts what a call was cut off with; false where that could not be recorded. */
  readonly askBySms: (form: Form, said: Said) => Promise<boolean>;
  readonly log: Pick<Log, 'error'>;
}

export interface EndOfCall {
  /** Takes the step that ended a call; where it could not be recorded, again by itself a few times, each time the same step, which counts once. */
  readonly take: (form: Form, turn: number) => Promise<Said>;
  /** No more tries. */
  readonly stop: () => void;
}

/** Between the tries: half a minute in all. */
const WAITS_MS = [1_000, 3_000, 8_000, 18_000];

/** The end of a call. Nobody hears an apology any more, and the carrier tells of it once: what was heard must not be lost over it. */
export function endOfCall({ take, askBySms, log }: EndMeans): EndOfCall {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const report = (error: unknown) => log.error({ error, channel: 'voice', code: 'END_NOT_RECORDED' }, 'The end of a call could not be recorded');

  const once = async (form: Form, turn: number) => {
    const said = await take(form, turn);
    const asked = isApology(said) ? false : await askBySms(form, said).catch(report);
    return { said, isDone: asked === true };
  };
  const again = async (form: Form, turn: number) => {
    for (const ms of WAITS_MS) {
      await sleep(ms, undefined, { ref: false, signal: stopping.signal });
      if ((await once(form, turn)).isDone) return;
    }
    throw new CodedError('end-not-recorded', 'What a call ended with could not be recorded for half a minute; it is lost.');
  };
  return {
    take: async (form, turn) => {
      const { said, isDone } = await once(form, turn);
      if (!isDone) again(form, turn).catch((error: unknown) => stopping.signal.aborted || report(error));
      return said;
    },
    stop: () => stopping.abort(),
  };
}

function isApology({ outcome }: Said): boolean {
  return outcome === 'nothingRecorded' || outcome === 'notKnown';
}

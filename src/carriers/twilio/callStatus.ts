import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Said } from '../../dialog/dialog.ts';
import { CodedError } from '../../store/codedError.ts';
import type { Log } from '../../store/log.ts';
import { type FormHandler, queryOf } from '../form.ts';
import type { CarrierStatus, RecordStatus } from '../sending.ts';
import { hasEnded } from './callForm.ts';

export interface StatusDeps {
  /** Takes the end of a call. */
  readonly take: (form: Readonly<Record<string, string>>, turn: number) => Promise<Said>;
  readonly log: Pick<Log, 'error'>;
}

/** `POST /twilio/status`, behind `signedForm`, for calls: 204. A status of a message goes on to the next handler. */
export function callStatus({ take, log }: StatusDeps): FormHandler {
  return async (_, response, next) => {
    const { form } = response.locals;
    if (!form.CallSid || form.MessageSid) return next();
    if (!form.From || !form.To || !form.CallStatus) return void response.status(400).type('text/plain').send('From, To and CallStatus are missing\n');
    try {
      if (hasEnded(form)) await take(form, 0);
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'voice', code: 'status-not-recorded' }, 'The end of a call could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

type Form = Readonly<Record<string, string>>;

export interface EndDeps {
  readonly take: (form: Form, turn: number) => Promise<Said>;
  /** Asks by SMS for the `是` that casts the choice which the end of the call interrupted; false if the question could not be recorded. */
  readonly askBySms: (form: Form, said: Said) => Promise<boolean>;
  readonly log: Pick<Log, 'error'>;
  /** The times between the tries, in milliseconds; half a minute in all if absent. */
  readonly waitsMs?: readonly number[];
}

export interface EndOfCall {
  /**
   * Takes the step that ended a call. If it could not be recorded, it is tried again a few times by itself. It is the same step each time, so it
   * counts once.
   */
  readonly take: (form: Form, turn: number) => Promise<Said>;
  /** Stops further tries. */
  readonly stop: () => void;
}

const WAITS_MS = [1_000, 3_000, 8_000, 18_000];

/** Handles the end of a call. Nobody hears an apology any more, and the carrier reports the end once: a failure here must not lose what was heard. */
export function endOfCall({ take, askBySms, log, waitsMs = WAITS_MS }: EndDeps): EndOfCall {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const report = (error: unknown) => log.error({ error, channel: 'voice', code: 'end-not-recorded' }, 'The end of a call could not be recorded');

  const once = async (form: Form, turn: number) => {
    const said = await take(form, turn);
    const asked = isApology(said) ? false : await askBySms(form, said).catch(report);
    return { said, isDone: asked === true };
  };
  const again = async (form: Form, turn: number) => {
    for (const ms of waitsMs) {
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

/** What the end of a call means for the message for which it was placed. A word that is not listed here changes nothing. */
const STATES: Readonly<Record<string, CarrierStatus['state']>> = {
  completed: 'delivered',
  busy: 'failed',
  'no-answer': 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/**
 * `POST /twilio/status`, behind `signedForm`, for calls that speak a message: 204, or 503 if the database is away. Anything else goes on to the next
 * handler.
 */
export function messageStatus(record: RecordStatus, log: Pick<Log, 'error'>): FormHandler {
  return async (request, response, next) => {
    const { CallSid, CallStatus = '' } = response.locals.form;
    const ref = queryOf(request.originalUrl).get('ref');
    if (!CallSid || !ref) return next();
    const state = Object.hasOwn(STATES, CallStatus) ? STATES[CallStatus] : undefined;
    try {
      if (state) await record({ ref, carrierId: CallSid, state, ...(state === 'failed' && { reason: `call.${CallStatus}` }) });
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'voice', code: 'status-not-recorded' }, 'A status callback could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

import type { Said } from '../../dialog/dialog.ts';
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

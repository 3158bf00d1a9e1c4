import type { Log } from '../../logger.ts';
import { type CarrierStatus, carrierStatus } from '../../outreach/carrierStatus.ts';
import type { World } from '../../store/world.ts';
import { queryOf } from '../queryOf.ts';
import type { FormHandler } from './formHandler.ts';

/** What the end of a call means for the message that it was placed for; a word that is not here changes nothing. */
const STATES: Readonly<Record<string, CarrierStatus['state']>> = {
  completed: 'delivered',
  busy: 'failed',
  'no-answer': 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** `POST /twilio/status`, behind `signedForm`, for calls that speak a message: 204, or 503 where the database is away. Anything else goes on to the next handler. */
export function messageStatus(world: World, log: Pick<Log, 'error'>): FormHandler {
  const record = carrierStatus(world);
  return async (request, response, next) => {
    const { CallSid, CallStatus = '' } = response.locals.form;
    const ref = queryOf(request.originalUrl).get('ref');
    if (!CallSid || !ref) return next();
    const state = Object.hasOwn(STATES, CallStatus) ? STATES[CallStatus] : undefined;
    try {
      if (state) await record({ ref, carrierId: CallSid, state, ...(state === 'failed' && { reason: `call.${CallStatus}` }) });
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'voice', code: 'STATUS_NOT_RECORDED' }, 'A status callback could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

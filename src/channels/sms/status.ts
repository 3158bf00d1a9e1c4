import type { Log } from '../../logger.ts';
import { type CarrierStatus, carrierStatus } from '../../outreach/carrierStatus.ts';
import type { World } from '../../store/world.ts';
import { queryOf } from '../queryOf.ts';
import type { FormHandler } from './signed.ts';

/** What Twilio's `MessageStatus` means for the outbox; a word that is not here changes nothing. */
const STATES: Readonly<Record<string, CarrierStatus['state']>> = {
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
const OPTED_OUT = '21610';

/** `POST /twilio/status`, behind `signedForm`: 204; 400 where the form names no message; 503 where the database is away. */
export function status(world: World, log: Pick<Log, 'error'>): FormHandler {
  const record = carrierStatus(world);
  return async (request, response) => {
    const { MessageSid, MessageStatus, ErrorCode } = response.locals.form;
    if (!MessageSid || !MessageStatus) return void response.status(400).type('text/plain').send('MessageSid and MessageStatus are missing\n');
    const state = Object.hasOwn(STATES, MessageStatus) ? STATES[MessageStatus] : undefined;
    const ref = queryOf(request.originalUrl).get('ref') ?? undefined;
    try {
      if (state === 'failed') await record({ ref, carrierId: MessageSid, ...failure(MessageStatus, ErrorCode) });
      else if (state) await record({ ref, carrierId: MessageSid, state });
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'sms', code: 'STATUS_NOT_RECORDED' }, 'A status callback could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}

function failure(word: string, code: string | undefined): Pick<CarrierStatus, 'state' | 'reason'> {
  if (code === OPTED_OUT) return { state: 'stopped' };
  return { state: 'failed', reason: code ? `twilio.${code}` : word };
}

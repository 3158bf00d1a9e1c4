import { type AskDeps, askBySms } from '../../channels/voice/bySms.ts';
import { type SpeechDeps, speechOf } from '../../channels/voice/speech.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Log } from '../../store/log.ts';
import { endOfCall } from '../callStep.ts';
import { type FormHandler, queryOf } from '../form.ts';
import type { CarrierStatus, RecordStatus, Sent } from '../sending.ts';
import { afterPerson } from './afterPerson.ts';
import { type Placing, sayText } from './placedCall.ts';
import { type AskCallBack, callBack, endsOf, hasEnded, receiveVoice, takeStep } from './voiceReceive.ts';

export interface VoiceChannelDeps extends SpeechDeps {
  readonly log: Log;
  /** Places a call by the carrier. Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly notify: AskDeps['notify'];
  readonly askCallBack: AskCallBack;
  readonly recordStatus: RecordStatus;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
  /** Whether Twilio is to recognise speech on a call. */
  readonly hears: (form: Readonly<Record<string, string>>) => boolean;
}

export interface VoiceChannel {
  /** The handlers by address; each runs behind `signedForm`. */
  readonly handlers: Readonly<Record<string, readonly FormHandler[]>>;
  /** `POST /twilio/status`, for the status of a call; any other status goes on to the next handler. */
  readonly status: readonly FormHandler[];
  /** Places a call that becomes a conversation. Does not reject. */
  readonly placeCall: (call: Pick<Placing, 'to' | 'from' | 'signal'>) => Promise<Sent>;
  readonly stop: () => Promise<void>;
}

/** Puts the parts of the voice line together. */
export function voiceChannel(deps: VoiceChannelDeps): VoiceChannel {
  const { world, log, publicUrl, placeCall, answer, notify, askCallBack, recordStatus, observe, hears } = deps;
  const speech = speechOf(deps);
  const ask = askBySms({ world, answer, notify });
  const take = takeStep({ world, answer, hears });
  const ending = endOfCall<{ readonly form: Readonly<Record<string, string>>; readonly turn: number }>({
    take: ({ form, turn }) => take(form, turn),
    askBySms: ({ form }, said) => ask({ ...endsOf(form), key: world.vault.hmac('delivery', 'voice', form.CallSid ?? '', 'bySms') }, said),
    log,
  });
  const takeEnd = (form: Readonly<Record<string, string>>, turn: number) => ending.take({ form, turn });
  const addresses = { url: `${publicUrl}/twilio/voice`, statusCallback: `${publicUrl}/twilio/status` };
  return {
    handlers: {
      '/twilio/voice': [callBack(world, askCallBack, log), receiveVoice({ world, publicUrl, answer, speech, takeEnd, observe, hears })],
      '/twilio/voice/text': [sayText(world, recordStatus)],
      '/twilio/voice/person': [afterPerson({ world, log, publicUrl, speech, notify })],
    },
    status: [messageStatus(recordStatus, log), callStatus({ take: takeEnd, log })],
    placeCall: (placing) => placeCall({ ...placing, ...addresses }),
    stop: async () => ending.stop(),
  };
}

interface StatusDeps {
  /** Takes the end of a call. */
  readonly take: (form: Readonly<Record<string, string>>, turn: number) => Promise<Said>;
  readonly log: Pick<Log, 'error'>;
}

/** `POST /twilio/status`, behind `signedForm`, for calls: 204. A status of a message goes on to the next handler. */
function callStatus({ take, log }: StatusDeps): FormHandler {
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
function messageStatus(record: RecordStatus, log: Pick<Log, 'error'>): FormHandler {
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

import { type AskDeps, askBySms } from '../../channels/voice/bySms.ts';
import { type SpeechDeps, speechOf } from '../../channels/voice/speech.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Log } from '../../store/log.ts';
import { endOfCall } from '../endOfCall.ts';
import type { FormHandler } from '../form.ts';
import type { RecordStatus, Sent } from '../sending.ts';
import { afterPerson } from './afterPerson.ts';
import { type AskCallBack, callBack } from './callBack.ts';
import { endsOf } from './callForm.ts';
import { callStatus, messageStatus } from './callStatus.ts';
import { type Placing, sayText } from './placedCall.ts';
import { receiveVoice, takeStep } from './voiceReceive.ts';

export interface VoiceChannelDeps extends SpeechDeps {
  readonly log: Log;
  /** Places a call by the carrier. Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly notify: AskDeps['notify'];
  readonly askCallBack: AskCallBack;
  readonly recordStatus: RecordStatus;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
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
  const { world, log, publicUrl, placeCall, answer, notify, askCallBack, recordStatus, observe } = deps;
  const speech = speechOf(deps);
  const ask = askBySms({ world, answer, notify });
  const take = takeStep({ world, answer });
  const ending = endOfCall<{ readonly form: Readonly<Record<string, string>>; readonly turn: number }>({
    take: ({ form, turn }) => take(form, turn),
    askBySms: ({ form }, said) => ask({ ...endsOf(form), key: world.vault.hmac('delivery', 'voice', form.CallSid ?? '', 'bySms') }, said),
    log,
  });
  const takeEnd = (form: Readonly<Record<string, string>>, turn: number) => ending.take({ form, turn });
  const addresses = { url: `${publicUrl}/twilio/voice`, statusCallback: `${publicUrl}/twilio/status` };
  return {
    handlers: {
      '/twilio/voice': [callBack(world, askCallBack, log), receiveVoice({ world, publicUrl, answer, speech, takeEnd, observe })],
      '/twilio/voice/text': [sayText(world, recordStatus)],
      '/twilio/voice/person': [afterPerson({ world, log, publicUrl, speech, notify })],
    },
    status: [messageStatus(recordStatus, log), callStatus({ take: takeEnd, log })],
    placeCall: (placing) => placeCall({ ...placing, ...addresses }),
    stop: async () => ending.stop(),
  };
}

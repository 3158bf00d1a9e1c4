import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/inbound.ts';
import type { RecordingSource } from '../../fund/recordings/workRecordings.ts';
import type { Log } from '../../logger.ts';
import { placeCallBacks } from '../../outreach/callBacks/placeCallBacks.ts';
import type { Outgoing } from '../../outreach/recordOf.ts';
import type { Send, Sent } from '../../outreach/send.ts';
import { afterPerson } from './afterPerson.ts';
import { askBySms } from './askBySms.ts';
import { type CallAccount, call } from './call.ts';
import { callBack } from './callBack.ts';
import { callStatus } from './callStatus.ts';
import { demoRecordings } from './demoRecordings.ts';
import { endOfCall } from './endOfCall.ts';
import type { FormHandler } from './formHandler.ts';
import { messageStatus } from './messageStatus.ts';
import { placeCall } from './placeCall.ts';
import { receiveVoice, takeStep } from './receive.ts';
import { sayText } from './sayText.ts';
import { type SpeechMeans, speechOf } from './speechOf.ts';
import { twilioRecordings } from './twilioRecordings.ts';

export interface VoiceChannelMeans extends SpeechMeans {
  readonly log: Log;
  /** Without one, in the demo, nobody is called and what is spoken is not kept. */
  readonly account?: Omit<CallAccount, 'publicUrl'>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly tell: (outgoing: Outgoing) => Promise<void>;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

export interface VoiceChannel {
  /** By address; each stands behind `signedForm`. */
  readonly handlers: Readonly<Record<string, readonly FormHandler[]>>;
  /** `POST /twilio/status`, for what is about a call; else it goes on to the next handler. */
  readonly status: readonly FormHandler[];
  /** For the outbox. */
  readonly send: Send;
  /** What has to be looked at again and again. */
  /** Where what was spoken is kept at first. */
  readonly recordings: RecordingSource;
  readonly jobs: { readonly callBacks: () => Promise<void> };
  readonly stop: () => Promise<void>;
}

/** The voice line, put together. */
export function voiceChannel(means: VoiceChannelMeans): VoiceChannel {
  const { world, log, publicUrl, account, answer, tell, observe } = means;
  const speech = speechOf(means);
  const place = account && placeCall(account);
  const ending = endOfCall({ take: takeStep({ world, answer }), askBySms: askBySms({ world, answer, tell }), log });
  const addresses = { url: `${publicUrl}/twilio/voice`, statusCallback: `${publicUrl}/twilio/status` };
  return {
    handlers: {
      '/twilio/voice': [callBack(world, log), receiveVoice({ world, publicUrl, answer, speech, takeEnd: ending.take, observe })],
      '/twilio/voice/text': [sayText(world)],
      '/twilio/voice/person': [afterPerson({ world, log, publicUrl, speech, tell })],
    },
    status: [messageStatus(world, log), callStatus({ take: ending.take, log })],
    send: account ? call({ ...account, publicUrl }, world) : async ({ ref }) => ({ state: 'sent', carrierId: `demo-${ref}` }),
    recordings: account ? twilioRecordings(account) : demoRecordings,
    jobs: {
      callBacks: placeCallBacks(world, (placing) => place?.({ ...placing, ...addresses }) ?? Promise.resolve(NOBODY)),
    },
    stop: async () => ending.stop(),
  };
}

const NOBODY: Sent = { state: 'failed', reason: 'demo' };

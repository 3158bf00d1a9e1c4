import type { Carrier, House, ReadyCarrier } from '../port.ts';
import type { Send, Sent } from '../sending.ts';
import { twilioPictures } from './pictures.ts';
import { call, type Placing, placeCall } from './placedCall.ts';
import { twilioRecordings } from './recordings.ts';
import type { TwilioSettings } from './settings.ts';
import { signedForm } from './signedForm.ts';
import { receiveSms, sendSms, status } from './sms.ts';
import { voiceChannel } from './voiceChannel.ts';

/** Twilio: SMS and the keypad line. */
export function twilio(settings: TwilioSettings): ReadyCarrier {
  return {
    recordings: twilioRecordings(settings),
    pictures: twilioPictures(settings),
    open: (house) => {
      const { world, publicUrl } = house;
      const account = { ...settings, publicUrl };
      return twilioDoors(house, {
        authToken: settings.authToken,
        sendSms: sendSms(account),
        sendCall: call(account, world),
        placeCall: placeCall(settings),
      });
    },
  };
}

/** The ways out to Twilio's REST API, or what is played in their place. */
export interface TwilioRest {
  /** Twilio signs its requests with this token. */
  readonly authToken: string;
  readonly sendSms: Send;
  /** Sends a message as a call that speaks it. */
  readonly sendCall: Send;
  /** Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
}

/** Twilio's doors, over these ways out. */
export function twilioDoors(house: House, { authToken, sendSms, sendCall, placeCall }: TwilioRest): Carrier {
  const { world, log, publicUrl, answer, text, recordStatus, notify, askCallBack, speech, observe } = house;
  const signed = signedForm({ authToken, publicUrl });
  const voice = voiceChannel({
    ...speech,
    world,
    log,
    publicUrl,
    placeCall,
    answer,
    notify,
    askCallBack,
    recordStatus,
    observe: (outcome, seconds) => observe('voice', outcome, seconds),
  });
  const sms = receiveSms({ world, answer, text, observe: (outcome, seconds) => observe('sms', outcome, seconds) });
  return {
    doors: [
      { path: '/twilio/sms', handlers: [signed, sms] },
      ...Object.entries(voice.handlers).map(([path, handlers]) => ({ path, handlers: [signed, ...handlers] })),
      { path: '/twilio/status', handlers: [signed, ...voice.status, status(recordStatus, log)] },
    ],
    sms: sendSms,
    voice: { send: sendCall, placeCall: voice.placeCall },
    stop: voice.stop,
  };
}

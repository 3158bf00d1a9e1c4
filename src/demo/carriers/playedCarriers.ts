import { createHash } from 'node:crypto';
import type { Carriers } from '../../carriers/carriers.ts';
import { type TwilioRest, twilioDoors } from '../../carriers/twilio/carrier.ts';
import { type Api, ApiError, type TappableMenu } from '../../carriers/wechat/puppet/src/api.ts';
import type { AccountKeys } from '../../carriers/wechat/puppet/src/verify.ts';
import type { RecordingSource } from '../../fund/inquiries/index.ts';

/** Is notified of the messages that the service starts. */
export interface Arrivals {
  /** A text; `ref` is its name in a carrier's status callbacks. */
  sms(text: { readonly to: string; readonly text: string; readonly ref: string }): void;
  chat(message: ChatArrival): void;
}

/** A message of the official account: a text, or a menu to tap. */
export interface ChatArrival {
  readonly openid: string;
  readonly text?: string;
  readonly menu?: TappableMenu;
}

/**
 * Carriers that are played on this machine: a message of the service arrives at once, and nobody is called. `npm run chat` reads texts from the
 * outbox; `arrivals` is for the phones in the browser. The code that plays the other side signs with `token`.
 */
export function playedCarriers(token: string, arrivals?: Arrivals): Carriers {
  return {
    channels: ['sms', 'wechat'],
    phone: new Map([['twilio', { open: (house) => twilioDoors(house, playedRest(token, arrivals)) }]]),
    wechat: [{ keys: playedAccount(token), api: playedApi(arrivals), hasBot: false }],
    recordings: silentRecordings,
  };
}

/** The field by which a played call says that its line hears words. */
export const HEARS = 'DemoHears';

function playedRest(authToken: string, arrivals?: Arrivals): TwilioRest {
  return {
    accountSid: 'ACdemo',
    authToken,
    sendSms: async ({ to, text, ref }) => {
      arrivals?.sms({ to, text, ref });
      return { state: 'sent', carrierId: `demo-${ref}` };
    },
    sendCall: async ({ ref }) => ({ state: 'sent', carrierId: `demo-${ref}` }),
    placeCall: async () => ({ state: 'failed', reason: 'demo' }),
    hears: (form) => form[HEARS] !== undefined,
  };
}

/** The official account that is played; its keys are derived from the token. */
export function playedAccount(token: string): AccountKeys & { readonly account: string } {
  const made = (what: string) => createHash('sha256').update(`wechat ${what} ${token}`).digest('base64');
  return { appId: 'wxdemo', account: 'gh_demo', token: made('token').replace(/\W/g, '').slice(0, 32), aesKey: made('aes key').slice(0, 43) };
}

const NO_MEDIA = 40007;
const NO_SUCH_CALL = 48001;

function playedApi(arrivals?: Arrivals): Api {
  return {
    call: () => Promise.reject(new ApiError(NO_SUCH_CALL)),
    media: () => Promise.reject(new ApiError(NO_MEDIA)),
    sendText: async (openid, text) => arrivals?.chat({ openid, text }),
    sendMenu: async (openid, menu) => arrivals?.chat({ openid, menu }),
  };
}

/** A frame of MPEG-2 Layer III in which nothing is heard: 32 kbit/s, 16 kHz, 36 ms. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xf3, 0x48, 0xc4]), Buffer.alloc(140)]);
const A_SECOND = 28;

/** Every recording is a second of silence. */
const silentRecordings: RecordingSource = {
  fetch: async () => ({ bytes: Buffer.concat(Array.from({ length: A_SECOND }, () => FRAME)) }),
  remove: async () => true,
};

import type { Channel } from '../contacts/channel.ts';
import type { RecordingSource } from '../fund/inquiries/index.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import type { Send, Sent } from './sending.ts';
import { type CallAccount, call, type Placing, placeCall } from './twilio/placedCall.ts';
import { twilioRecordings } from './twilio/recordings.ts';
import { sendSms } from './twilio/sms.ts';
import { type ApiAccount, accountApi } from './wechat/accountApi.ts';
import type { AccountKeys } from './wechat/puppet/src/verify.ts';
import { voiceMessages } from './wechat/receive.ts';
import { recordDeliveryMode, type WechatCarrier } from './wechat/wechatChannel.ts';

/** The companies that bring messages and calls to the service and deliver its own, or played carriers in their place. */
export interface Carriers {
  /** The channels over which the service can be the first to write to somebody. */
  readonly channels: readonly Channel[];
  /** The carrier of text messages and calls. */
  readonly phone?: PhoneCarrier;
  readonly wechat?: WechatCarrier;
  /** Where recordings are kept at first. */
  readonly recordings?: RecordingSource;
}

export interface PhoneCarrier {
  /** The carrier signs its requests with this token. */
  readonly authToken: string;
  readonly sendSms: Send;
  /** Sends a message as a call that speaks it. */
  readonly sendCall: Send;
  /** Places a call that becomes a conversation. Does not reject. */
  readonly placeCall: (placing: Placing) => Promise<Sent>;
}

export interface CarrierSettings {
  readonly log: Log;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  readonly twilio?: Omit<CallAccount, 'publicUrl'> | undefined;
  readonly wechat?: WechatAccount | undefined;
}

/** The account's settings (docs/contract.md: Settings). */
export type WechatAccount = AccountKeys & ApiAccount;

/** The carriers that are set up: Twilio, WeChat, both or none. */
export async function realCarriers(world: World, { log, publicUrl, twilio, wechat }: CarrierSettings): Promise<Carriers> {
  const api = wechat && accountApi(world, wechat);
  const spoken = twilio && twilioRecordings(twilio);
  const recordings = api ? voiceMessages(api, spoken) : spoken;
  return {
    channels: channelsOf({ twilio, wechat }),
    ...(twilio && {
      phone: {
        authToken: twilio.authToken,
        sendSms: sendSms({ ...twilio, publicUrl }),
        sendCall: call({ ...twilio, publicUrl }, world),
        placeCall: placeCall(twilio),
      },
    }),
    ...(wechat && api && { wechat: { keys: wechat, api, observe: await recordDeliveryMode(world, log), hasBot: true } }),
    ...(recordings && { recordings }),
  };
}

/** The channels over which the carriers that are set up can deliver a message that the service starts. */
export function channelsOf({ twilio, wechat }: { readonly twilio?: object | undefined; readonly wechat?: object | undefined }): Channel[] {
  return [...(twilio ? (['sms', 'voice'] as const) : []), ...(wechat ? (['wechat'] as const) : [])];
}

export const CHANNEL_NAMES = ['sms', 'voice', 'wechat'] as const;
export type Channel = (typeof CHANNEL_NAMES)[number];

/** The properties of a channel that others decide by. Nothing outside the channels and their carriers asks for a channel's name. */
interface ChannelDescription {
  /** The channel under which its addresses are kept: a phone is the same by message and by call. */
  readonly keptAs: Channel;
  /** Its addresses are phone numbers, which can be called and stand in the roster. Else they are chats, of which a resident has one. */
  readonly isPhone: boolean;
  /** It is a call: its words are heard while it lasts. */
  readonly isSpoken: boolean;
  /** The carrier knows the sender. Else the sender can be forged. */
  readonly isSenderProved: boolean;
  /** An answer reaches only the person who holds the address. Else it reaches whoever claims to have it. */
  readonly isAnswerPrivate: boolean;
  /** Each answer costs money. */
  readonly isAnswerPaid: boolean;
  /** Landlines cannot be reached. */
  readonly needsMobile: boolean;
  /** The unit in which messages that we start are counted. */
  readonly unit: 'segment' | 'minute' | 'message';
  /** Messages that we start cost nothing. */
  readonly isFree: boolean;
  /** Messages a second if `community.yaml` says nothing. */
  readonly perSecond: number;
  /** Messages that we start are tried first on the channel with the smallest number. */
  readonly order: number;
}

export const CHANNELS: Readonly<Record<Channel, ChannelDescription>> = {
  sms: {
    keptAs: 'sms',
    isPhone: true,
    isSpoken: false,
    isSenderProved: false,
    isAnswerPrivate: true,
    isAnswerPaid: true,
    needsMobile: true,
    unit: 'segment',
    isFree: false,
    perSecond: 10,
    order: 2,
  },
  voice: {
    keptAs: 'sms',
    isPhone: true,
    isSpoken: true,
    isSenderProved: false,
    isAnswerPrivate: false,
    isAnswerPaid: false,
    needsMobile: false,
    unit: 'minute',
    isFree: false,
    perSecond: 1,
    order: 3,
  },
  wechat: {
    keptAs: 'wechat',
    isPhone: false,
    isSpoken: false,
    isSenderProved: true,
    isAnswerPrivate: true,
    isAnswerPaid: false,
    needsMobile: false,
    unit: 'message',
    isFree: true,
    perSecond: 20,
    order: 1,
  },
};

/** The carriers of phones that a community may name (`src/carriers/carriers.ts`). */
export const CARRIER_NAMES = ['twilio', 'kannel', 'mas', 'aliyun', 'asterisk'] as const;
export type CarrierName = (typeof CARRIER_NAMES)[number];

/** The carriers with which an office or a community may have an account of its own: those of phones, and WeChat, which is the carrier of its channel. */
export const ACCOUNT_CARRIERS = [...CARRIER_NAMES, 'wechat'] as const;
export type AccountCarrier = (typeof ACCOUNT_CARRIERS)[number];

/** The channels that each brings. */
export const CARRIERS: Readonly<Record<AccountCarrier, readonly Channel[]>> = {
  twilio: ['sms', 'voice'],
  kannel: ['sms'],
  mas: ['sms'],
  aliyun: ['sms'],
  asterisk: ['voice'],
  wechat: ['wechat'],
};

/** Those that take texts only as approved templates. */
export const TEMPLATED: readonly CarrierName[] = ['aliyun'];

/** The carrier of a community that names none. */
export const USUAL_CARRIER: CarrierName = 'twilio';

export const CHANNEL_NAMES = ['sms', 'voice', 'wechat'] as const;
export type Channel = (typeof CHANNEL_NAMES)[number];

/** What others decide by. Nothing outside the channels and their carriers asks for a channel's name. */
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
  /** What is counted of what we start. */
  readonly unit: 'segment' | 'minute' | 'message';
  /** What we start costs nothing. */
  readonly isFree: boolean;
  /** Messages a second where `community.yaml` says nothing. */
  readonly perSecond: number;
  /** What we start is tried on the channel with the smallest number first. */
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

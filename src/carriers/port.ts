import type { SpeechDeps } from '../channels/voice/speech.ts';
import type { CarrierName, Channel } from '../contacts/channel.ts';
import type { ContactPoint } from '../contacts/contact.ts';
import type { Notice } from '../contacts/notify.ts';
import type { Said } from '../dialog/dialog.ts';
import type { Inbound } from '../dialog/input.ts';
import type { Statement } from '../dialog/question.ts';
import type { CommunityRecord } from '../fund/communities/index.ts';
import type { RecordingSource } from '../fund/inquiries/index.ts';
import type { PictureSource } from '../fund/works/index.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import type { FormHandler } from './form.ts';
import type { Hearing } from './hearing/hearing.ts';
import type { Dispatch, RecordStatus, Send, Sent } from './sending.ts';
import type { Networks } from './settings.ts';

/** A carrier that is set up: its doors verify what comes in and read it, the rest sends. What it does not bring is absent. */
export interface Carrier {
  readonly doors: readonly WebhookRoute[];
  /** Sends a text. */
  readonly sms?: Send;
  /** Its responses cannot carry the reply to a text: `context.reply` takes it. */
  readonly handsOver?: true;
  readonly voice?: {
    /** Sends a message as a call that speaks it. */
    readonly send: Send;
    readonly placeCall: PlaceCall;
  };
  readonly stop?: () => Promise<void>;
}

/** An address of the service at which the carrier calls. */
export interface WebhookRoute {
  readonly path: string;
  /** The carrier may call with GET, too; else with POST alone. */
  readonly isAlsoGet?: true;
  readonly handlers: readonly FormHandler[];
}

/** Places a call that becomes a conversation. Does not reject. */
export type PlaceCall = (call: { readonly to: string; readonly from: string; readonly signal: AbortSignal }) => Promise<Sent>;

/** What may be parked: a carrier on one of its channels. WeChat is its own carrier. */
export interface Parked {
  readonly carrier: CarrierName | 'wechat';
  readonly channel: Channel;
  /** Whose account it is; absent for the one of the service's settings. */
  readonly account?: string;
}

/** What the app gives to each carrier. */
export interface CarrierContext {
  readonly world: World;
  readonly log: Log;
  /** The address at which carriers reach the service; no slash at the end. It ends with `mount`. */
  readonly publicUrl: string;
  /** Stands before the paths of an account's doors, `/accounts/ID`; empty for the one of the service's settings. */
  readonly mount: string;
  /** Takes a turn, by whatever carrier it came. */
  readonly answer: (inbound: Inbound) => Promise<Said>;
  /** The one text of a reply by SMS. */
  readonly text: (said: Said) => string;
  /** Puts the reply to a text into the outbox, ahead of everything; once for each key, which is the turn's. Rejects if the database is away. */
  readonly reply: (reply: {
    readonly key: string;
    readonly address: string;
    readonly said: Replied;
    readonly next?: readonly ContactPoint[];
  }) => Promise<void>;
  /** A message as one of its community's approved templates and what fills its slots; or why it is not one. Rejects if the database is away. */
  readonly templated: (message: Pick<Dispatch, 'community' | 'told'>) => Promise<Templated>;
  /** Where else somebody on the roster who texts from a phone can be reached, in this order. Rejects if the database is away. */
  readonly elsewhere: (community: CommunityRecord, phone: string) => Promise<readonly ContactPoint[]>;
  /** The community that a text is for, by the number that was texted as the carrier writes it, or by its sender. */
  readonly textedCommunity: (texted: {
    readonly carrier: CarrierName;
    /** The account over which it came; absent for the one of the service's settings. */
    readonly account?: string;
    readonly from: string;
    readonly to: string;
  }) => Promise<CommunityRecord | null>;
  /** From where a carrier's requests are taken, if the settings say so. */
  readonly networks: Networks;
  /** Takes what a carrier says of a message later. */
  readonly recordStatus: RecordStatus;
  /** Puts an SMS into the outbox. */
  readonly notify: (notice: Omit<Notice, 'said'> & { readonly said: Statement }) => Promise<void>;
  /** Notes that somebody wants to be called back. */
  readonly askCallBack: (call: { id: string; address: string; community: CommunityRecord }) => Promise<unknown>;
  readonly speech: Omit<SpeechDeps, 'world' | 'publicUrl'>;
  /** Writes down what is said on calls, if a recogniser is set. */
  readonly hearing?: Hearing | undefined;
  readonly observe: (channel: Channel, outcome: Said['outcome'], seconds: number) => void;
  /** Notes that a carrier takes no messages on a channel, or takes them again. */
  readonly parked: (what: Parked, isParked: boolean) => void;
}

/** `slots`: what fills each, by its name. `missing` is a stable code: there is no template, it has other slots than the text, or what fills one does not fit. */
export type Templated =
  | { readonly code: string; readonly slots: Readonly<Record<string, string>> }
  | { readonly missing: 'noTemplate' | 'otherSlots' | 'slotTooLong' };

/** An answer that is not silence. */
type Replied = Said & Required<Pick<Said, 'reply' | 'community'>>;

/** A carrier before its context is put together. */
export interface ReadyCarrier {
  /** Where its recordings are kept at first, and which are there, by their ids. */
  readonly recordings?: RecordingSource & { readonly holds: (carrierId: string) => boolean };
  /** Where pictures are that came with a text, and which are there, by their names. */
  readonly pictures?: { readonly fetch: PictureSource; readonly holds: (name: string) => boolean };
  readonly open: (context: CarrierContext) => Carrier;
}

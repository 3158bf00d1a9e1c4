import type { SpeechDeps } from '../channels/voice/speech.ts';
import type { Channel } from '../contacts/channel.ts';
import type { Notice } from '../contacts/notify.ts';
import type { Said } from '../dialog/dialog.ts';
import type { Inbound } from '../dialog/input.ts';
import type { Statement } from '../dialog/question.ts';
import type { CommunityRecord } from '../fund/communities/index.ts';
import type { RecordingSource } from '../fund/inquiries/index.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import type { FormHandler } from './form.ts';
import type { RecordStatus, Send, Sent } from './sending.ts';

/** A carrier that is set up: its doors verify what comes in and read it, the rest sends. What it does not bring is absent. */
export interface Carrier {
  readonly doors: readonly Door[];
  /** Sends a text. */
  readonly sms?: Send;
  readonly voice?: {
    /** Sends a message as a call that speaks it. */
    readonly send: Send;
    readonly placeCall: PlaceCall;
  };
  readonly stop?: () => Promise<void>;
}

/** An address of the service at which the carrier calls. */
export interface Door {
  readonly path: string;
  /** The carrier may call with GET, too; else with POST alone. */
  readonly isAlsoGet?: true;
  readonly handlers: readonly FormHandler[];
}

/** Places a call that becomes a conversation. Does not reject. */
export type PlaceCall = (call: { readonly to: string; readonly from: string; readonly signal: AbortSignal }) => Promise<Sent>;

/** What the app gives to each carrier. */
export interface House {
  readonly world: World;
  readonly log: Log;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  /** Takes a turn, by whatever carrier it came. */
  readonly answer: (inbound: Inbound) => Promise<Said>;
  /** The one text of a reply by SMS. */
  readonly text: (said: Said) => string;
  /** Takes what a carrier says of a message later. */
  readonly recordStatus: RecordStatus;
  /** Puts an SMS into the outbox. */
  readonly notify: (notice: Omit<Notice, 'said'> & { readonly said: Statement }) => Promise<void>;
  /** Notes that somebody wants to be called back. */
  readonly askCallBack: (call: { id: string; address: string; community: CommunityRecord }) => Promise<unknown>;
  readonly speech: Omit<SpeechDeps, 'world' | 'publicUrl'>;
  readonly observe: (channel: Channel, outcome: Said['outcome'], seconds: number) => void;
}

/** A carrier before the house is put together. */
export interface ReadyCarrier {
  /** Where its recordings are kept at first. */
  readonly recordings?: RecordingSource;
  readonly open: (house: House) => Carrier;
}

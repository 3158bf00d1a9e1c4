import { model, type mongo, Schema } from 'mongoose';
import { CHANNEL_NAMES, type Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import { endRecordings, type Spoken, spokenFields } from '../inquiries/index.ts';

export const PROPOSAL_STATES = ['received', 'considered', 'merged', 'project', 'declined', 'done'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** A proposal: what a person asks for. The number counts from 1 in a cycle and never changes. */
export interface ProposalRecord {
  _id: { cycle: string; number: number };
  community: string;
  at: Date;
  channel: Channel;
  category?: string;
  /**
   * 1 to 300 characters, as written, encrypted (`proposalText`). Public answers mask the numbers of phones, IDs and banks. Absent while a spoken one
   * is not written down.
   */
  text?: Buffer;
  spoken?: Spoken;
  state: ProposalState;
  /** The project that it became part of. */
  project?: number;
  /** Whether it is on the public list: at once if it comes from the roster; otherwise once it is accepted or released. */
  public: boolean;
  hidden?: { by: string; reason: string; at: Date };
  released?: { by: string; reason: string; at: Date };
  /** The proposer: a resident's `_id`. For a person who is not on the roster (or is one of several), `addressHmac(…)`. */
  by: string;
  /** The address to which what became of it is sent, encrypted; gone after a deletion. */
  address?: Buffer;
  /** `by|day|n`, with n of 1…3: each person has three in a calendar day, whatever number they write from. */
  slot: string;
  /** `community|day|n`, with n of 1…50, for a person who is not on the roster: a community takes fifty of these in a day. */
  strangerSlot?: string;
  /** The act's key: an act counts once. */
  key: string;
  /** What became of it, newest last. */
  history: { state: ProposalState; by: string; at: Date }[];
}

const schema = new Schema<ProposalRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    at: { type: Date, required: true },
    channel: { type: String, enum: CHANNEL_NAMES, required: true },
    category: String,
    text: Buffer,
    spoken: spokenFields,
    state: { type: String, enum: PROPOSAL_STATES, required: true },
    project: Number,
    public: { type: Boolean, required: true },
    hidden: { type: { by: String, reason: String, at: Date }, _id: false },
    released: { type: { by: String, reason: String, at: Date }, _id: false },
    by: { type: String, required: true },
    address: Buffer,
    slot: { type: String, required: true },
    strangerSlot: String,
    key: { type: String, required: true },
    history: [{ type: { state: String, by: String, at: Date }, _id: false }],
  },
  { strict: 'throw', versionKey: false, collection: 'proposals' },
);
schema.index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true });
schema.index({ key: 1 }, { unique: true });
schema.index({ '_id.cycle': 1, slot: 1 }, { unique: true });
schema.index({ strangerSlot: 1 }, { unique: true, partialFilterExpression: { strangerSlot: { $exists: true } } });
schema.index({ community: 1, by: 1 });
schema.index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } });

export const Proposal = model<ProposalRecord>('Proposal', schema);

/** Makes proposals that came from a phone or chat (`addressHmac`) a resident's. They become public, except those that were hidden. */
export async function giveProposals(community: string, from: string, resident: string, session: mongo.ClientSession): Promise<void> {
  await collection(Proposal).updateMany({ community, by: from }, { $set: { by: resident } }, { session });
  await collection(Proposal).updateMany(
    { community, by: resident, public: false, hidden: { $exists: false } },
    { $set: { public: true } },
    { session },
  );
}

/**
 * Removes from proposals the address to which an answer would go, and deletes the voice in which they were spoken; the proposals stay. `by` is a
 * resident's `_id` or an `addressHmac`. Gives the number of these proposals.
 */
export async function forgetProposer(at: Date, whose: { community: string; by: string }): Promise<number> {
  const spoken = await collection(Proposal)
    .find({ ...whose, spoken: { $exists: true } }, { projection: { spoken: 1 } })
    .toArray();
  await endRecordings(at, spoken);
  return (await collection(Proposal).updateMany({ ...whose, address: { $exists: true } }, { $unset: { address: 1 } })).modifiedCount;
}

/** Selects the proposals of a cycle that anyone may read: without those that wait to be released, and those that a cadre has hidden. */
export function onPublicList(cycle: string): mongo.Filter<ProposalRecord> {
  return { '_id.cycle': cycle, public: true, hidden: { $exists: false } };
}

/** What a proposal asks for, as written, decrypted; empty while a spoken one is not written down. */
export function proposalText(vault: Vault, { _id, text }: Pick<ProposalRecord, '_id' | 'text'>): string {
  return text ? vault.decrypt('proposalText', nameOf(_id), text) : '';
}

/** A proposal's text, encrypted as `text` keeps it. */
export function encryptedProposal(vault: Vault, _id: ProposalRecord['_id'], text: string): Buffer {
  return vault.encrypt('proposalText', nameOf(_id), text);
}

/** The address to which what became of a proposal is sent, decrypted; undefined after a deletion. */
export function proposalAddress(vault: Vault, { _id, address }: Pick<ProposalRecord, '_id' | 'address'>): string | undefined {
  return address && vault.decrypt('proposalAddress', nameOf(_id), address);
}

/** A proposer's address, encrypted as `address` keeps it. */
export function encryptedProposalAddress(vault: Vault, _id: ProposalRecord['_id'], address: string): Buffer {
  return vault.encrypt('proposalAddress', nameOf(_id), address);
}

function nameOf({ cycle, number }: ProposalRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** In characters, as people count them. */
export const LONGEST_PROPOSAL = 300;

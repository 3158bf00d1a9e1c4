import { model, Schema } from 'mongoose';
import { CHANNEL_NAMES, type Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import type { Vault } from '../../store/vault.ts';
import { endRecordings, type Spoken, spokenFields } from '../inquiries/index.ts';

export const PROPOSAL_STATES = ['received', 'considered', 'merged', 'project', 'declined', 'done'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** What somebody asks for. The number counts from 1 in a cycle and never changes. */
export interface ProposalRecord {
  _id: { cycle: string; number: number };
  community: string;
  at: Date;
  channel: Channel;
  category?: string;
  /** 1 to 300 characters, as written, encrypted (`proposalText`); public answers mask numbers of phones, IDs and banks. None while a spoken one is not written down. */
  text?: Buffer;
  spoken?: Spoken;
  state: ProposalState;
  /** The project that it became part of. */
  project?: number;
  /** On the public list: from the roster at once, from others once accepted or released. */
  public: boolean;
  hidden?: { by: string; reason: string; at: Date };
  released?: { by: string; reason: string; at: Date };
  /** Who asked: a resident's `_id`, or for somebody not on the roster (or one of several) `addressHmac(…)`. */
  by: string;
  /** Where what became of it is told, encrypted; gone after a deletion. */
  address?: Buffer;
  /** `by|day|n`, n of 1…3: three a calendar day for each person, whatever number they write from. */
  slot: string;
  /** `community|day|n`, n of 1…50, of somebody not on the roster: fifty a day in a community. */
  strangerSlot?: string;
  /** Counts once: the act's key. */
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

/** Proposals that came from a phone or chat (`addressHmac`) are a resident's from now on; theirs become public, but for those that were hidden. */
export async function giveProposals(community: string, from: string, resident: string): Promise<void> {
  await collection(Proposal).updateMany({ community, by: from }, { $set: { by: resident } });
  await collection(Proposal).updateMany({ community, by: resident, public: false, hidden: { $exists: false } }, { $set: { public: true } });
}

/** Takes off proposals where an answer would go, and deletes the voice in which they were spoken; the proposals stay. `by` is a resident's `_id` or an `addressHmac`. Gives how many it was. */
export async function forgetProposer(at: Date, whose: { community: string; by: string }): Promise<number> {
  const spoken = await collection(Proposal)
    .find({ ...whose, spoken: { $exists: true } }, { projection: { spoken: 1 } })
    .toArray();
  await endRecordings(at, spoken);
  return (await collection(Proposal).updateMany({ ...whose, address: { $exists: true } }, { $unset: { address: 1 } })).modifiedCount;
}

/** What a proposal asks for, as written; empty while a spoken one is not written down. */
export function proposalText(vault: Vault, { _id, text }: Pick<ProposalRecord, '_id' | 'text'>): string {
  return text ? vault.decrypt('proposalText', nameOf(_id), text) : '';
}

export function encryptedProposal(vault: Vault, _id: ProposalRecord['_id'], text: string): Buffer {
  return vault.encrypt('proposalText', nameOf(_id), text);
}

/** Where what became of it is told; none after a deletion. */
export function proposalAddress(vault: Vault, { _id, address }: Pick<ProposalRecord, '_id' | 'address'>): string | undefined {
  return address && vault.decrypt('proposalAddress', nameOf(_id), address);
}

export function encryptedProposalAddress(vault: Vault, _id: ProposalRecord['_id'], address: string): Buffer {
  return vault.encrypt('proposalAddress', nameOf(_id), address);
}

function nameOf({ cycle, number }: ProposalRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** Characters, as people count them. */
export const LONGEST_PROPOSAL = 300;

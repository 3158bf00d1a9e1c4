import type { mongo } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { spoken } from '../inquiries/index.ts';

/**
 * What became of a proposal. `considered`: it can be done, and the council has not decided; `recommended`, `deferred`, `notRecommended`: what the council
 * decided; `notOnBallot`: the council recommended it, and the ballot is without it; `carried`: it came too late, and is one of the next cycle.
 */
export const PROPOSAL_STATES = [
  ...(['received', 'considered', 'recommended', 'deferred', 'notRecommended', 'merged', 'project', 'notOnBallot', 'declined', 'done'] as const),
  'carried',
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** While it is in one of these, it may still come onto the ballot. */
export const OPEN_STATES = ['received', 'considered', 'recommended', 'deferred'] as const satisfies readonly ProposalState[];

/** Those that somebody's hand can set; the others follow from what the council or the calendar decided. */
export const STATES_BY_HAND = ['received', 'considered', 'merged', 'project', 'declined', 'done'] as const satisfies readonly ProposalState[];

export function isOpenState(state: ProposalState): boolean {
  return OPEN_STATES.some((open) => open === state);
}

/** How a proposal came: over a channel, or a cadre wrote it down. */
export const ORIGINS = [...CHANNEL_NAMES, 'paper', 'walk-in', 'meeting', 'phone'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Why a proposal is refused (docs/contract.md: Proposals). */
export const REASONS = [
  'private-cost',
  'other-party',
  'government-duty',
  'outside',
  'unlawful',
  'unsafe',
  'over-budget',
  'already-done',
  'unclear',
  'personal-data',
] as const;
export type Reason = (typeof REASONS)[number];

/** Who does the work: a builder, somebody who gives a service, or residents themselves. */
export const MANNERS = ['works', 'service', 'residents'] as const;

export const DECISIONS = ['recommended', 'not', 'deferred'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a council decided in a meeting (its number in the cycle). */
const councilDecision = {
  decision: oneOf(DECISIONS),
  meeting: Number,
  /** Why not, or why later. */
  reason: optional(String),
  at: Date,
};
export type CouncilDecision = Of<typeof councilDecision>;

/** What came of examining a proposal. It is a draft until it is given. Sums in whole units of the cycle's currency. */
const opinion = {
  isFeasible: Boolean,
  /** What it costs, and how much of that residents bring themselves; only if it is feasible. */
  cost: optional(Number),
  own: optional(Number),
  manner: optional(oneOf(MANNERS)),
  /** Why not, and in a sentence that its author and everybody reads; needed before a refusal is given. */
  reason: optional(oneOf(REASONS)),
  sentence: optional(String),
  by: String,
  at: Date,
  given: optional({ by: String, at: Date }),
};
export type Opinion = Of<typeof opinion>;

/** A proposal: what a person asks for. The number counts from 1 in a cycle and never changes. */
export const Proposal = records(
  'proposals',
  {
    _id: { cycle: String, number: Number },
    community: String,
    at: Date,
    origin: oneOf(ORIGINS),
    /** Over which channel the notice of what became of it goes; absent if it can go to nobody. */
    channel: optional(oneOf(CHANNEL_NAMES)),
    /** Who wrote it down for somebody else, and an HMAC of the form in which it was sent. */
    writtenBy: optional(String),
    enteredIn: optional(String),
    /** Whose words it is, if a cadre wrote it down and knows the name, encrypted (`proposalOf`). */
    whose: optional(encrypted('proposalOf')),
    category: optional(String),
    /** Proposals that look alike, but are not the same. */
    distinct: optional([Number]),
    /** Proposals of the cycle before that look like it, but are not the same. */
    distinctBefore: optional([Number]),
    opinion: optional(opinion),
    /** The newest decision of a council; whether it stands: `standingDecision`. */
    council: optional(councilDecision),
    /** Why the ballot is without it. */
    leftOff: optional({ by: String, reason: String, at: Date }),
    /** It came when this cycle's projects were decided: it waits for the next cycle, and is one of it then. */
    late: optional(true),
    carriedTo: optional({ cycle: String, number: Number }),
    carriedFrom: optional({ cycle: String, number: Number }),
    /**
     * 1 to 300 characters, as written, encrypted (`proposalText`). Public answers mask the numbers of phones, IDs and banks. Absent while a spoken one
     * is not written down.
     */
    text: optional(encrypted('proposalText')),
    spoken: optional(spoken),
    state: oneOf(PROPOSAL_STATES),
    /** The project that it became part of. */
    project: optional(Number),
    /** The proposal that it is part of now; that one is part of no other. `mergedBy`: the part of it by which it came there, if it was part of that before. */
    mergedInto: optional(Number),
    mergedBy: optional(Number),
    /** Whether it is on the public list: at once if it comes from the roster; otherwise once it is accepted or released. */
    public: Boolean,
    hidden: optional({ by: String, reason: String, at: Date }),
    released: optional({ by: String, reason: String, at: Date }),
    /** The proposer: a resident's `_id`. For a person who is not on the roster (or is one of several), `addressHmac(…)`. */
    by: String,
    /** The address to which what became of it is sent, encrypted; gone after a deletion. */
    address: optional(encrypted('proposalAddress')),
    /** `by|day|n`, with n of 1…3: each person has three in a calendar day, whatever number they write from. Absent if a cadre wrote it down. */
    slot: optional(String),
    /** `community|day|n`, with n of 1…50, for a person who is not on the roster: a community takes fifty of these in a day. */
    strangerSlot: optional(String),
    /** The act's key: an act counts once. Absent if a cadre wrote it down: the log has the key then. */
    key: optional(String),
    /** What became of it, newest last. */
    history: [{ state: oneOf(PROPOSAL_STATES), by: String, at: Date }],
  },
  [
    index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true }),
    index({ '_id.cycle': 1, category: 1, state: 1 }),
    index({ '_id.cycle': 1, 'opinion.at': 1 }, { partialFilterExpression: { 'opinion.at': { $exists: true } } }),
    index({ '_id.cycle': 1, 'opinion.given.at': 1, 'opinion.isFeasible': 1 }, { partialFilterExpression: { 'opinion.given.at': { $exists: true } } }),
    index({ '_id.cycle': 1, key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } }),
    index({ '_id.cycle': 1, slot: 1 }, { unique: true, partialFilterExpression: { slot: { $exists: true } } }),
    index({ '_id.cycle': 1, mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $exists: true } } }),
    index({ '_id.cycle': 1, strangerSlot: 1 }, { unique: true, partialFilterExpression: { strangerSlot: { $exists: true } } }),
    index({ community: 1, by: 1 }),
    index({ community: 1, late: 1 }, { partialFilterExpression: { late: { $exists: true } } }),
    // whose author is no longer told anything, or named
    index({ community: 1, at: 1 }, { partialFilterExpression: { address: { $exists: true } } }),
    index({ community: 1, at: 1 }, { partialFilterExpression: { whose: { $exists: true } } }),
    index({ '_id.cycle': 1, enteredIn: 1 }, { partialFilterExpression: { enteredIn: { $exists: true } } }),
    // what waits to be written down
    index({ community: 1, 'spoken.state': 1, at: 1, 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.state': { $exists: true } } }),
    index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } }),
  ],
);
export type ProposalRecord = RecordOf<typeof Proposal>;

/**
 * Why a proposal is refused, put off or not on the ballot, with the numbers of phones, IDs and banks masked. `code`: of the opinion that was given; a council
 * gives a sentence alone.
 */
export interface Refusal {
  readonly code: Reason | null;
  readonly text: string;
}

/** Undefined while a proposal is none of these, or no reason was given. Nothing of a draft is given. */
export function refusalOf({
  state,
  opinion,
  council,
  leftOff,
}: Pick<ProposalRecord, 'state' | 'opinion' | 'council' | 'leftOff'>): Refusal | undefined {
  if (state === 'declined' && opinion?.given && !opinion.isFeasible && opinion.reason)
    return { code: opinion.reason, text: maskNumbers(opinion.sentence ?? '') };
  const why = state === 'notOnBallot' ? leftOff?.reason : state === 'notRecommended' || state === 'deferred' ? council?.reason : undefined;
  return why ? { code: null, text: maskNumbers(why) } : undefined;
}

/** The highest number of a cycle's proposals; undefined if there is none. */
export async function lastNumber(cycle: string): Promise<number | undefined> {
  const last = await collection(Proposal).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
  return last?._id.number;
}

/** Selects the proposals of a cycle that anyone may read: without those that wait to be released, and those that a cadre has hidden. */
export function onPublicList(cycle: string): mongo.Filter<ProposalRecord> {
  return { '_id.cycle': cycle, public: true, hidden: { $exists: false } };
}

/**
 * The newest decision of a council, if it stands: it was made on the opinion that is given now. Who gives another opinion, perhaps with another cost, has
 * to ask the council again.
 */
export function standingDecision({ council, opinion }: Pick<ProposalRecord, 'council' | 'opinion'>): CouncilDecision | undefined {
  return council && opinion?.given && opinion.given.at <= council.at ? council : undefined;
}

/** What a proposal asks for, as written, decrypted; empty while a spoken one is not written down, or if it is of another one. */
export function proposalText(vault: Vault, { _id, text }: Pick<ProposalRecord, '_id' | 'text'>): string {
  return textIfOurs(vault, 'proposalText', nameOf(_id), text) ?? '';
}

/** A proposal's text, encrypted as `text` keeps it. */
export function encryptedProposal(vault: Vault, _id: ProposalRecord['_id'], text: string): Buffer {
  return vault.encrypt('proposalText', nameOf(_id), text);
}

/** The address to which what became of a proposal is sent, decrypted; undefined after a deletion. */
export function proposalAddress(vault: Vault, { _id, address }: Pick<ProposalRecord, '_id' | 'address'>): string | undefined {
  return textIfOurs(vault, 'proposalAddress', nameOf(_id), address);
}

/** Whose words a proposal is, decrypted; undefined if it came from themselves, or nobody knows the name. */
export function proposalOf(vault: Vault, { _id, whose }: Pick<ProposalRecord, '_id' | 'whose'>): string | undefined {
  return textIfOurs(vault, 'proposalOf', nameOf(_id), whose);
}

/** The name of a person whose words were written down, encrypted as `whose` keeps it. */
export function encryptedProposalOf(vault: Vault, _id: ProposalRecord['_id'], name: string): Buffer {
  return vault.encrypt('proposalOf', nameOf(_id), name);
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
/** Of a sentence that goes out as a message. */
export const LONGEST_REASON = 60;

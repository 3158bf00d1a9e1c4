import { createHash } from 'node:crypto';
import { recordName } from '../../store/encryptedFields.ts';
import { encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { COUNCIL, type CommunityRecord } from '../communities/index.ts';
import type { PictureOf } from '../pictures/index.ts';
import { DECISIONS } from '../proposals/index.ts';

/** Who signed the minutes. */
const signature = {
  /** `staffPhone(…)`: whose phone it is. */
  phone: String,
  name: String,
  role: String,
  at: Date,
};
export type Signature = Of<typeof signature>;

/** One proposal on the agenda, and what the council made of it. */
const meetingItem = {
  /** The proposal's number. */
  proposal: Number,
  /** What the cadres recommend. */
  advice: oneOf(['yes', 'no']),
  for: optional(Number),
  against: optional(Number),
  abstained: optional(Number),
  decision: optional(oneOf(DECISIONS)),
  /** Why not, or why later; everybody reads it. */
  reason: optional(String),
};
export type MeetingItem = Of<typeof meetingItem>;

/**
 * A meeting of the council. Its minutes are a draft until two persons have signed them, one of the council or a supervisor; then they are final, and only
 * addenda follow.
 */
export const Meeting = records(
  'meetings',
  {
    /** `number` counts from 1 in a cycle. */
    _id: { cycle: String, number: Number },
    community: String,
    at: Date,
    place: String,
    items: [meetingItem],
    /** The council as it was when the roll was last called: the ids of their roles, their names, who was there. */
    roll: [{ id: String, name: String, isThere: Boolean }],
    /** What was said, encrypted (`meetingNotes`); public with numbers masked. */
    notes: optional(encrypted('meetingNotes')),
    signatures: [signature],
    /**
     * Once it is final: when, the SHA-256 in hex of what was signed (`signedHash`), and how many had to be there and to be for it, by the rules of that day.
     */
    final: optional({ at: Date, hash: String, quorum: optional(Number), majority: optional(Number) }),
    /** What was mended later; `text` is encrypted. */
    addenda: [{ text: encrypted('meetingAddendum', (meeting, [index]) => `${recordName(meeting)}|${index}`), by: String, role: String, at: Date }],
    by: String,
    /** Counts the changes, so that nobody overwrites or signs what they did not see. */
    revision: Number,
  },
  [
    index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true }),
    // those whose minutes are not final
    index({ community: 1, 'final.at': 1, at: 1 }),
  ],
);
export type MeetingRecord = RecordOf<typeof Meeting>;

/** The most proposals on one agenda, the longest notes and addendum in characters. */
export const MOST_ITEMS = 60;
export const LONGEST_NOTES = 4_000;
export const LONGEST_ADDENDUM = 1_000;

/** How many were there, and what that is enough for. */
export interface Attendance {
  readonly members: number;
  readonly there: number;
  /** How many members have to be there, and how many of those present have to be for it. */
  readonly quorum: number;
  readonly majority: number;
  readonly isQuorate: boolean;
}

/**
 * `council` in `community.yaml`: at least `quorum` of the members have to be there; more than `majority` of those who are there decide. Once the minutes
 * are final, what held then holds.
 */
export function attendanceOf({ roll, final }: Pick<MeetingRecord, 'roll' | 'final'>, council: CommunityRecord['council']): Attendance {
  const members = roll.length;
  const there = roll.filter(({ isThere }) => isThere).length;
  const [most, of] = fractionOf(council?.quorum ?? COUNCIL.quorum);
  const [more, than] = fractionOf(council?.majority ?? COUNCIL.majority);
  const quorum = final?.quorum ?? Math.max(1, Math.ceil((members * most) / of));
  const majority = final?.majority ?? Math.floor((there * more) / than) + 1;
  return { members, there, quorum, majority, isQuorate: members > 0 && there >= quorum };
}

function fractionOf(text: string): [number, number] {
  const [top = 1, bottom = 1] = text.split('/').map(Number);
  return [top, bottom];
}

/** What is wrong with what a meeting says of an item; undefined if nothing is. */
export type ItemProblem = 'counts' | 'noQuorum' | 'noMajority' | 'majority' | 'reason';

/**
 * Why a decision on an item does not follow from the meeting. `counts`: more votes than people. `noQuorum`: too few were there to decide.
 * `noMajority`: too few were for it. `majority`: it was passed, so it cannot be refused. `reason`: a refusal or a delay needs a reason.
 */
export function problemOf({ decision, reason, ...item }: MeetingItem, { there, majority, isQuorate }: Attendance): ItemProblem | undefined {
  const votes = (item.for ?? 0) + (item.against ?? 0) + (item.abstained ?? 0);
  if (votes > there) return 'counts';
  if (!decision) return undefined;
  if (!isQuorate) return 'noQuorum';
  const isPassed = (item.for ?? 0) >= majority;
  if (decision === 'recommended' && !isPassed) return 'noMajority';
  if (decision === 'not' && isPassed) return 'majority';
  return decision !== 'recommended' && !reason ? 'reason' : undefined;
}

/** SHA-256 in hex of the JSON of what the minutes say: both have signed the same. */
export function signedHash(vault: Vault, meeting: MeetingRecord): string {
  const { _id, community, at, place, items, roll } = meeting;
  const notes = notesOf(vault, meeting);
  return createHash('sha256').update(JSON.stringify({ _id, community, at, place, items, roll, notes })).digest('hex');
}

/** What was said, as written, decrypted; empty if nothing was written, or it is of another meeting. */
export function notesOf(vault: Vault, { _id, notes }: Pick<MeetingRecord, '_id' | 'notes'>): string {
  return textIfOurs(vault, 'meetingNotes', nameOf(_id), notes) ?? '';
}

export function encryptedNotes(vault: Vault, _id: MeetingRecord['_id'], text: string): Buffer {
  return vault.encrypt('meetingNotes', nameOf(_id), text);
}

/** The text of an addendum, decrypted. `index`: its place among them. */
export function addendumText(vault: Vault, _id: MeetingRecord['_id'], index: number, text: Buffer): string {
  return textIfOurs(vault, 'meetingAddendum', `${nameOf(_id)}|${index}`, text) ?? '';
}

export function encryptedAddendum(vault: Vault, _id: MeetingRecord['_id'], index: number, text: string): Buffer {
  return vault.encrypt('meetingAddendum', `${nameOf(_id)}|${index}`, text);
}

/** A meeting as its pictures belong to it. */
export function ofMeeting({ cycle, number }: MeetingRecord['_id']): PictureOf {
  return { kind: 'meeting', id: `${cycle}/${number}` };
}

/** What the log says that an act is done to. */
export function meetingSubject({ cycle, number }: MeetingRecord['_id']): string {
  return `meeting/${cycle}/${number}`;
}

function nameOf({ cycle, number }: MeetingRecord['_id']): string {
  return `${cycle}|${number}`;
}

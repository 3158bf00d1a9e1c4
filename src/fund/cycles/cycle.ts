import { model, type mongo, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { RULES, type Rule } from '../ballots/tally/index.ts';

/** The stages of a cycle, in their order. */
export const STAGES = ['announce', 'propose', 'deliberate', 'publish', 'vote', 'implement', 'evaluate', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

/** What is on the ballot. `cost` in whole units of the cycle's currency. */
export interface Project {
  number: number;
  title: string;
  /** What SMS and voice say, at most 12 characters. */
  short?: string;
  category?: string;
  cost: number;
  detail?: string;
  place?: string;
  /** The month in which it is to be built, `2027-06`. */
  due?: string;
}

/** A change of the calendar by hand: recorded and public. */
export interface Move {
  kind: 'move' | 'extend';
  /** move: the stage that begins at `from`. extend: `vote`, whose end becomes `from`. */
  stage: Stage;
  from: Date;
  by: string;
  reason?: string;
  at: Date;
}

/** What voting opened with; nothing in it changes afterwards. */
export interface Frozen {
  at: Date;
  /** The bytes at `/api/cycles/ID/ballot`. */
  ballot: string;
  /** Hex SHA-256 of these bytes. */
  hash: string;
  /** Residents counted as voting opened. */
  residents: number;
  /** The community's zone as voting opened: what a day is in this ledger. */
  timezone: string;
  /** Set with fewer than 500 residents: the one day that every entry bears, and entries are public only after the close. */
  day?: string;
}

export interface CycleRecord {
  /** `id` of `cycle.yaml`. */
  _id: string;
  community: string;
  title: string;
  budget: number;
  currency: string;
  rule: Rule;
  threshold: number;
  choices: { min: number; max: number };
  /** In time's order, as the file gives them. */
  stages: { stage: Stage; from: Date }[];
  moves: Move[];
  /** When its file was first imported: what `+14d` counts from once the vote has opened. */
  importedAt?: Date;
  projects: Project[];
  /** All project numbers, first wins a tie; given by the file or drawn at the freeze. */
  lot?: number[];
  frozen?: Frozen;
  /** Encrypted key of the pseudonyms, destroyed 30 days after the close. */
  pseudonymKey?: Buffer;
  sealedAt?: Date;
  /** Residents on the roster as the vote closed; counted as the ledger is sealed, which may be days later. */
  residentsAtClose?: number;
}

const project = {
  number: { type: Number, required: true },
  title: { type: String, required: true },
  short: String,
  category: String,
  cost: { type: Number, required: true },
  detail: String,
  place: String,
  due: String,
};
const schema = new Schema<CycleRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    title: { type: String, required: true },
    budget: { type: Number, required: true },
    currency: { type: String, required: true },
    rule: { type: String, enum: RULES, required: true },
    threshold: { type: Number, required: true },
    choices: { type: { min: { type: Number, required: true }, max: { type: Number, required: true } }, required: true, _id: false },
    stages: [{ type: { stage: { type: String, enum: STAGES, required: true }, from: { type: Date, required: true } }, _id: false }],
    moves: [
      {
        type: {
          kind: { type: String, enum: ['move', 'extend'], required: true },
          stage: { type: String, enum: STAGES, required: true },
          from: { type: Date, required: true },
          by: { type: String, required: true },
          reason: String,
          at: { type: Date, required: true },
        },
        _id: false,
      },
    ],
    projects: [{ type: project, _id: false }],
    importedAt: Date,
    lot: { type: [Number], default: undefined },
    frozen: {
      type: {
        at: { type: Date, required: true },
        ballot: { type: String, required: true },
        hash: { type: String, required: true },
        residents: { type: Number, required: true },
        timezone: { type: String, required: true },
        day: String,
      },
      _id: false,
    },
    pseudonymKey: Buffer,
    sealedAt: Date,
    residentsAtClose: Number,
  },
  { strict: 'throw', versionKey: false, collection: 'cycles' },
);
schema.index({ community: 1, 'stages.0.from': -1 });
// whose calendar has something lately or ahead
schema.index({ 'stages.from': 1 });
schema.index({ 'moves.from': 1 });
// what is still to be sealed, and whose key is still to be destroyed
schema.index({ sealedAt: 1 });
schema.index({ pseudonymKey: 1 }, { sparse: true });

export const Cycle = model<CycleRecord>('Cycle', schema);

/** A cycle whose vote has opened. */
export type FrozenCycle = CycleRecord & Required<Pick<CycleRecord, 'frozen' | 'lot'>>;

export function isFrozen(cycle: CycleRecord | null): cycle is FrozenCycle {
  return cycle?.frozen !== undefined;
}

/** A cycle as its file gives it. */
export type CycleFile = Omit<CycleRecord, 'community' | 'moves' | 'frozen' | 'pseudonymKey' | 'sealedAt' | 'residentsAtClose' | 'importedAt'>;

/** What is known of a cycle when its file is imported. */
export interface KnownCycle {
  readonly now: Date;
  /** The cycle as it is, where it was imported before. */
  readonly before?: CycleRecord;
  /** Its vote has opened. */
  readonly isOpened: boolean;
}

/** Writes a cycle as its file gives it, in an import's transaction. What was moved by hand and frozen stays. */
export async function saveCycle(
  { lot, ...cycle }: CycleFile,
  community: string,
  { now, before, isOpened }: KnownCycle,
  session: mongo.ClientSession,
): Promise<void> {
  if (!before) {
    await collection(Cycle).insertOne({ ...cycle, ...(lot && { lot }), community, moves: [], importedAt: now }, { session });
    return;
  }
  const { _id, ...fields } = cycle;
  const base = isOpened ? {} : { importedAt: now };
  const noLot = lot || before.frozen ? {} : { $unset: { lot: 1 as const } };
  await collection(Cycle).updateOne({ _id }, { $set: { ...fields, ...base, ...(lot && { lot }) }, ...noLot }, { session });
}

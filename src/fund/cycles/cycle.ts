import { model, Schema } from 'mongoose';
import { encrypted } from '../../store/encryptedFields.ts';
import { RULES, type Rule } from '../ballots/tally/index.ts';

/** The stages of a cycle, in their order. */
export const STAGES = ['announce', 'propose', 'deliberate', 'publish', 'vote', 'implement', 'evaluate', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

/** A project on the ballot. `cost` is in whole units of the cycle's currency. */
export interface Project {
  number: number;
  title: string;
  /** The title for SMS and voice, at most 12 characters. */
  short?: string;
  /** Its title in other languages. */
  titles?: { en?: string };
  /** Other words for it, by which residents may name it; they are published nowhere. */
  also?: string[];
  category?: string;
  cost: number;
  detail?: string;
  place?: string;
  /** The month in which the project is to be built, `2027-06`. */
  due?: string;
}

/** A change of the calendar by hand. It is recorded and public. */
export interface Move {
  kind: 'move' | 'extend' | 'slips';
  /** For a move: the stage that begins at `from`. For an extension: `vote`, whose end becomes `from`. `slips`: those of the `vote` are keyed until `from`. */
  stage: Stage;
  from: Date;
  by: string;
  reason?: string;
  at: Date;
}

/** A table for slips of paper as it is announced: where it will stand, and from when until when. */
export interface AnnouncedTable {
  place: string;
  from: Date;
  to: Date;
}

/** What holds a vote back, from when, and until when if it is gone: the vote does not open by itself meanwhile. */
export interface Hold {
  from: Date;
  to?: Date;
}

/** What was fixed as voting opened; nothing in it changes afterwards. */
export interface Frozen {
  at: Date;
  /** The text whose bytes are served at `/api/cycles/ID/ballot`. */
  ballot: string;
  /** Hex SHA-256 of these bytes. */
  hash: string;
  /** The number of residents as voting opened. */
  residents: number;
  /** The community's time zone as voting opened: it decides what a day is in this ledger. */
  timezone: string;
  /** Set if there are fewer than 500 residents: the one day that every entry bears. Entries are then public only after the close. */
  day?: string;
}

export interface CycleRecord {
  /** `id` in `cycle.yaml`. */
  _id: string;
  community: string;
  title: string;
  budget: number;
  currency: string;
  rule: Rule;
  threshold: number;
  choices: { min: number; max: number };
  /** In order of time, as the file gives them. */
  stages: { stage: Stage; from: Date }[];
  moves: Move[];
  holds?: Hold[];
  /**
   * Until when slips of paper may be keyed, as the file has it; absent if that is the close (`slipsClose`). `atOnce`: as soon as their table is closed, not
   * only after the vote (`boxesOpen`).
   */
  paper?: { until: Date; key?: 'atOnce' };
  /** In order of time. */
  tables?: AnnouncedTable[];
  /** When its file was first imported: `+14d` counts from this moment once the vote has opened. */
  importedAt?: Date;
  projects: Project[];
  /** All project numbers; in a tie, the first of them wins. Given by the file or drawn at the freeze. */
  lot?: number[];
  frozen?: Frozen;
  /** The key of the pseudonyms, encrypted; destroyed 30 days after the close. */
  pseudonymKey?: Buffer;
  sealedAt?: Date;
  /** The number of residents on the roster as the vote closed. They are counted when the ledger is sealed, which may be days later. */
  residentsAtClose?: number;
  /** The hash of the seal that was written into its ledger; absent if an earlier version sealed it. */
  sealHead?: string;
  /** When its result was released for the notice board, and by whom: two persons, or who ran the command. */
  released?: { at: Date; by: string[] };
  /** `cycleMark(…)`. */
  mark?: string;
  /** `announced(…)`: the service wrote `tables`. */
  tablesMark?: string;
}

const project = {
  number: { type: Number, required: true },
  title: { type: String, required: true },
  short: String,
  titles: { type: { en: String }, _id: false, default: undefined },
  also: { type: [String], default: undefined },
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
          kind: { type: String, enum: ['move', 'extend', 'slips'], required: true },
          stage: { type: String, enum: STAGES, required: true },
          from: { type: Date, required: true },
          by: { type: String, required: true },
          reason: String,
          at: { type: Date, required: true },
        },
        _id: false,
      },
    ],
    holds: { type: [{ type: { from: { type: Date, required: true }, to: Date }, _id: false }], default: undefined },
    paper: { type: { until: { type: Date, required: true }, key: { type: String, enum: ['atOnce'] } }, _id: false },
    tables: {
      type: [
        {
          type: { place: { type: String, required: true }, from: { type: Date, required: true }, to: { type: Date, required: true } },
          _id: false,
        },
      ],
      default: undefined,
    },
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
    pseudonymKey: encrypted('pseudonymKey'),
    sealedAt: Date,
    residentsAtClose: Number,
    sealHead: String,
    released: { type: { at: { type: Date, required: true }, by: { type: [String], required: true } }, _id: false },
    mark: String,
    tablesMark: String,
  },
  { strict: 'throw', versionKey: false, collection: 'cycles' },
);
schema.index({ community: 1, 'stages.0.from': -1 });
// finds the cycles whose calendar has a date in the last days or in the future
schema.index({ 'stages.from': 1 });
schema.index({ 'moves.from': 1 });
// finds the cycles that are still to be sealed, and those whose key is still to be destroyed
schema.index({ sealedAt: 1 });
schema.index({ pseudonymKey: 1 }, { sparse: true });

export const Cycle = model<CycleRecord>('Cycle', schema);

/** A cycle whose vote has opened. */
export type FrozenCycle = CycleRecord & Required<Pick<CycleRecord, 'frozen' | 'lot'>>;

/** A cycle as its file gives it. */
export type CycleFile = Omit<
  CycleRecord,
  'community' | 'moves' | 'holds' | 'frozen' | 'pseudonymKey' | 'sealedAt' | 'residentsAtClose' | 'sealHead' | 'released' | 'importedAt' | 'mark'
>;

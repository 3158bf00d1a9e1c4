import { encrypted, index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { RULES } from '../ballots/tally/index.ts';

/** The stages of a cycle, in their order. */
export const STAGES = ['announce', 'propose', 'deliberate', 'publish', 'vote', 'implement', 'evaluate', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

/** What was fixed as voting opened; nothing in it changes afterwards. */
const frozen = {
  at: Date,
  /** The text whose bytes are served at `/api/cycles/ID/ballot`. */
  ballot: String,
  /** Hex SHA-256 of these bytes. */
  hash: String,
  /** The number of residents as voting opened. */
  residents: Number,
  /** The community's time zone as voting opened: it decides what a day is in this ledger. */
  timezone: String,
  /** Set if there are fewer than 500 residents: the one day that every entry bears. Entries are then public only after the close. */
  day: optional(String),
};
export type Frozen = Of<typeof frozen>;

/** A project on the ballot. `cost` is in whole units of the cycle's currency. */
const project = {
  number: Number,
  title: String,
  /** The title for SMS and voice, at most 12 characters. */
  short: optional(String),
  /** Its title in other languages. */
  titles: optional({ en: optional(String) }),
  /** Other words for it, by which residents may name it; they are published nowhere. */
  also: optional([String]),
  category: optional(String),
  cost: Number,
  detail: optional(String),
  place: optional(String),
  /** The month in which the project is to be built, `2027-06`. */
  due: optional(String),
};
export type Project = Of<typeof project>;

/** A table for slips of paper as it is announced: where it will stand, and from when until when. */
const announcedTable = {
  place: String,
  from: Date,
  to: Date,
};
export type AnnouncedTable = Of<typeof announcedTable>;

/** What holds a vote back, from when, and until when if it is gone: the vote does not open by itself meanwhile. */
const hold = {
  from: Date,
  to: optional(Date),
};
export type Hold = Of<typeof hold>;

/** A change of the calendar by hand. It is recorded and public. */
const move = {
  kind: oneOf(['move', 'extend', 'slips']),
  /** For a move: the stage that begins at `from`. For an extension: `vote`, whose end becomes `from`. `slips`: those of the `vote` are keyed until `from`. */
  stage: oneOf(STAGES),
  from: Date,
  by: String,
  reason: optional(String),
  at: Date,
};
export type Move = Of<typeof move>;

export const Cycle = records(
  'cycles',
  {
    /** `id` in `cycle.yaml`. */
    _id: String,
    community: String,
    title: String,
    budget: Number,
    currency: String,
    rule: oneOf(RULES),
    threshold: Number,
    choices: { min: Number, max: Number },
    /** In order of time, as the file gives them. */
    stages: [{ stage: oneOf(STAGES), from: Date }],
    moves: [move],
    holds: optional([hold]),
    /**
     * Until when slips of paper may be keyed, as the file has it; absent if that is the close (`slipsClose`). `atOnce`: as soon as their table is closed, not
     * only after the vote (`boxesOpen`).
     */
    paper: optional({ until: Date, key: optional(oneOf(['atOnce'])) }),
    /** In order of time. */
    tables: optional([announcedTable]),
    /** When its file was first imported: `+14d` counts from this moment once the vote has opened. */
    importedAt: optional(Date),
    projects: [project],
    /** All project numbers; in a tie, the first of them wins. Given by the file or drawn at the freeze. */
    lot: optional([Number]),
    frozen: optional(frozen),
    /** The key of the pseudonyms, encrypted; destroyed 30 days after the close. */
    pseudonymKey: optional(encrypted('pseudonymKey')),
    sealedAt: optional(Date),
    /** The number of residents on the roster as the vote closed. They are counted when the ledger is sealed, which may be days later. */
    residentsAtClose: optional(Number),
    /** The hash of the seal that was written into its ledger; absent if an earlier version sealed it. */
    sealHead: optional(String),
    /** When its result was released for the notice board, and by whom: two persons, or who ran the command. */
    released: optional({ at: Date, by: [String] }),
    /** `cycleMark(…)`. */
    mark: optional(String),
    /** `announced(…)`: the service wrote `tables`. */
    tablesMark: optional(String),
  },
  [
    index({ community: 1, 'stages.0.from': -1 }),
    // finds the cycles whose calendar has a date in the last days or in the future
    index({ 'stages.from': 1 }),
    index({ 'moves.from': 1 }),
    // finds the cycles that are still to be sealed, and those whose key is still to be destroyed
    index({ sealedAt: 1 }),
    index({ pseudonymKey: 1 }, { sparse: true }),
  ],
);
export type CycleRecord = RecordOf<typeof Cycle>;

/** A cycle whose vote has opened. */
export type FrozenCycle = CycleRecord & Required<Pick<CycleRecord, 'frozen' | 'lot'>>;

/** A cycle as its file gives it. */
export type CycleFile = Omit<
  CycleRecord,
  'community' | 'moves' | 'holds' | 'frozen' | 'pseudonymKey' | 'sealedAt' | 'residentsAtClose' | 'sealHead' | 'released' | 'importedAt' | 'mark'
>;

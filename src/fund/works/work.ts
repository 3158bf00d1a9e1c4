import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { changeMarked } from '../../store/recordMark.ts';
import { index, type Of, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import { subject } from '../act/index.ts';

/** The states of a work, in their order (docs/contract.md: Works). */
export const WORK_STATES = ['approved', 'seeking', 'chosen', 'signed', 'under-way', 'finished', 'to-be-mended', 'accepted', 'paid', 'rated'] as const;
export type WorkState = (typeof WORK_STATES)[number];

/**
 * How a step is taken. `move`: with its day alone. `choose`, `sign`, `accept`, `mend`: by the act of that name. `settle`: once everything
 * contracted is paid. `back`: with a reason.
 */
export type StepBy = 'move' | 'choose' | 'sign' | 'accept' | 'mend' | 'settle' | 'back';

/** Every step that a work may take. What is not here is refused. */
const WORK_STEPS: { readonly [From in WorkState]: { readonly [To in WorkState]?: StepBy } } = {
  approved: { seeking: 'move' },
  seeking: { chosen: 'choose', approved: 'back' },
  chosen: { signed: 'sign', seeking: 'back' },
  signed: { 'under-way': 'move', chosen: 'back' },
  'under-way': { finished: 'move', signed: 'back' },
  finished: { accepted: 'accept', 'to-be-mended': 'mend', 'under-way': 'back' },
  'to-be-mended': { finished: 'move', 'under-way': 'back' },
  accepted: { paid: 'settle', finished: 'back' },
  paid: { rated: 'move', accepted: 'back' },
  rated: { paid: 'back' },
};

/** How a work gets from one state to another; undefined if it may not. */
export function stepBy(from: WorkState, to: WorkState): StepBy | undefined {
  return WORK_STEPS[from][to];
}

/** The steps from a state that need nothing but a day or a reason. */
export function movesFrom(from: WorkState): { readonly to: WorkState; readonly isBack: boolean }[] {
  return WORK_STATES.flatMap((to) => {
    const by = stepBy(from, to);
    return by === 'move' || by === 'back' || by === 'settle' ? [{ to, isBack: by === 'back' }] : [];
  });
}

/** What a work's document is (docs/contract.md: Works). */
export const DOCUMENT_KINDS = ['offer', 'contract', 'plan', 'acceptance', 'invoice', 'other'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What residents think of a work. */
const workRating = {
  count: Number,
  /** Of 1 to 5, to one place. */
  mean: Number,
};
export type WorkRating = Of<typeof workRating>;

/** Somebody who is asked to do a work, and what they offer. Sums in whole units of the cycle's currency. */
const workOffer = {
  /** The number of the implementer in the community. */
  implementer: Number,
  asked: { by: String, at: Date },
  amount: optional(Number),
  /** The sums that they offered before. */
  earlier: optional([Number]),
  /** The day of the offer, and the document that shows it. */
  day: optional(String),
  document: optional(String),
};

/** One step of a work. */
const workStep = {
  state: oneOf(WORK_STATES),
  /** The day on which it was so, `2027-03-09`, in the community's zone. */
  day: String,
  by: String,
  /** The second person, who confirmed it. */
  second: optional(String),
  /** When it was entered. */
  at: Date,
  /** Why it went back, or what is to be mended. */
  reason: optional(String),
  isBack: optional(true),
};
export type WorkStep = Of<typeof workStep>;

/** A winner of a vote that is carried out. The project's own number names it: it has not changed since its ballot was frozen, and never will. */
export const Work = records(
  'works',
  {
    _id: { cycle: String, number: Number },
    community: String,
    state: oneOf(WORK_STATES),
    /** Newest last; the first is the result. */
    steps: [workStep],
    offers: [workOffer],
    chosen: optional({ implementer: Number, amount: Number, reason: String, fewReason: optional(String), by: String, at: Date }),
    contract: optional({ number: String, amount: Number, day: String, until: optional(String), document: optional(String) }),
    /** Until which day what is wrong is to be mended, and what it is. */
    mend: optional({ until: String, what: String }),
    /** The kinds of documents that it has. */
    papers: [oneOf(DOCUMENT_KINDS)],
    /** When the newest picture of its progress came. */
    picturedAt: optional(Date),
    /** How many pieces of news it has. */
    news: Number,
    /** How residents rate it, as it is public (`publishRatings`). */
    rating: optional(workRating),
    /** Counts the changes. */
    revision: Number,
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true }), index({ community: 1, state: 1 }), index({ community: 1, 'chosen.implementer': 1 })],
);
export type WorkRecord = RecordOf<typeof Work>;

/** A work by its cycle and its project's number; null if there is none. */
export function findWork(cycle: string, number: number, session?: mongo.ClientSession): Promise<WorkRecord | null> {
  return collection(Work).findOne({ _id: { cycle, number } }, { ...(session && { session }) });
}

/** Changes a work that was read in this session. */
export function changeWork(
  { vault }: Pick<World, 'vault'>,
  work: WorkRecord,
  change: Pick<mongo.UpdateFilter<WorkRecord>, '$set' | '$unset' | '$push' | '$addToSet'>,
  session: mongo.ClientSession,
): Promise<void> {
  return changeMarked(vault, Work, work, { ...change, $inc: { revision: 1 } }, session);
}

/** What the log calls a work. */
export function workSubject({ cycle, number }: WorkRecord['_id']): string {
  return `work/${cycle}/${number}`;
}

/** A work, as acts are done to it. */
export const onWork = subject({
  path: '/works/:cycle/:number',
  find: async (_context, community, { cycle = '', number }, session) => {
    const work = await findWork(cycle, Number(number), session);
    return work?.community === community ? work : null;
  },
  name: ({ _id }: WorkRecord) => workSubject(_id),
});

/** A work, for acts that rest on how it stood when it was looked at. */
export const onWorkSeen = subject({ ...onWork, revision: ({ revision }) => revision });

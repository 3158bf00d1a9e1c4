import { model, type mongo, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { changeMarked } from '../../store/recordMark.ts';
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

/** One step of a work. */
export interface WorkStep {
  state: WorkState;
  /** The day on which it was so, `2027-03-09`, in the community's zone. */
  day: string;
  by: string;
  /** The second person, who confirmed it. */
  second?: string;
  /** When it was entered. */
  at: Date;
  /** Why it went back, or what is to be mended. */
  reason?: string;
  isBack?: true;
}

/** Somebody who is asked to do a work, and what they offer. Sums in whole units of the cycle's currency. */
export interface WorkOffer {
  /** The number of the implementer in the community. */
  implementer: number;
  asked: { by: string; at: Date };
  amount?: number;
  /** The sums that they offered before. */
  earlier?: number[];
  /** The day of the offer, and the document that shows it. */
  day?: string;
  document?: string;
}

/** What residents think of a work. */
export interface WorkRating {
  count: number;
  /** Of 1 to 5, to one place. */
  mean: number;
}

/** A winner of a vote that is carried out. The project's own number names it: it has not changed since its ballot was frozen, and never will. */
export interface WorkRecord {
  _id: { cycle: string; number: number };
  community: string;
  state: WorkState;
  /** Newest last; the first is the result. */
  steps: WorkStep[];
  offers: WorkOffer[];
  chosen?: { implementer: number; amount: number; reason: string; fewReason?: string; by: string; at: Date };
  contract?: { number: string; amount: number; day: string; until?: string; document?: string };
  /** Until which day what is wrong is to be mended, and what it is. */
  mend?: { until: string; what: string };
  /** The kinds of documents that it has. */
  papers: DocumentKind[];
  /** When the newest picture of its progress came. */
  picturedAt?: Date;
  /** How many pieces of news it has. */
  news: number;
  /** How residents rate it, as it is public (`publishRatings`). */
  rating?: WorkRating;
  /** Counts the changes. */
  revision: number;
  /** `recordMark(…)`: the service wrote it. */
  mark?: string;
}

const text = { type: String, required: true };
const number = { type: Number, required: true };
const date = { type: Date, required: true };
const schema = new Schema<WorkRecord>(
  {
    _id: { type: new Schema({ cycle: text, number }, { _id: false }), required: true },
    community: text,
    state: { type: String, enum: WORK_STATES, required: true },
    steps: [
      {
        type: {
          state: { type: String, enum: WORK_STATES, required: true },
          day: text,
          by: text,
          second: String,
          at: date,
          reason: String,
          isBack: Boolean,
        },
        _id: false,
      },
    ],
    offers: [
      {
        type: {
          implementer: number,
          asked: { type: { by: text, at: date }, required: true, _id: false },
          amount: Number,
          earlier: { type: [Number], default: undefined },
          day: String,
          document: String,
        },
        _id: false,
      },
    ],
    chosen: { type: { implementer: number, amount: number, reason: text, fewReason: String, by: text, at: date }, _id: false },
    contract: { type: { number: text, amount: number, day: text, until: String, document: String }, _id: false },
    mend: { type: { until: text, what: text }, _id: false },
    papers: { type: [{ type: String, enum: DOCUMENT_KINDS }], required: true },
    picturedAt: Date,
    news: number,
    rating: { type: { count: number, mean: number }, _id: false },
    revision: number,
    mark: String,
  },
  { strict: 'throw', versionKey: false, collection: 'works' },
);
schema.index({ '_id.cycle': 1, '_id.number': 1 }, { unique: true });
schema.index({ community: 1, state: 1 });
schema.index({ community: 1, 'chosen.implementer': 1 });

export const Work = model<WorkRecord>('Work', schema);

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

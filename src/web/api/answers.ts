import { z } from 'zod';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { ENTRY_KINDS } from '../../fund/accounts/index.ts';
import { RULES } from '../../fund/ballots/tally/index.ts';
import { STAGES, type Stage } from '../../fund/cycles/index.ts';
import { OUTCOMES } from '../../fund/paper/index.ts';
import { ORIGINS, PROPOSAL_STATES, type PublicProposal, REASONS } from '../../fund/proposals/index.ts';
import { DOCUMENT_KINDS, WORK_STATES } from '../../fund/works/index.ts';

/** What `/api` answers, as schemas: the types of what is answered follow from them, or are what they satisfy. Money in whole units, times in ISO 8601. */

const count = z.int().nonnegative();
const text = z.string();
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();
const time = z.iso.datetime();
const day = z.iso.date();

const period = z.strictObject({ from: time, to: maybe(time) });

export const communitiesAnswer = z.array(z.strictObject({ slug: text, name: text, phone: text.describe('The number that residents write to.') }));

export const cycleNowAnswer = z.strictObject({
  id: text,
  community: text,
  title: text,
  stage: maybe(z.enum(STAGES)),
  heldSince: maybe(time).describe('When the vote was to open, while it is held back.'),
  stages: z.partialRecord(z.enum(STAGES), period) satisfies z.ZodType<Partial<Record<Stage, unknown>>>,
  slipsUntil: maybe(time).describe('Until when slips of paper are keyed: the result comes ten seconds after that. Null if the cycle has no vote.'),
  budget: count,
  currency: text,
  rule: z.enum(RULES),
  choices: z.strictObject({ min: count, max: count }),
  projects: z.array(z.strictObject({ number: z.int(), title: text, titleEn: text.optional(), category: maybe(text), cost: count })),
  proposals: count,
  answered: count.describe('Proposals whose proposer was told what became of them.'),
  medianDays: maybe(z.number()).describe('In how many days half of these were answered; null if there is none.'),
  ballots: maybe(count).describe('Null until the vote has closed, because it would show that somebody voted again.'),
  voters: count,
  residents: count,
});
/** A cycle as `/api/cycles/current` shows it. */
export type CycleNow = Readonly<z.output<typeof cycleNowAnswer>>;

export const proposalsAnswer = z.array(
  z.strictObject({
    number: z.int(),
    at: time,
    channel: maybe(z.enum(CHANNEL_NAMES)),
    origin: z.enum(ORIGINS),
    category: maybe(text),
    text: text.describe('With the numbers of phones, identity cards and banks masked; empty while there is `spoken`.'),
    spoken: z.enum(['beingWrittenDown', 'lost']).optional(),
    state: z.enum(PROPOSAL_STATES),
    project: maybe(z.int()),
    supports: count,
    mergedInto: maybe(z.int()),
    carriedTo: z.strictObject({ cycle: text, number: z.int() }).optional(),
    reason: maybe(z.strictObject({ code: maybe(z.enum(REASONS)), text })),
    cost: maybe(count),
  }),
) satisfies z.ZodType<PublicProposal[]>;

const pictures = z.array(z.strictObject({ address: text, width: count, height: count, at: time, caption: maybe(text) }));

export const publicationAnswer = z.strictObject({
  from: time,
  to: time,
  list: z.array(z.strictObject({ number: z.int(), title: text, short: text.optional(), titleEn: text.optional(), cost: maybe(count) })),
  check: maybe(z.strictObject({ at: time, finding: maybe(text) })),
  unanswered: count,
  answered: count,
  objections: z.array(z.strictObject({ number: z.int(), about: maybe(z.int()), at: time, answeredAt: time, text, answer: text })),
  pictures,
});

export const meetingsAnswer = z.array(
  z.strictObject({
    number: z.int(),
    at: time,
    place: text,
    state: z.enum(['planned', 'draft', 'final']),
    members: maybe(count),
    present: maybe(count),
    quorate: maybe(z.boolean()),
    items: z.array(
      z.strictObject({
        proposal: z.int(),
        for: maybe(count),
        against: maybe(count),
        abstained: maybe(count),
        decision: maybe(text),
        reason: maybe(text),
      }),
    ),
    notes: maybe(text),
    finalAt: maybe(time),
    addenda: z.array(z.strictObject({ at: time, text })),
    pictures,
  }),
);

const sums = { granted: z.int(), own: z.int(), contracted: z.int(), paid: z.int() };

export const worksAnswer = z.array(
  z.strictObject({
    number: z.int(),
    title: text,
    titleEn: text.optional(),
    state: z.enum(WORK_STATES),
    steps: z.array(z.strictObject({ state: z.enum(WORK_STATES), day, isBack: z.boolean(), reason: maybe(text) })),
    implementer: maybe(text),
    chosenBecause: maybe(text),
    offers: count,
    contract: maybe(z.strictObject({ day, until: maybe(day) })),
    toBeMendedBy: maybe(day),
    ...sums,
    left: z.int(),
    news: count,
    rating: maybe(z.strictObject({ count, mean: z.number() })),
    documents: z.array(z.strictObject({ address: text, kind: z.enum(DOCUMENT_KINDS), title: text, type: z.enum(['pdf', 'jpeg']) })),
  }),
);

export const accountAnswer = z.strictObject({
  cycle: text,
  currency: text,
  budget: count,
  extra: z.int(),
  ...sums,
  left: z.int(),
  entries: count,
  closed: maybe(z.strictObject({ left: z.int(), at: time })),
  works: z.array(z.strictObject({ work: z.int(), ...sums })),
  newest: z.array(
    z.strictObject({
      entry: z.int(),
      day,
      kind: z.enum(ENTRY_KINDS),
      work: maybe(z.int()),
      amount: z.int(),
      paper: maybe(text),
      reason: maybe(text),
      corrects: maybe(z.int()),
    }),
  ),
});

export const paperAnswer = z.strictObject({
  tables: z.array(
    z.strictObject({
      number: z.int(),
      place: text,
      day: time,
      received: count,
      handedOut: maybe(count),
      spoiled: maybe(count),
      left: maybe(count),
      marks: count,
      datedBack: count.describe('Of these marks, those of which the service heard ten minutes or more after they were handed in.'),
      differences: maybe(z.strictObject({ slips: z.int(), marks: z.int() })),
      reason: maybe(text),
      validated: z.boolean(),
      incident: maybe(text),
    }),
  ),
  outcomes: z.partialRecord(z.enum(OUTCOMES), count),
  missing: count.describe('Slips that were handed in and are in no accepted batch.'),
  assisted: count.describe('Ballots that somebody entered beside their voter.'),
});

export const ballotsLine = z.array(z.int()).describe('The picks of one counted ballot; the ballots are shuffled.');

export const receiptAnswer = z.strictObject({ cycle: text, at: day });

export const importedAnswer = z.strictObject({
  community: text,
  cycle: text.optional().describe('The cycle of `cycle.yaml`, if there is one.'),
  residents: z
    .strictObject({ added: count, changed: count, removed: count, left: count, ended: count.optional(), keys: count.optional() })
    .describe('`left`: asked to be deleted, and stay so. `ended`: have a card in the file that was replaced since.'),
  prompts: count.optional().describe('Recorded prompts in the ZIP.'),
  staff: z.strictObject({ added: count, changed: count, removed: count }).optional(),
});

export const errorAnswer = z.strictObject({
  error: text.describe('One sentence that says what to do.'),
  code: text.optional().describe('Where a program sends something: which error it is.'),
  problems: z
    .array(z.strictObject({ file: text, line: z.int(), what: text }))
    .optional()
    .describe('What is wrong in the files that were sent.'),
});

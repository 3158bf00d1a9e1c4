import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/pauses.ts';
import { openAccounts, type Sums } from '../accounts/index.ts';
import { SEES_NUMBERS, view } from '../people/index.ts';
import { type DocumentKind, WORK_STATES, Work, type WorkRecord, type WorkState } from './work.ts';

/**
 * What inspectors look for: no contract long after the result; payments ahead of the work, or behind it; no picture for a month of building;
 * missing papers; a repair that is overdue.
 */
export const WORK_WARNINGS = ['lateSigned', 'moneyAhead', 'moneyBehind', 'noPicture', 'papers', 'lateMended'] as const;
export type WorkWarning = (typeof WORK_WARNINGS)[number];

/** A contract is signed so many days after the result. */
const SIGNED_DAYS = 60;
const PICTURE_DAYS = 30;
/** What is accepted is paid off so many days later. */
const PAID_DAYS = 30;
/** How far, in parts of the whole, money may run ahead of the time that the contract gives, and behind it. */
const AHEAD = 0.3;
const BEHIND = 0.5;
const DAY_MS = 86_400_000;

type Known = Pick<WorkRecord, 'state' | 'steps' | 'contract' | 'papers' | 'picturedAt' | 'mend'>;

/** What is wrong with a work on a day of its community, `2027-03-09`. */
export function warningsOf(work: Known, { contracted, paid }: Sums, today: string): WorkWarning[] {
  const { state, steps, contract, papers, picturedAt, mend } = work;
  const isBuilt = BUILT.includes(state);
  const share = contracted === 0 ? 0 : paid / contracted;
  const due = contract?.until ? Math.min(1, between(contract.day, today) / Math.max(1, between(contract.day, contract.until))) : undefined;
  const isAccepted = state === 'accepted' || state === 'paid' || state === 'rated';
  const pictured = [picturedAt?.toISOString().slice(0, 10), contract?.day]
    .filter((day) => day !== undefined)
    .toSorted()
    .at(-1);
  const is: Record<WorkWarning, boolean> = {
    lateSigned: UNSIGNED.includes(state) && between(steps[0]?.day ?? today, today) > SIGNED_DAYS,
    moneyAhead: paid > 0 && !isAccepted && (share === 1 || (isBuilt && due !== undefined && share > due + AHEAD)),
    moneyBehind:
      (state === 'accepted' && share < 1 && between(steps.at(-1)?.day ?? today, today) > PAID_DAYS) ||
      (contracted > 0 && !isAccepted && due !== undefined && share < due - BEHIND),
    noPicture: isBuilt && pictured !== undefined && between(pictured, today) > PICTURE_DAYS,
    papers: missingPapers(state, paid).some((kind) => !papers.includes(kind)),
    lateMended: state === 'to-be-mended' && mend !== undefined && mend.until < today,
  };
  return WORK_WARNINGS.filter((warning) => is[warning]);
}

const UNSIGNED: readonly WorkState[] = ['approved', 'seeking', 'chosen'];
const BUILT: readonly WorkState[] = ['signed', 'under-way', 'to-be-mended'];

/** The papers that a work has to have in a state, once so much is paid. */
function missingPapers(state: WorkState, paid: number): DocumentKind[] {
  const has = (from: WorkState) => WORK_STATES.indexOf(state) >= WORK_STATES.indexOf(from);
  return [
    ...(has('chosen') ? (['offer'] as const) : []),
    ...(has('signed') ? (['contract'] as const) : []),
    ...(has('accepted') ? (['acceptance'] as const) : []),
    ...(paid > 0 ? (['invoice'] as const) : []),
  ];
}

/** The papers that a work should have by now, and has not. */
export function papersMissing({ state, papers }: Pick<WorkRecord, 'state' | 'papers'>, { paid }: Sums): DocumentKind[] {
  return missingPapers(state, paid).filter((kind) => !papers.includes(kind));
}

function between(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** How many works of a community have each warning, and since what day the oldest of them has stood at its step. */
export type WarningCounts = Readonly<Partial<Record<WorkWarning, { readonly count: number; readonly since: string }>>>;

const ABOUT = { community: 1, state: 1, 'steps.day': 1, contract: 1, papers: 1, picturedAt: 1, mend: 1 } as const;

/**
 * How many works of these communities have each warning, by community. Works whose account is closed do not count, and are not read. It reads by
 * indexes: the open accounts, and their works. The caller checks who may read it.
 */
export async function warningsAmong(communities: readonly string[], today: string): Promise<Map<string, WarningCounts>> {
  const accounts = await openAccounts(communities);
  if (accounts.size === 0) return new Map();
  const works = forReaders(Work).find(
    { '_id.cycle': { $in: [...accounts.keys()] }, state: { $ne: 'rated' } },
    { projection: ABOUT, hint: { '_id.cycle': 1, '_id.number': 1 }, batchSize: 500 },
  );
  const found = new Map<string, WarningCounts>();
  for await (const work of withPauses(works)) {
    const sums = accounts.get(work._id.cycle)?.find((each) => each.work === work._id.number);
    if (!sums) continue;
    const counts = found.get(work.community) ?? {};
    const day = work.steps.at(-1)?.day ?? today;
    const more = warningsOf(work, sums, today).map((warning) => {
      const { count, since } = counts[warning] ?? { count: 0, since: day };
      return [warning, { count: count + 1, since: [since, day].toSorted()[0] }];
    });
    found.set(work.community, { ...counts, ...Object.fromEntries(more) });
  }
  return found;
}

/** The warnings of a community's works, by kind: how many works, and since which day the oldest. */
export const waitingWorks = view({
  name: 'work.waiting',
  may: SEES_NUMBERS,
  query: async ({ community }, today: string): Promise<WarningCounts> => {
    return (await warningsAmong([community], today)).get(community) ?? {};
  },
});

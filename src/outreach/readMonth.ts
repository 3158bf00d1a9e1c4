import { type AccountEntryRecord, entriesOfDays } from '../fund/accounts/index.ts';
import { type Share, turnout, turnoutShares } from '../fund/ballots/index.ts';
import { type CycleRecord, currentCycleForReaders, findCycles } from '../fund/cycles/index.ts';
import { countInquiries, type InquiryKind } from '../fund/inquiries/index.ts';
import { actCounts } from '../fund/log/index.ts';
import { countObjectionsCome } from '../fund/meetings/index.ts';
import { countResidents, type Reading, SEES_NUMBERS, view } from '../fund/people/index.ts';
import { countProposals } from '../fund/proposals/index.ts';
import { type WorkRecord, worksOfMany } from '../fund/works/index.ts';
import { dayOf, readTime } from '../store/wallTime.ts';

/** What a month came to in a community, in numbers. */
export interface MonthRead {
  /** Its first and its last day, `2026-11-01`. */
  readonly first: string;
  readonly last: string;
  /** The month in which the community's first cycle began; this one where none has. */
  readonly earliest: string;
  /** On the roster now, whatever month it is. */
  readonly residents: number;
  readonly proposals: number;
  readonly letters: ReadonlyMap<InquiryKind, number>;
  readonly objections: number;
  /** How often the staff did each act, as the log has it. */
  readonly acts: ReadonlyMap<string, number>;
  /** Of the current cycle: as many as are told up to the month's end; absent if none are. */
  readonly turnout?: Share & { readonly cycle: string };
  /** The steps that works took, by the day. */
  readonly steps: readonly { readonly cycle: CycleRecord; readonly work: number; readonly step: WorkRecord['steps'][number] }[];
  /** What was entered into the accounts with a day of the month. */
  readonly entries: readonly { readonly cycle: CycleRecord; readonly entry: AccountEntryRecord }[];
}

/** Reads a month, `2026-11`, by the clocks of the community. */
export const readMonth = view({
  name: 'month.one',
  may: SEES_NUMBERS,
  query: async (reading, timezone: string, month: string): Promise<MonthRead> => {
    const { world, community } = reading;
    const { first, last, from, until } = daysOf(month, timezone, world.now());
    const cycles = await findCycles(community);
    const [residents, proposals, letters, objections, acts, taken, entered, tookPart] = await Promise.all([
      countResidents(community),
      countProposals(
        cycles.map(({ _id }) => _id),
        from,
        until,
      ),
      countInquiries(community, from, until),
      countObjectionsCome(community, from, until),
      actCounts(community, from, until),
      Promise.all(cycles.map(async (cycle) => ({ cycle, works: await worksOfMany(world)(cycle._id) }))),
      entriesOfDays(
        cycles.map(({ _id }) => _id),
        first,
        last,
      ),
      turnoutUntil(reading, last),
    ]);
    const steps = taken.flatMap(({ cycle, works: all }) =>
      all.flatMap(({ _id, steps: each }) => each.map((step) => ({ cycle, work: _id.number, step })).filter(({ step }) => isWithin(step.day))),
    );
    const began = cycles.flatMap(({ stages: [stage] }) => stage?.from ?? []);
    const earliest = dayOf(new Date(Math.min(world.now().getTime(), ...began.map(Number))), timezone).slice(0, 7);
    const byId = new Map(cycles.map((cycle) => [cycle._id, cycle]));
    return {
      ...{ first, last, earliest, residents, proposals, letters, objections, acts },
      ...(tookPart && { turnout: tookPart }),
      steps: steps.toSorted((one, other) => one.step.day.localeCompare(other.step.day)),
      entries: entered.flatMap((entry) => {
        const cycle = byId.get(entry._id.cycle);
        return cycle ? [{ cycle, entry }] : [];
      }),
    };

    function isWithin(day: string): boolean {
      return first <= day && day <= last;
    }
  },
});

async function turnoutUntil(reading: Reading, last: string): Promise<MonthRead['turnout']> {
  const { world, community } = reading;
  const cycle = await currentCycleForReaders(world)(community, world.now());
  const shares = cycle && (await turnoutShares.read(reading, cycle));
  const voters = (shares?.days ?? []).filter(({ to }) => to <= last).reduce((sum, day) => sum + day.voters, 0);
  if (!cycle || voters === 0) return undefined;
  const { residents } = await turnout(world)(cycle._id);
  return { cycle: cycle._id, voters, residents };
}

function daysOf(month: string, timezone: string, now: Date) {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const day = (of: number, date: number) => new Date(Date.UTC(year, of, date)).toISOString().slice(0, 10);
  const first = day(number - 1, 1);
  const at = (text: string) => readTime(text, timezone, now) ?? now;
  return { first, last: day(number, 0), from: at(first), until: at(day(number, 1)) };
}

import { forReaders } from '../../store/connect.ts';
import { withPauses } from '../../store/inTime.ts';
import { CALENDAR_FIELDS, isOpen, periods } from './calendar.ts';
import { Cycle, type CycleRecord } from './cycle.ts';

/** What of a cycle is needed to see how it stands. */
export type CycleAtAGlance = Pick<CycleRecord, '_id' | 'community' | 'stages' | 'moves' | 'holds' | 'sealedAt' | 'residentsAtClose'> & {
  readonly projects: readonly Pick<CycleRecord['projects'][number], 'number'>[];
  readonly frozen?: Pick<NonNullable<CycleRecord['frozen']>, 'at' | 'residents'>;
};

/** Records read at once: some milliseconds of work. */
const EACH = 200;
const GLANCE = {
  ...{ community: 1, ...CALENDAR_FIELDS, sealedAt: 1, residentsAtClose: 1, 'projects.number': 1, 'frozen.at': 1, 'frozen.residents': 1 },
} as const;

/** The current cycles of communities at a moment (as `currentCycle`), by slug; those of the communities in which one has begun. */
export async function currentCyclesAmong(communities: readonly string[], at: Date): Promise<Map<string, CycleAtAGlance>> {
  const found = forReaders(Cycle).find<CycleAtAGlance>(
    { community: { $in: [...communities] } },
    { projection: GLANCE, hint: { community: 1, 'stages.0.from': -1 }, batchSize: EACH },
  );
  const current = new Map<string, { readonly cycle: CycleAtAGlance; readonly begins: number }>();
  for await (const cycle of withPauses(found)) {
    const [first] = periods(cycle, at);
    if (!first || first.from > at) continue;
    const begins = isOpen(cycle, at) ? Number.POSITIVE_INFINITY : first.from.getTime();
    const known = current.get(cycle.community);
    if (!known || begins > known.begins) current.set(cycle.community, { cycle, begins });
  }
  return new Map([...current].map(([community, { cycle }]) => [community, cycle]));
}

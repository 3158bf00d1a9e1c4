import { z } from 'zod';
import type { Act, Performed } from '../../fund/act/index.ts';
import { appointStaff, dismissStaff, enactCards } from '../../fund/roster/index.ts';
import { type Run, type Runs, runOf, WAITING_ACTS, type WaitingAct } from '../../fund/second/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import type { World } from '../../store/world.ts';
import { ACTS } from './acts.ts';

/** The functions of the acts that wait for a second person: the same ones that do these acts without one. */
export function secondRuns(world: World): Runs {
  const notify = enqueue(world);
  const enact = enactCards(world);
  const { addStaff: appointing, removeStaff: dismissing, makeCards } = WAITING_ACTS;
  const runs = {
    addStaff: runOf(appointing.payload, (given, community, actor) => appointStaff(world)(community, given, actor)),
    removeStaff: runOf(dismissing.payload, (given, community, actor) => dismissStaff(world)(community, { name: '', ...given }, actor)),
    makeCards: runOf(makeCards.payload, enact),
  } satisfies Record<WaitingAct, Run>;
  const known = new Map<string, Run>(Object.entries(runs));
  const context = { world, notify };
  for (const act of ACTS)
    known.set(act.name, async (kept, community, actor) => whatCame(act, await act.perform(context, { ...waitedFor.parse(kept), community, actor })));
  return (act) => known.get(act);
}

/** What is kept of an act that is a value: its input, and what it is on. */
const waitedFor = z.object({
  at: z.record(z.string(), z.string()),
  seen: z.union([z.int(), z.string()]).optional(),
  input: z.record(z.string(), z.unknown()),
});

/** What came of it; of what it refuses, the key of its words. */
function whatCame({ name }: Act, performed: Performed): object {
  if (performed.is === 'done') return {};
  return { refused: performed.is === 'refused' ? `${name}.not.${performed.refused}` : performed.is };
}

import { z } from 'zod';
import type { Act, Performed } from '../../fund/act/index.ts';
import { hasBallots } from '../../fund/ballots/index.ts';
import { extendCycle, moveCycle, openAllTheSame, releaseResult, STAGES } from '../../fund/cycles/index.ts';
import { acceptRequest, appointStaff, dismissStaff, enactCards, unlockAddress } from '../../fund/roster/index.ts';
import { type Run, type Runs, runOf, WAITING_ACTS, type WaitingAct } from '../../fund/second/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import type { World } from '../../store/world.ts';
import { ACTS } from './acts.ts';

/** The functions of the acts that wait for a second person: the same ones that do these acts without one. */
export function secondRuns(world: World): Runs {
  const notify = enqueue(world);
  const accept = acceptRequest(world, notify);
  const enact = enactCards(world);
  const move = moveCycle(world, hasBallots);
  const extend = extendCycle(world);
  const {
    acceptRequest: accepting,
    makeCards,
    unlockAddress: unlocking,
    moveCycle: moving,
    extendCycle: extending,
    openAllTheSame: opening,
  } = WAITING_ACTS;
  const { addStaff: appointing, removeStaff: dismissing } = WAITING_ACTS;
  const runs = {
    addStaff: runOf(appointing.payload, (given, community, actor) => appointStaff(world)(community, given, actor)),
    removeStaff: runOf(dismissing.payload, (given, community, actor) => dismissStaff(world)(community, { name: '', ...given }, actor)),
    acceptRequest: runOf(accepting.payload, (kept, community, actor) => accept({ ...kept, community, actor })),
    makeCards: runOf(makeCards.payload, enact),
    unlockAddress: runOf(unlocking.payload, ({ reason, ...from }, community, actor) => unlockAddress(world, { ...from, community }, actor, reason)),
    moveCycle: runOf(moving.payload, async ({ stage: name, ...kept }, _community, actor) => {
      const stage = STAGES.find((each) => each === name);
      return stage ? move({ ...kept, stage, actor }) : { refused: 'unknown' };
    }),
    extendCycle: runOf(extending.payload, ({ to, ...kept }, _community, actor) => extend({ ...kept, to: new Date(to), actor })),
    releaseResult: runOf(WAITING_ACTS.releaseResult.payload, (kept, _community, actor) => releaseResult(world)({ ...kept, actor })),
    openAllTheSame: runOf(opening.payload, (kept, _community, actor) => openAllTheSame(world)({ ...kept, actor })),
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

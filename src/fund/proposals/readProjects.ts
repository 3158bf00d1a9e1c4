import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { stageAt } from '../calendar/stageAt.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { type BallotItem, ballotItem } from '../ledger/ballotItem.ts';
import type { Stage } from '../stage.ts';
import { type ProjectTold, projectTold } from './projectTold.ts';

export type ProjectsRead =
  | { readonly projects: readonly BallotItem[]; readonly budget: number; readonly currency: string; readonly stage: Stage }
  | { readonly project: ProjectTold; readonly currency: string }
  | { readonly unknown: number }
  | { readonly none: true };

/** The projects of the current cycle, or with a number that one. */
export function readProjects(world: World): (input: { number?: number }, act: Act) => Promise<ProjectsRead> {
  const current = currentCycle(world);
  return async ({ number }, act) => {
    const cycle = await current(act.community, act.at);
    const stage = cycle ? stageAt(cycle, act.at) : undefined;
    if (!cycle || !stage) return { none: true };
    const { projects, budget, currency } = cycle;
    if (number === undefined) return { projects: projects.map(ballotItem), budget, currency, stage };
    const project = projects.find((project) => project.number === number);
    return project ? { project: projectTold(project), currency } : { unknown: number };
  };
}

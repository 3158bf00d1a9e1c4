import type { Act } from '../../contacts/act.ts';
import type { World } from '../../store/world.ts';
import { currentCycle, type Project, type Stage, stageAt } from '../cycles/index.ts';

export type ProjectsRead =
  | { readonly projects: readonly BallotItem[]; readonly budget: number; readonly currency: string; readonly stage: Stage }
  | { readonly project: ProjectTold; readonly currency: string }
  | { readonly unknown: number }
  | { readonly none: true };

/** The projects of the current cycle; with a number, only that project. */
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

/** A project as a ballot names it; it is an `Option` of a dialog. */
export interface BallotItem {
  readonly number: number;
  readonly label: string;
  /** In whole units of the cycle's currency. */
  readonly cost: number;
  /** Only where a whole ballot is read out. */
  readonly detail?: string;
}

const LABEL_LENGTH = 12;

/** A project as SMS and voice name it: its `short`, else its title, cut to 12 characters with "…". */
export function ballotItem({ number, title, short, cost }: Project): BallotItem {
  const characters = [...title];
  const cut = characters.length > LABEL_LENGTH ? `${characters.slice(0, LABEL_LENGTH - 1).join('')}…` : title;
  return { number, label: short ?? cut, cost };
}

/** A project as it is told to a resident who asks about this one. `cost` is in whole units of the cycle's currency. */
export type ProjectTold = Readonly<Omit<Project, 'short'>>;

/** Takes from a project what is told to a resident who asks about it. */
export function projectTold({ number, title, category, cost, detail }: Project): ProjectTold {
  return { number, title, ...(category && { category }), cost, ...(detail && { detail }) };
}

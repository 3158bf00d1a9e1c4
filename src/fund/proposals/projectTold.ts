import type { Project } from '../records/cycle.ts';

/** A project as it is told when somebody asks about that one. `cost` in whole units of the cycle's currency. */
export type ProjectTold = Readonly<Omit<Project, 'short'>>;

export function projectTold({ number, title, category, cost, detail }: Project): ProjectTold {
  return { number, title, ...(category && { category }), cost, ...(detail && { detail }) };
}

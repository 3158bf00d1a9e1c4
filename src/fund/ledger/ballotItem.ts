import type { Project } from '../records/cycle.ts';

/** A project as a ballot says it; a dialog's `Option`. */
export interface BallotItem {
  readonly number: number;
  readonly label: string;
  /** Whole units of the cycle's currency. */
  readonly cost: number;
}

const LABEL_LENGTH = 12;

/** What SMS and voice say of a project: its `short`, else its title, cut to 12 characters with "…". */
export function ballotItem({ number, title, short, cost }: Project): BallotItem {
  const characters = [...title];
  const cut = characters.length > LABEL_LENGTH ? `${characters.slice(0, LABEL_LENGTH - 1).join('')}…` : title;
  return { number, label: short ?? cut, cost };
}

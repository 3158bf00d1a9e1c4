import { sha256 } from '../../store/vault.ts';
import type { CycleRecord } from './cycle.ts';

type Ballot = Pick<CycleRecord, 'title' | 'budget' | 'currency' | 'rule' | 'threshold' | 'choices' | 'projects' | 'lot'>;

/** A mark of a cycle's ballot as it is: another one as soon as anything in it is changed that decides or describes the choice. */
export function ballotMark({ title, budget, currency, rule, threshold, choices, projects, lot }: Ballot): string {
  const each = projects.map(({ number, title, short, category, cost, detail, place, due }) => [
    ...[number, title, short ?? null, category ?? null, cost],
    ...[detail ?? null, place ?? null, due ?? null],
  ]);
  return sha256(JSON.stringify([title, budget, currency, rule, threshold, choices.min, choices.max, each, lot ?? null])).slice(0, 32);
}

import type { CycleRecord, Move } from '../records/cycle.ts';
import { STAGES, type Stage } from '../stage.ts';

/** A cycle's dates: those of its file and what was changed by hand since. */
export type Calendar = Pick<CycleRecord, 'stages' | 'moves'>;

/** A stage from its first moment up to, and without, its last; the last stage has no `to`. */
export interface Period {
  stage: Stage;
  from: Date;
  to?: Date;
}

interface Beginning {
  readonly stage: Stage;
  readonly from: Date;
}

/**
 * The stages of a cycle with everything changed by hand applied, in time's order, without gaps (contract §5).
 * A stage set by hand holds until the next date that leads to a later one; stages passed over do not appear.
 * An extension puts off the close, and with it every stage that would have begun before.
 */
export function periods({ stages, moves }: Calendar): Period[] {
  const beginnings = [...moves].sort((a, b) => a.at.getTime() - b.at.getTime()).reduce<readonly Beginning[]>(applied, stages);
  const periods: Period[] = [];
  beginnings.forEach(({ stage, from }, index) => {
    const to = beginnings[index + 1]?.from;
    if (to && to <= from) return;
    const before = periods.at(-1);
    if (before?.stage === stage) before.to = to;
    else periods.push({ stage, from, to });
  });
  return periods;
}

function applied(beginnings: readonly Beginning[], { kind, stage, from }: Move): readonly Beginning[] {
  if (kind === 'extend') {
    const vote = beginnings.findLastIndex((beginning) => beginning.stage === 'vote');
    return beginnings.map((beginning, index) => (index > vote && beginning.from < from ? { stage: beginning.stage, from } : beginning));
  }
  return [
    ...beginnings.filter((beginning) => beginning.from < from),
    { stage, from },
    ...beginnings.filter((beginning) => beginning.from >= from && isLater(beginning.stage, stage)),
  ];
}

function isLater(a: Stage, b: Stage): boolean {
  return STAGES.indexOf(a) > STAGES.indexOf(b);
}

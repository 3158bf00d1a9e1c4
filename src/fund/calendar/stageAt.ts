import type { Stage } from '../stage.ts';
import { type Calendar, periods } from './periods.ts';

/** The stage that a cycle is in at a moment; none before its first. */
export function stageAt(cycle: Calendar, at: Date): Stage | undefined {
  return periods(cycle).findLast(({ from }) => from <= at)?.stage;
}

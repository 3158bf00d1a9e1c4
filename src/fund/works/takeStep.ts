import type { mongo } from 'mongoose';
import { isDayWithin, yearsFrom } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { changeWork, type WorkRecord, type WorkStep } from './work.ts';

/** Writes a step of a work that was read in this session. */
export function takeStep(
  world: Pick<World, 'vault'>,
  work: WorkRecord,
  step: WorkStep,
  session: mongo.ClientSession,
  unset?: mongo.UpdateFilter<WorkRecord>['$unset'],
  set: Partial<WorkRecord> = {},
): Promise<void> {
  return changeWork(world, work, { $set: { ...set, state: step.state }, $push: { steps: step }, ...(unset && { $unset: unset }) }, session);
}

/** What the log says of a step. */
export function stepDetail({ state: before }: Pick<WorkRecord, 'state'>, { state, day, reason }: WorkStep) {
  return { before: { state: before }, after: { state, day }, ...(reason !== undefined && { reason }) };
}

/** Whether a step may have this day: it is not in the future, and not before the day of the last step. */
export function isStepDay({ steps }: Pick<WorkRecord, 'steps'>, day: string, today: string): boolean {
  return isDayWithin(day, steps.at(-1)?.day ?? day, today);
}

/** In years: what a community's money pays for is done within one. */
const LATEST_DUE = 2;

/** Whether something may be due on this day: it is not before another day, nor years behind it. */
export function isDueDay(until: string, from: string): boolean {
  return isDayWithin(until, from, yearsFrom(from, LATEST_DUE));
}

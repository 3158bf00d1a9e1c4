import type { mongo } from 'mongoose';
import { isDay } from '../../store/wallTime.ts';
import type { Acting } from '../log/index.ts';
import { changeWork, type WorkRecord, type WorkStep, workSubject } from './work.ts';

/** Writes a step, unless somebody else has changed the work since it was read; gives whether it did. */
export function takeStep(
  work: WorkRecord,
  step: WorkStep,
  session: mongo.ClientSession,
  unset?: mongo.UpdateFilter<WorkRecord>['$unset'],
  set: Partial<WorkRecord> = {},
): Promise<boolean> {
  return changeWork(work, { $set: { ...set, state: step.state }, $push: { steps: step }, ...(unset && { $unset: unset }) }, session);
}

/** What the log says of a step. */
export function stepDeed(acting: Acting, { _id, state: before }: Pick<WorkRecord, '_id' | 'state'>, { state, day, reason }: WorkStep) {
  return {
    ...acting,
    subject: workSubject(_id),
    detail: { before: { state: before }, after: { state, day }, ...(reason !== undefined && { reason }) },
  };
}

/** Whether a step may have this day: it is not in the future, and not before the day of the last step. */
export function isStepDay({ steps }: Pick<WorkRecord, 'steps'>, day: string, today: string): boolean {
  return isDay(day) && day <= today && day >= (steps.at(-1)?.day ?? day);
}

import cron, { type TaskOptions } from 'node-cron';
import { forgetRecent } from './dialog/forgetRecent.ts';
import type { Channel } from './fund/act.ts';
import { forgetCodes } from './fund/roster/forgetCodes.ts';
import { forgetLeft } from './fund/roster/forgetLeft.ts';
import type { Log } from './logger.ts';
import { queueDue } from './outreach/broadcasts/queueDue.ts';
import { runCoordinator } from './outreach/calendar/runCoordinator.ts';
import { forgetCallBacks } from './outreach/callBacks/forgetCallBacks.ts';
import { forgetMessages } from './outreach/forgetMessages.ts';
import type { World } from './store/world.ts';

export interface Jobs {
  readonly callBacks?: () => Promise<void>;
  readonly recordings?: () => Promise<void>;
  readonly channels: readonly Channel[];
  readonly seal: () => Promise<unknown>;
  readonly calendar?: () => Promise<void>;
}

/** What node-cron would print itself: a tick missed or one still under way is harmless, and what a job rejects with is logged here. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** node-cron only ticks: what is due is found by looking, so that late, twice or in several processes is harmless. Gives what ends them. */
export function ticks(world: World, log: Log, { callBacks, recordings, channels, seal, calendar }: Jobs): () => Promise<void> {
  const broadcasts = queueDue(world, channels);
  const every = (expression: string, name: string, job: () => Promise<unknown>, options?: TaskOptions) =>
    cron.schedule(expression, () => job().catch((error: unknown) => log.error({ error, code: 'TICK_FAILED' }, name)), {
      name,
      noOverlap: true,
      suppressMissedWarning: true,
      logger: SILENT,
      ...options,
    });
  const tasks = [
    every('* * * * * *', 'seal', seal),
    every('* * * * * *', 'broadcasts', broadcasts),
    ...(recordings ? [every('*/3 * * * * *', 'recordings', recordings)] : []),
    ...(callBacks ? [every('* * * * * *', 'callBacks', callBacks)] : []),
    ...(calendar ? [every('*/10 * * * * *', 'calendar', calendar, { distributed: true, runCoordinator: runCoordinator(world) })] : []),
    every('7 * * * *', 'forget', () =>
      Promise.all([
        forgetRecent(world),
        forgetCodes(world.now()),
        forgetLeft(world.now()),
        forgetCallBacks(world.now()),
        forgetMessages(world.now()),
      ]),
    ),
  ];
  return async () => {
    await Promise.all(tasks.map((task) => task.destroy()));
  };
}

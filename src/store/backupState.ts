import { serviceState } from './serviceState.ts';
import type { World } from './world.ts';

/** What is known here of the last backup. `upTo`: it holds what was written until then, by the database's clock. */
export interface BackupRecord {
  _id: 'backup';
  upTo: Date;
  /** Until when what follows everything that is written has followed; absent if nothing ever did. */
  followed?: Date;
}

/** Notes that a backup holds what was written until a moment. */
export async function noteBackup(upTo: Date): Promise<void> {
  await serviceState<BackupRecord>().updateOne({ _id: 'backup' }, { $max: { upTo } }, { upsert: true });
}

/** Notes that what was written until a moment is in a backup that follows. */
export async function noteFollowed(upTo: Date): Promise<void> {
  await serviceState<BackupRecord>().updateOne({ _id: 'backup' }, { $max: { upTo, followed: upTo } }, { upsert: true });
}

/** What nobody has followed for as long is not followed any more, in seconds: from then on a backup each day is enough. */
const GIVEN_UP_S = 24 * 3_600;

/** How old what the last backup holds is, in seconds, and whether one follows what is written; undefined if there is none. */
export async function backupBehind({ now }: Pick<World, 'now'>): Promise<{ readonly behind: number; readonly isFollowed: boolean } | undefined> {
  const last = await serviceState<BackupRecord>().findOne({ _id: 'backup' });
  const behind = (moment: Date) => Math.max(0, (now().getTime() - moment.getTime()) / 1_000);
  return last ? { behind: behind(last.upTo), isFollowed: last.followed !== undefined && behind(last.followed) < GIVEN_UP_S } : undefined;
}

import { serviceState } from './serviceState.ts';
import type { World } from './world.ts';

/** What is known here of the last backup. `upTo`: it holds what was written until then, by the database's clock. */
export interface BackupRecord {
  _id: 'backup';
  upTo: Date;
}

/** Notes that a backup holds what was written until a moment. */
export async function noteBackup(upTo: Date): Promise<void> {
  await serviceState<BackupRecord>().updateOne({ _id: 'backup' }, { $set: { upTo } }, { upsert: true });
}

/** What is known of the last backup; null if none was made of this database. */
function lastBackup(): Promise<BackupRecord | null> {
  return serviceState<BackupRecord>().findOne({ _id: 'backup' });
}

/** How old what the last backup holds is, in seconds; undefined if there is none. */
export async function backupBehind({ now }: Pick<World, 'now'>): Promise<number | undefined> {
  const last = await lastBackup();
  return last ? Math.max(0, (now().getTime() - last.upTo.getTime()) / 1_000) : undefined;
}

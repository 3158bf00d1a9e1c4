import { serviceState } from './serviceState.ts';
import type { World } from './world.ts';

/** What is known here of the last backup. `upTo`: it holds what was written until then, by the database's clock. */
export interface BackupRecord {
  _id: 'backup';
  upTo: Date;
  /** It is one that is continued. */
  follows?: true;
}

/** Notes that a backup holds what was written until a moment. */
export async function noteBackup(upTo: Date, follows?: true): Promise<void> {
  const set = { $set: { upTo }, ...(follows ? { $set: { upTo, follows } } : { $unset: { follows: 1 as const } }) };
  await serviceState<BackupRecord>().updateOne({ _id: 'backup' }, set, { upsert: true });
}

/** What is known of the last backup; null if none was made of this database. */
export function lastBackup(): Promise<BackupRecord | null> {
  return serviceState<BackupRecord>().findOne({ _id: 'backup' });
}

/** How old what the last backup holds is, in seconds; undefined if there is none. */
export async function backupBehind({ now }: Pick<World, 'now'>): Promise<number | undefined> {
  const last = await lastBackup();
  return last ? Math.max(0, (now().getTime() - last.upTo.getTime()) / 1_000) : undefined;
}

import { CodedError } from '../../store/codedError.ts';
import { openDatabase } from '../../store/openStore.ts';
import { database } from './database.ts';
import { type Examined, type Finding, wrong } from './finding.ts';
import { headsLog, logKey } from './log.ts';
import { machine } from './machine.ts';
import { accounts, carriers, ledgers, records } from './written.ts';

/**
 * Looks at what a service needs to run well, without changing anything: address, files, disk, database, secret, clock, indexes, accounts, ledgers, the log of heads and its key,
 * and records that nobody wrote who has SECRET (`isWhole`: all of them, and not the newest alone). Give it after all models are imported: it knows the indexes
 * of those.
 */
export async function doctor(settings: Examined, isWhole = false): Promise<Finding[]> {
  const files = await machine(settings);
  try {
    const opened = await openDatabase(settings);
    try {
      return [
        ...files,
        ...(await database(settings)),
        await accounts(),
        await ledgers(),
        await logKey(settings),
        await headsLog(),
        ...(await records(settings, isWhole)),
        ...(await carriers(settings)),
      ].flatMap((each) => each ?? []);
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [...files.flatMap((each) => each ?? []), wrong('database', error.message)];
  }
}

/** What was found as metrics, for a Prometheus that reads text files: 1 where it is right. Of what was looked at several times, the worst. */
export function asMetrics(found: readonly Finding[], at: Date): string {
  const worst = new Map<string, boolean>();
  for (const { about, isRight } of found) worst.set(about, isRight && (worst.get(about) ?? true));
  const lines = [...worst].map(([about, isRight]) => `yisheng_doctor_right{about=${JSON.stringify(about)}} ${isRight ? 1 : 0}`);
  return [
    '# TYPE yisheng_doctor_right gauge',
    ...lines,
    '# TYPE yisheng_doctor_seconds gauge',
    `yisheng_doctor_seconds ${Math.floor(at.getTime() / 1_000)}`,
    '',
  ].join('\n');
}

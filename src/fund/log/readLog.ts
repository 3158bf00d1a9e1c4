import { forReaders } from '../../store/connect.ts';
import { sha256 } from '../../store/crypto.ts';
import { withPauses } from '../../store/inTime.ts';
import type { World } from '../../store/world.ts';
import { firstLogPrevious, type LogHead, type LogRow } from './chain.ts';
import { entriesOf, LogEntry, lastEntryOf, logRow, type Opening, openingOf } from './logEntry.ts';

/** An entry as supervisors read it. Without `opening` its detail was dropped, because it named a person who was deleted. */
export interface OpenedLogRow extends LogRow {
  readonly opening?: Opening;
}

/** A community's log from its first entry on, with the details. */
export async function* readLog({ vault }: Pick<World, 'vault'>, community: string): AsyncGenerator<OpenedLogRow> {
  const entries = forReaders(LogEntry)
    .find(entriesOf(community), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: 1_000 })
    .sort({ _id: 1 });
  for await (const entry of withPauses(entries)) {
    const opening = openingOf(vault, entry);
    yield { ...logRow(entry), ...(opening && { opening }) };
  }
}

/** The last entry of a community's log; before the first one, `0` with the hash that it will follow. */
export async function logHead(community: string): Promise<LogHead> {
  return (await lastEntryOf(community)) ?? { seq: 0, hash: firstLogPrevious(sha256, community) };
}

import { type Detail, LogEntry, type LogEntryRecord, openingOf } from '../fund/log/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import { unlessForged } from '../store/unlessForged.ts';
import type { Vault } from '../store/vault.ts';

/** A record that is older, or other, than the log says it became. */
export interface Older {
  /** As `Forged.kind`. */
  readonly kind: string;
  readonly community: string;
}

/** What is told of one kind of records: it hears entries of the log in their order, by what was done, and then looks at the records. */
export interface Hearing {
  readonly hears: Readonly<Record<string, (entry: LogEntryRecord, detail: Detail) => void>>;
  readonly older: () => Promise<Older[]>;
}

/** Has these hear the log of every community once; gives what they found. */
export async function heardOut(vault: Vault, hearings: readonly Hearing[]): Promise<Older[]> {
  const acts = hearings.flatMap(({ hears }) => Object.keys(hears));
  const entries = forReaders(LogEntry).find({ act: { $in: acts } }, { promoteBuffers: true, timeoutMS: 0 });
  for await (const entry of withPauses(entries.sort({ '_id.community': 1, '_id.seq': 1 }))) {
    const detail = unlessForged(() => openingOf(vault, entry))?.detail ?? {};
    for (const { hears } of hearings) hears[entry.act]?.(entry, detail);
  }
  return (await Promise.all(hearings.map(({ older }) => older()))).flat();
}

import { z } from 'zod';
import { cardGivenAt, FIELD_NAMES, isSealed, personWrittenAt, Resident, residentId } from '../fund/people/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import { unlessForged } from '../store/unlessForged.ts';
import type { Vault } from '../store/vault.ts';
import type { Hearing, Older } from './older.ts';

/**
 * Residents whose phone, name or office, or whose card, is from before the log says that it was changed. What a file changed outside a vote stands in the log in
 * numbers alone, and is not found.
 */
export function olderPeople(vault: Vault): Hearing {
  const changed = new Map<string, Date>();
  const cards = new Map<string, Date>();
  return {
    hears: {
      'resident.change': ({ _id, at }, { before }) => {
        const { id } = ONE.safeParse(before).data ?? {};
        if (id !== undefined) changed.set(residentId(vault, _id.community, id), at);
      },
      'resident.import': ({ _id, at }, { after }) => {
        for (const { id, differing } of ROWS.safeParse(after).data?.rows ?? [])
          if (differing.some(({ field }) => REWRITES.has(field))) changed.set(residentId(vault, _id.community, id), at);
      },
      'card.make': ({ at, names = [] }) => {
        for (const resident of names) cards.set(resident, at);
      },
    },
    async older() {
      const found: Older[] = [];
      const ids = [...new Set([...changed.keys(), ...cards.keys()])];
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const residents = forReaders(Resident).find({ _id: { $in: ids.slice(start, start + AT_ONCE) } }, { promoteBuffers: true });
        for await (const record of withPauses(residents)) {
          const { _id, community, card, cardMark } = record;
          const written = unlessForged(() => personWrittenAt(vault, record));
          if (isBefore(written, changed.get(_id))) found.push({ kind: 'residents older', community });
          if (card && cardMark && isBefore(cardGivenAt(cardMark), cards.get(_id))) found.push({ kind: 'residents older card', community });
        }
      }
      return found;
    },
  };
}

const ONE = z.object({ id: z.string() });
const ROWS = z.object({ rows: z.array(z.object({ id: z.string(), differing: z.array(z.object({ field: z.string() })).default([]) })) });
/** What is encrypted is written anew whenever one of these changes. */
const REWRITES: ReadonlySet<string> = new Set(FIELD_NAMES.filter((field) => isSealed(field) || field === 'role'));
const AT_ONCE = 1_000;

/** An entry bears the second behind what it says, or that of the entry before it, by another process' clock. */
const SLACK_MS = 60_000;

function isBefore(written: Date | undefined, said: Date | undefined): boolean {
  return written !== undefined && said !== undefined && written.getTime() < said.getTime() - SLACK_MS;
}

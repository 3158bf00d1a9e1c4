import { z } from 'zod';
import { Cycle } from '../fund/cycles/index.ts';
import type { Detail } from '../fund/log/index.ts';
import { STAFF_ROLES } from '../fund/people/index.ts';
import { Staff, staffId } from '../fund/staff/index.ts';
import { forReaders } from '../store/connect.ts';
import type { Vault } from '../store/vault.ts';
import type { Forged } from './forged.ts';
import { type Hearing, heardOut } from './older.ts';
import { olderLetters } from './olderLetters.ts';
import { olderMeetings } from './olderMeetings.ts';
import { olderPaper } from './olderPaper.ts';
import { olderPeople } from './olderPeople.ts';
import { olderWorks } from './olderWorks.ts';

/*
 * An older record of the service's own bears its mark: who put it back, and has no SECRET, is found where the log says what became of it since: roles that are
 * there although they were taken, cycles that lack an extension, and what residents, accounts, works, minutes, paper and letters lack.
 */

/** Records that somebody put back. The log's own marks are `forgedRecords`' business. */
export async function putBackRecords(vault: Vault): Promise<Forged[]> {
  const hearings = [takenRoles(vault), shortCycles(), olderPeople(vault), olderWorks(), olderMeetings(vault), olderPaper(), olderLetters()];
  const older = await heardOut(vault, hearings);
  const kinds = new Set(['staff taken', 'cycles extended', ...older.map(({ kind }) => kind).toSorted()]);
  return [...kinds].flatMap((kind) =>
    counted(
      kind,
      older.filter((each) => each.kind === kind),
    ),
  );
}

function takenRoles(vault: Vault): Hearing {
  const roles = new Map<string, Role>();
  const follows: Hearing['hears'][string] = ({ _id }, detail) => follow(vault, roles, _id.community, detail);
  return {
    hears: { 'staff.add': follows, 'staff.remove': follows, 'community.import': follows },
    async older() {
      const taken = [...roles].flatMap(([id, { isTaken }]) => (isTaken ? [id] : []));
      const back = forReaders(Staff).find({ _id: { $in: taken } }, { projection: { community: 1 } });
      return (await back.toArray()).map(({ community }) => ({ kind: 'staff taken', community }));
    },
  };
}

function shortCycles(): Hearing {
  const extended = new Map<string, number>();
  return {
    hears: { 'cycle.extend': ({ subject }) => extended.set(subject, (extended.get(subject) ?? 0) + 1) },
    async older() {
      const cycles = forReaders(Cycle).find({ _id: { $in: [...extended.keys()] } }, { projection: { community: 1, 'moves.kind': 1 } });
      const short = (await cycles.toArray()).filter(
        ({ _id, moves }) => moves.filter(({ kind }) => kind !== 'move').length < (extended.get(_id) ?? 0),
      );
      return short.map(({ community }) => ({ kind: 'cycles extended', community }));
    },
  };
}

interface Role extends z.infer<typeof NAMED> {
  readonly community: string;
  readonly isTaken: boolean;
}

/** What an entry says of roles: of one that was given or taken, with its phone; of those of a file, by their names alone. */
function follow(vault: Vault, roles: Map<string, Role>, community: string, { before, after }: Pick<Detail, 'before' | 'after'>): void {
  const given = ONE.safeParse(after).data;
  const whose = given ?? ONE.safeParse(before).data;
  if (whose) roles.set(staffId(vault, community, whose), { community, ...whose, isTaken: !given });
  const { added = [], removed = [] } = OF_A_FILE.safeParse(after).data?.staff ?? {};
  const note = ({ name, role }: z.infer<typeof NAMED>, isTaken: boolean) => {
    const same = [...roles].filter(([, each]) => each.community === community && each.name === name && each.role === role);
    if (!isTaken || same.length === 1) for (const [id, each] of same) roles.set(id, { ...each, isTaken });
  };
  for (const each of added) note(each, false);
  for (const each of removed) note(each, true);
}

const NAMED = z.object({ name: z.string(), role: z.enum(STAFF_ROLES) });
const ONE = NAMED.extend({ phone: z.string() });
const OF_A_FILE = z.object({ staff: z.object({ added: z.array(NAMED), removed: z.array(NAMED) }) });

function counted(kind: string, records: readonly { readonly community: string }[]): Forged[] {
  const communities = [...new Set(records.map(({ community }) => community))].toSorted();
  return communities.map((community) => ({ kind, community, count: records.filter((each) => each.community === community).length }));
}

import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Problem } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { pauses } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { personOf, Resident, type ResidentFields, residentId } from '../people/index.ts';
import { RESIDENTS_FILE } from './compareResident.ts';
import type { ResidentRow, ResidentsRead } from './readResidents.ts';

/** Before the running number of an id that we made. */
const MADE = '自编';

/**
 * The rows of an uploaded list, each with an id. Who has none in it has that of the same person on the roster, of the same name and phone, or the same name and
 * door; else the next of ours. `left`: how many rows are of a phone whose owner asked to be deleted, and are left out.
 */
export async function withIds(
  { vault }: World,
  community: string,
  read: ResidentsRead,
): Promise<{ readonly read: ResidentsRead; readonly left: number }> {
  if (read.rows.every(({ id }) => id !== '')) return { read, left: 0 };
  const turn = pauses(1);
  const { byKey, ids, erased } = await rosterByPerson(vault, community, turn);
  const used = new Map<string, number>(read.rows.flatMap(({ id, line }) => (id === '' ? [] : [[id, line]])));
  const seen = new Map<string, number>();
  const rows: ResidentRow[] = [];
  const problems: Problem[] = [];
  let left = 0;
  let made = 0;
  for (const row of read.rows) {
    await turn();
    if (row.id !== '') {
      rows.push(row);
      continue;
    }
    if (row.phone !== undefined && erased.has(addressHmac(vault, { community, ...phoneContact(row.phone) }))) {
      left += 1;
      continue;
    }
    const keys = personKeys(row);
    const [found] = keys.flatMap((key) => byKey.get(key) ?? []);
    const before = keys.flatMap((key) => seen.get(key) ?? [])[0] ?? (found === undefined ? undefined : used.get(found));
    for (const key of keys) seen.set(key, row.line);
    if (before !== undefined)
      problems.push({ file: RESIDENTS_FILE, line: row.line, what: `this is who is in line ${before}`, why: { key: 'twice', params: { before } } });
    const id = found ?? nextId();
    used.set(id, row.line);
    rows.push({ ...row, id });
  }
  return { read: { ...read, rows, problems: [...read.problems, ...problems] }, left };

  function nextId(): string {
    do made += 1;
    while (ids.has(residentId(vault, community, MADE + made)) || used.has(MADE + made));
    return MADE + made;
  }
}

/** Who is on the roster, by what tells them from others. */
async function rosterByPerson(vault: World['vault'], community: string, turn: ReturnType<typeof pauses>) {
  const byKey = new Map<string, string>();
  const ids = new Set<string>();
  const erased = new Set<string>();
  const projection = { person: 1, building: 1, erasedAddresses: 1 } as const;
  for await (const { _id, person, building, erasedAddresses = [] } of collection(Resident).find(
    { community },
    { projection, promoteBuffers: true },
  )) {
    await turn();
    ids.add(_id);
    for (const address of erasedAddresses) erased.add(address);
    const { rosterId, ...said } = personOf(vault, { _id, ...(person && { person }) });
    if (rosterId === undefined) continue;
    for (const key of personKeys({ ...said, building })) byKey.set(key, rosterId);
  }
  return { byKey, ids, erased };
}

/** What somebody is known by, the surest first: two of the same name in a building are two, unless a door or the want of a phone says so. */
function personKeys({ name, phone, building, door }: Pick<ResidentFields, 'name' | 'phone' | 'building' | 'door'>): string[] {
  if (name === undefined) return [];
  return [
    ...(phone === undefined ? [] : [JSON.stringify(['phone', name, phone])]),
    ...(door === undefined ? [] : [JSON.stringify(['door', name, building, door])]),
    ...(phone === undefined && door === undefined ? [JSON.stringify(['home', name, building])] : []),
  ];
}

import { randomBytes } from 'node:crypto';
import type { Notify } from '../../src/contacts/notify.ts';
import type { Act, Typed } from '../../src/fund/act/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import { acceptBatch as acceptAct, finishKeying as finishAct, keySlip, makeSlips, openBatch, openTable, Table } from '../../src/fund/paper/index.ts';
import { markOfTable, type TableRecord } from '../../src/fund/paper/tables.ts';
import { type Actor, operator } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { closeTable, type Handing, markSlip } from './tables.ts';
import { tried } from './tried.ts';

/** Those who work at the table, key, and accept; on the server a name is enough. */
export const AT_TABLE = operator('李姐');
export const OTHER = '老周';
const KEYING = [operator('小陈'), operator('小吴'), operator('小郑')] as const;

/** New serials for a cycle. */
export async function serials(world: World, cycle: string, count: number, actor: Actor = AT_TABLE): Promise<string[]> {
  const { serials } = await done(world, makeSlips, cycle, { count }, actor);
  return [...serials];
}

let places = 0;

/** Opens a table at a place of its own; gives its number. */
export async function table(world: World, cycle: string, received = 100): Promise<number> {
  places += 1;
  return (await done(world, openTable, cycle, { place: `三号院门口${places}`, received, other: OTHER })).table;
}

async function done<Result extends object>(world: World, act: Act<Result>, cycle: string, input: Typed, actor: Actor = AT_TABLE): Promise<Result> {
  const { community = '' } = (await findCycle(cycle)) ?? {};
  const performed = await act.perform({ world, notify: async () => undefined }, { community, at: { cycle }, input, actor });
  if (performed.is !== 'done') throw new Error(JSON.stringify(performed));
  return performed.result;
}

interface Over {
  readonly id?: string;
  readonly at?: Date;
  readonly actor?: Actor;
  readonly other?: string;
  readonly notify?: Notify;
}

/** Hands in a slip at a table. */
export function handIn(
  world: World,
  place: { readonly cycle: string; readonly table: number },
  serial: string,
  person: Handing,
  { notify = async () => undefined, ...over }: Over = {},
): Promise<object> {
  return markSlip(world, notify)({ ...place, id: randomBytes(8).toString('hex'), serial, person, other: OTHER, actor: AT_TABLE, ...over });
}

/** Closes a table, whatever was counted, some time ago: its slips may be keyed and accepted. */
export async function closed(world: World, { cycle, table }: { readonly cycle: string; readonly table: number }): Promise<void> {
  const counts = { handedOut: 0, spoiled: 0, left: 0, reason: '没数清' };
  const done = await closeTable(world, async () => undefined)({ cycle, table, ...counts, other: OTHER, actor: AT_TABLE });
  if ('refused' in done) throw new Error(done.refused);
  const at = new Date(world.now().getTime() - 60_000);
  await changedTable(world, { cycle, table }, ({ closed }) => ({ ...(closed && { closed: { ...closed, at } }) }));
}

/** Changes a table as if the service had written it so. */
export async function changedTable(
  { vault }: World,
  { cycle, table: number }: { readonly cycle: string; readonly table: number },
  change: (table: TableRecord) => Partial<TableRecord>,
): Promise<void> {
  const found = await collection(Table).findOne({ _id: { cycle, number } });
  if (!found) throw new Error('there is no such table');
  const changed = { ...found, ...change(found) };
  await collection(Table).replaceOne({ _id: found._id }, { ...changed, mark: markOfTable(vault, changed) });
}

export type Says = readonly [serial: string, picks: readonly number[]];

/** Keys a batch twice alike; gives its number. */
export async function keyed(
  world: World,
  { cycle, table }: { readonly cycle: string; readonly table: number },
  slips: readonly Says[],
): Promise<number> {
  const [first, second] = KEYING;
  const opened = await openBatch(world, { cycle, table, actor: first });
  if ('refused' in opened) throw new Error(opened.refused);
  for (const actor of [first, second]) {
    for (const [serial, picks] of slips) {
      const done = await keySlip(world, { cycle, batch: opened.batch, serial, says: { picks }, actor });
      if ('refused' in done) throw new Error(done.refused);
    }
    const done = await finishKeying(world)({ cycle, batch: opened.batch, actor });
    if ('refused' in done) throw new Error(JSON.stringify(done));
  }
  return opened.batch;
}

/** Accepts a batch by two; gives what the second was told. */
export async function accepted(world: World, cycle: string, batch: number): Promise<object> {
  await acceptBatch(world)({ cycle, batch, actor: KEYING[0] });
  return acceptBatch(world)({ cycle, batch, actor: KEYING[1] });
}

/** The acts on a batch, as `tried` does them. */
export const finishKeying = onBatch(finishAct);
export const acceptBatch = onBatch(acceptAct);

function onBatch(act: Act) {
  return (world: World) =>
    ({ cycle, batch, actor }: { readonly cycle: string; readonly batch: number; readonly actor: Actor }): Promise<object> =>
      tried(world)(act, { cycle, number: batch, actor });
}

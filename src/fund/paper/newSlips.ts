import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { sha256 } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { ballotOf } from '../ballots/index.ts';
import { type CycleRecord, findCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, damm } from '../people/index.ts';
import { Slip } from './slip.ts';

/** The most slips that are made at once. */
export const MOST_SLIPS = 10_000;

export type SlipsMade = { readonly serials: readonly string[] } | { readonly refused: 'noCycle' | 'count' };

/** Makes new slips for a cycle. `ballot`: what is printed on them (`slipBallot`), if that is not the ballot of now. Rejects with `not-allowed` (`checkRight`). */
export function newSlips(world: World): (wanted: { cycle: string; count: number; ballot?: string; actor: Actor }) => Promise<SlipsMade> {
  return async ({ cycle: id, count, ballot: printed, actor }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noCycle' };
    const acting = checkRight(actor, 'makeSlips', cycle.community);
    if (!Number.isInteger(count) || count < 1 || count > MOST_SLIPS) return { refused: 'count' };
    const serials = await freeSerials(world, count);
    const ballot = printed ?? slipBallot(cycle);
    const made = { at: world.now(), by: actor.name, ballot };
    return withLog(world)(cycle.community, async (session, write): Promise<SlipsMade> => {
      await collection(Slip).insertMany(
        serials.map((_id) => ({ _id, cycle: id, made })),
        { session },
      );
      await write({ ...acting, subject: id, detail: { after: { slips: count, ballot } } });
      return { serials };
    });
  };
}

/**
 * What slips that are printed now say: hex SHA-256 of how many projects may be ticked, and of each one's number, title, place and cost. A slip on which
 * something else is printed is taken in nowhere. Pure.
 */
export function slipBallot(cycle: Pick<CycleRecord, 'frozen' | 'choices' | 'projects'>): string {
  const { choices, projects } = cycle.frozen ? ballotOf(cycle.frozen).frozen : cycle;
  const rows = projects
    .toSorted((one, other) => one.number - other.number)
    .map(({ number, title, place = '', cost }) => [number, title, place, cost]);
  return sha256(JSON.stringify([choices.min, choices.max, rows]));
}

/** Whether slips were made for a cycle: it takes votes on paper. */
export async function hasSlips(cycle: string): Promise<boolean> {
  return (await forReaders(Slip).findOne({ cycle }, { projection: { _id: 1 } })) !== null;
}

/** Serials that no slip has. Two who draw the same in the same moment: one insert fails, and nothing is made. */
async function freeSerials(world: World, count: number): Promise<string[]> {
  const free = new Set<string>();
  while (free.size < count) {
    const drawn = Array.from({ length: count - free.size }, () => newSerial(world)).filter((serial) => !free.has(serial));
    const taken = await collection(Slip)
      .find({ _id: { $in: drawn } }, { projection: { _id: 1 } })
      .toArray();
    const known = new Set(taken.map(({ _id }) => _id));
    for (const serial of drawn) if (!known.has(serial)) free.add(serial);
  }
  return [...free];
}

const SERIALS = 10_000_000;
/** A drawn number from here on is drawn again: it would make low serials likelier. */
const FAIR = 2 ** 32 - (2 ** 32 % SERIALS);

function newSerial({ randomBytes }: Pick<World, 'randomBytes'>): string {
  for (;;) {
    const drawn = randomBytes(4).readUInt32BE();
    if (drawn >= FAIR) continue;
    const digits = String(drawn % SERIALS).padStart(7, '0');
    return `${digits}${damm(digits)}`;
  }
}

/** A serial as it is printed: `4820 9175`. */
export function printedSerial(serial: string): string {
  return `${serial.slice(0, 4)} ${serial.slice(4)}`;
}

import { cached, changes } from '../../../store/cache.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { withPauses } from '../../../store/pauses.ts';
import { DAY_MS } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import {
  CALENDAR_FIELDS,
  type Calendar,
  Cycle,
  checkGenuine,
  destroyKey,
  findCycle,
  freeze,
  noteSealed,
  slipsClose,
  voteOf,
} from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import { cycleKeys, entryByKey } from './entry.ts';
import { ledger } from './ledger.ts';

/** In milliseconds, longer than a turn: ballots that were received before the close are written by then, in any process, and so are slips that were accepted. */
const SEAL_AFTER = 10_000;
const KEY_KEPT = 30 * DAY_MS;
const CALENDAR = { ...CALENDAR_FIELDS, 'frozen.at': 1 };

/**
 * How long the calendars that were read are used although one may have changed, in milliseconds: less than `SEAL_AFTER`, so that an extension is seen before
 * it is too late. As long as the database tells of no change they are not read again: a thousand took a twentieth of a second.
 */
const CALENDARS_KEPT = 5_000;
const KEYS_LOOKED_AT = 60 * 60 * 1_000;
const UNSURE = 'This machine’s clock and the database’s are more than a second apart: no ledger is sealed until both are set by NTP.';

/** A cycle whose ledger is not sealed: when its vote opens, and when the ledger is to be sealed. */
interface Due {
  readonly opens: Date;
  readonly seals: number;
  isFrozen: boolean;
  /** The calendar of a vote that something holds back: if it does so still on its day, the vote does not open. */
  readonly held?: Calendar;
}

/**
 * Does what is due for the ledgers at `now`; harmless if it is done twice or late. It freezes ballots whose vote has opened, seals ledgers 10 s
 * after the slips are closed (`slipsClose`: without paper at the close), and destroys pseudonym keys 30 days after the close, within the hour.
 * Returns the ids of the cycles sealed here. `enterRest` enters what was accepted in time and is not in the ledger yet, because a process died: without it
 * there is no seal.
 * It is cheap enough to run every second: cycles of which nothing is due are looked through in memory.
 * A seal cannot be undone, nor can the end of a key: both wait while this machine's clock and the database's differ, so that a clock that runs
 * fast closes no vote early.
 * A cycle that fails does not delay the others: rejects at the end with all failures.
 */
export function sealDue(world: World, enterRest: (cycle: string) => Promise<void> = async () => undefined): (now?: Date) => Promise<string[]> {
  const unsealed = cached(world, CALENDARS_KEPT, 1, () => unsealedCycles(world.now()), changes(world).version);
  let keysFrom = Number.NEGATIVE_INFINITY;
  return async (now = world.now()) => {
    const agrees = world.clockAgrees();
    const sealed: string[] = [];
    const failures: unknown[] = [];
    const waiting = await unsealed('');
    for (const [id, due] of waiting) {
      if (now < due.opens || isHeldBack(due, now)) continue;
      const isDue = now.getTime() >= due.seals;
      try {
        if (isDue && !agrees) throw new CodedError('clocks-differ', UNSURE);
        if (isDue) await enterRest(id);
        if (isDue && (await seal(world, id, now))) sealed.push(id);
        if (!isDue && !due.isFrozen) due.isFrozen = await freezeOpened(world, id, now);
        if (isDue) waiting.delete(id);
      } catch (error) {
        failures.push(error);
      }
    }
    if (agrees && Math.abs(now.getTime() - keysFrom) >= KEYS_LOOKED_AT) {
      await destroyKeys(now);
      keysFrom = now.getTime();
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ledgers could not be frozen or sealed.`, { cause: failures[0] });
    return sealed;
  };
}

async function unsealedCycles(now: Date): Promise<Map<string, Due>> {
  const waiting = new Map<string, Due>();
  const found = collection(Cycle).find({ sealedAt: { $exists: false } }, { projection: CALENDAR });
  for await (const { _id, frozen, ...calendar } of withPauses(found)) {
    const [vote, closes] = [voteOf(calendar, now), slipsClose(calendar, now)];
    if (!vote || !closes) continue;
    const isHeld = calendar.holds?.some(({ to }) => !to);
    const due = { opens: vote.from, seals: closes.getTime() + SEAL_AFTER, isFrozen: frozen !== undefined };
    waiting.set(_id, isHeld ? { ...due, held: calendar } : due);
  }
  return waiting;
}

/** A process that is there seals within seconds. */
const LATE_MS = 60_000;

/** How many ledgers should have been sealed a minute ago. */
export async function sealsOverdue(now: Date): Promise<number> {
  const waiting = await unsealedCycles(now);
  return [...waiting.values()].filter((due) => now.getTime() >= due.seals + LATE_MS && !isHeldBack(due, now)).length;
}

function isHeldBack({ held, opens }: Due, now: Date): boolean {
  return held !== undefined && voteOf(held, now)?.from.getTime() !== opens.getTime();
}

/** Freezes a ballot, unless its vote is held back by now: the calendar that was read may be some seconds old. False if it is. */
async function freezeOpened(world: World, id: string, now: Date): Promise<boolean> {
  const cycle = await findCycle(id);
  const vote = cycle && voteOf(cycle, now);
  if (!vote || vote.from > now) return false;
  await freeze(world, id);
  return true;
}

/** Seals a ledger. False if another process sealed it, or if its close has been put off. Throws `dates-forged`. */
async function seal(world: World, id: string, now: Date): Promise<boolean> {
  const cycle = await freeze(world, id);
  await checkGenuine(world.vault, cycle);
  const close = slipsClose(cycle, now);
  if (!close || now.getTime() < close.getTime() + SEAL_AFTER) return false; // the calendars that were read may be some seconds old
  const key = cycleKeys(world)(cycle)?.once(id, 'seal');
  if (key === undefined) throw new CodedError('not-sealed', `The ledger of ${id} has no key any more, and no seal.`);
  const outcome = await ledger(world)({ key, cycle, at: now, decide: () => 'seal', beginWrite: () => undefined });
  const sealed = 'entry' in outcome ? outcome.entry : await entryByKey(id, key);
  if (!sealed) throw new CodedError('not-sealed', `The ledger of ${id} could not be sealed.`);
  // who asked at a table may have been put on the roster after the vote; nobody leaves the roster between the opening and the seal
  const onRoster = { community: cycle.community, addedAt: { $lt: close }, erasedAt: { $exists: false } };
  const residentsAtClose = await collection(Resident).countDocuments(onRoster, { timeoutMS: 60_000 });
  return noteSealed(world, cycle, { sealedAt: now, sealHead: sealed.hash, residentsAtClose });
}

async function destroyKeys(now: Date): Promise<void> {
  const long = (close: Date) => now.getTime() >= close.getTime() + KEY_KEPT;
  for await (const cycle of collection(Cycle).find({ sealedAt: { $exists: true }, pseudonymKey: { $exists: true } }, { projection: CALENDAR })) {
    const vote = voteOf(cycle, now);
    if (!vote || long(vote.to)) await destroyKey(cycle._id);
  }
}

import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { marking } from '../../store/recordMark.ts';
import { index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { sha256 } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { act, done, given, number, refuse } from '../act/index.ts';
import { FOUND } from '../ballots/audit/index.ts';
import { ballotOf } from '../ballots/index.ts';
import { type CycleRecord, cycleAt } from '../cycles/index.ts';
import { DAILY_WORK, damm } from '../people/index.ts';

/** What became of a slip whose batch was accepted. Only what is `counted` is in the ledger. */
export const OUTCOMES = ['counted', 'superseded', 'notOnRoll', 'unmarked', 'unreadable', 'invalid', 'double', 'late'] as const;
/**
 * `superseded`: the same person handed in another one later, or cast by phone or chat. `notOnRoll`: their request to join is not accepted yet. `unmarked`:
 * nobody handed it in at the table of its batch. `invalid`: more or fewer projects than the ballot allows. `double`: the same serial was in another batch.
 * `late`: the slips were closed, or the ledger.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** A slip of paper on which somebody votes. It bears a serial and no name. */
export const Slip = records(
  'slips',
  {
    /** Eight digits, the last a check digit; no other slip has them, in whatever community. */
    _id: String,
    cycle: String,
    /** When it was made, by whom, and the ballot that is printed on it (`slipBallot`). */
    made: { at: Date, by: String, ballot: optional(String) },
    /** The batch in which it was keyed, once that was accepted, and what became of it. What it says stands in the batch alone. */
    batch: optional(Number),
    outcome: optional(oneOf(OUTCOMES)),
    /** Its person is not on the roster yet, and it counts once they are, before the seal. */
    waits: optional(true),
    /** How often a mark of it was taken back. */
    takenBack: optional(Number),
    /** What the comparison with the box found, if the slip was drawn; `changes`: how often it was entered again. */
    compared: optional({ found: oneOf(FOUND), by: String, at: Date, changes: Number }),
    /** `markOfSlip(…)`: the service made it. */
    mark: String,
  },
  [
    index({ cycle: 1, outcome: 1, _id: 1 }),
    // finds what was compared with the box
    index({ cycle: 1, 'compared.at': 1 }, { partialFilterExpression: { 'compared.at': { $exists: true } } }),
    index({ waits: 1, _id: 1 }, { partialFilterExpression: { waits: true } }),
  ],
);
export type SlipRecord = RecordOf<typeof Slip>;

/** The most slips that are made at once. */
const MOST_SLIPS = 10_000;

/** Makes new slips for a cycle. `ballot`: what is printed on them (`slipBallot`), if that is not the ballot of now. Gives their serials. */
export const makeSlips = act({
  name: 'slip.make',
  may: DAILY_WORK,
  on: cycleAt('/print'),
  input: z.strictObject({ count: number(), ballot: given(z.string()).optional() }),
  refusals: { tooMany: 'count' },
  async run({ world, session, on: cycle, input: { count, ballot = slipBallot(cycle) }, actor }) {
    if (count > MOST_SLIPS) return refuse('tooMany');
    const serials = await freeSerials(world, count);
    const made = { at: world.now(), by: actor.name, ballot };
    await collection(Slip).insertMany(
      serials.map((_id) => ({ _id, cycle: cycle._id, made, mark: markOfSlip(world.vault, { _id, cycle: cycle._id, made }) })),
      { session },
    );
    return done({ serials }, { after: { slips: count, ballot } });
  },
});

/** The mark of a slip as it was made; what becomes of it is not in it. */
export const [markOfSlip, isGenuineSlip] = marking('slips', ({ _id, cycle, made }: Pick<SlipRecord, '_id' | 'cycle' | 'made'>) => ({
  _id,
  cycle,
  made,
}));

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

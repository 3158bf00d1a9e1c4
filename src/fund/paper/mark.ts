import { collection } from '../../store/collection.ts';
import { pauses } from '../../store/pauses.ts';
import { marking } from '../../store/recordMark.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { cycleKeys, votedAmong } from '../ballots/index.ts';
import { type CycleRecord, type FrozenCycle, findCycle } from '../cycles/index.ts';
import { acceptedAmong, onRosterAmong } from '../people/index.ts';
import { Batch } from './batch.ts';
import { hand } from './hands.ts';
import { Slip } from './slip.ts';

/** That somebody handed in a slip at a table, by two names. */
export const Mark = records(
  'marks',
  {
    /** `id` comes from the device on which it was made: what is sent twice counts once. */
    _id: { cycle: String, id: String },
    community: String,
    table: Number,
    /** Counts from 1 at the table. */
    number: Number,
    serial: String,
    /** `cycleKeys(…).voter` of the person; absent while they are not on the roster. */
    voter: optional(String),
    /** They asked at the table to be put on the roster, and are not known to be on it yet. */
    asks: optional(true),
    /** Who handed it in (`MarkedPerson`), encrypted (`markPerson`); forgotten with the key of the pseudonyms. */
    person: optional(encrypted('markPerson')),
    /** The moment of handing in: the ballot's time. */
    at: Date,
    /** When the service heard of it. */
    heardAt: Date,
    by: [hand],
    /** Absent once it was taken back. */
    active: optional(true),
    /** `markOfMark(…)`: the service wrote it. */
    mark: String,
  },
  [
    index({ serial: 1 }, { unique: true, partialFilterExpression: { active: true } }),
    index({ '_id.cycle': 1, table: 1, number: -1 }),
    index({ voter: 1, at: 1 }, { partialFilterExpression: { voter: { $exists: true } } }),
    // finds the marks of those who may be on the roster by now
    index({ '_id.cycle': 1, asks: 1 }, { partialFilterExpression: { asks: true } }),
    // finds the marks whose persons are to be forgotten
    index({ '_id.cycle': 1, person: 1 }, { partialFilterExpression: { person: { $exists: true } } }),
  ],
);
export type MarkRecord = RecordOf<typeof Mark>;

/** A resident by `_id`, or somebody who asked at the table to be put on the roster, by the request's number. */
export type MarkedPerson = { readonly resident: string } | { readonly request: number };

export function encryptedMarked(vault: Vault, _id: MarkRecord['_id'], person: MarkedPerson): Buffer {
  return vault.encrypt('markPerson', nameOf(_id), JSON.stringify(person));
}

/** Who handed the slip in; undefined once that is forgotten, or if it is of another mark. */
export function markedPerson(vault: Vault, { _id, person }: Pick<MarkRecord, '_id' | 'person'>): MarkedPerson | undefined {
  return person && unlessForged(() => JSON.parse(vault.decrypt('markPerson', nameOf(_id), person)));
}

/** The mark of the record: which slip it is of, where and when it was handed in, by whose names. Whose the slip is vouches for itself, and `voter` follows from it. */
export const [markOfMark, isGenuineMark] = marking(
  'marks',
  ({ person: _person, voter: _voter, asks: _asks, ...stays }: Omit<MarkRecord, 'mark'>) => stays,
);

function nameOf({ cycle, id }: MarkRecord['_id']): string {
  return `${cycle}|${id}`;
}

/**
 * When each of these voters (`cycleKeys(…).voter`) handed in their last slip, in milliseconds, as long as it is not known what became of it. A
 * voter who handed in none is left out.
 */
export async function handedInLast(world: World, cycle: CycleRecord, voters: readonly string[]): Promise<Map<string, number>> {
  if (voters.length === 0) return new Map();
  await nameVoters(world, cycle);
  const marks = await collection(Mark)
    .find({ voter: { $in: [...voters] }, active: true }, { sort: { at: 1 }, promoteBuffers: true })
    .toArray();
  const settled = await collection(Slip)
    .find({ _id: { $in: marks.map(({ serial }) => serial) }, outcome: { $exists: true }, waits: { $exists: false } }, { projection: { _id: 1 } })
    .toArray();
  const isSettled = new Set(settled.map(({ _id }) => _id));
  const own = await genuineAmong(world, cycle, marks);
  return new Map(
    own.flatMap(({ mark: { voter: noted, at, serial }, voter }) =>
      voter && voter === noted && !isSettled.has(serial) ? [[voter, at.getTime()]] : [],
    ),
  );
}

/** Those of the residents who have a ballot that counts, or handed in a slip that is not in the ledger yet. */
export function votedOrHandedIn(world: World, cycle: CycleRecord, residents: readonly string[]): Promise<Set<string>> {
  return votedAmong(world, cycle, residents, handedInLast);
}

/** Notes on marks whose they are, for people who asked at a table to be put on the roster and are on it by now. Harmless to repeat. */
export async function nameVoters(world: World, cycle: CycleRecord): Promise<void> {
  const asking = await collection(Mark)
    .find({ '_id.cycle': cycle._id, asks: true }, { projection: { person: 1 }, promoteBuffers: true })
    .toArray();
  const requests = new Map(
    asking.flatMap((mark) => {
      const person = markedPerson(world.vault, mark);
      return person && 'request' in person ? [[person.request, mark._id] as const] : [];
    }),
  );
  const accepted = await acceptedAmong(cycle.community, [...requests.keys()]);
  for (const [request, resident] of accepted) {
    const voter = cycleKeys(world)(cycle)?.voter(resident).voterId;
    const _id = requests.get(request);
    if (voter && _id) await collection(Mark).updateOne({ _id, asks: true }, { $set: { voter }, $unset: { asks: 1 } });
  }
}

/** Forgets who handed in which slip, and what slips said, once a cycle's key is destroyed. From then on nothing leads from a ballot to a person. */
export async function forgetPaper(): Promise<void> {
  // with the range it is read off the index of those who are named
  const cycles = await collection(Mark).distinct('_id.cycle', { '_id.cycle': { $gt: '' }, person: { $exists: true } });
  for (const id of cycles) {
    const cycle = await findCycle(id);
    if (cycle?.pseudonymKey || (cycle && !cycle.sealedAt)) continue;
    await collection(Batch).updateMany({ '_id.cycle': id }, { $set: { keyed: [] } });
    await collection(Mark).updateMany({ '_id.cycle': id }, { $unset: { person: 1, voter: 1, asks: 1 } });
  }
}

/** By whom a slip was handed in, and whether it was their last. */
interface HandedIn {
  readonly table: number;
  readonly at: Date;
  readonly by: string;
  /** `_id`; absent while the person is not on the roster. */
  readonly resident?: string;
  readonly isOnRoster: boolean;
  /** The same person handed in another slip later. */
  readonly isSuperseded: boolean;
}

/** A mark with whose it is by now: of nobody while they are not on the roster. */
interface Owned {
  readonly mark: MarkRecord;
  readonly resident?: string | undefined;
  readonly voter?: string | undefined;
}

/** Those of the marks that the service itself wrote, in their order. */
async function genuineAmong(world: World, cycle: CycleRecord, marks: readonly MarkRecord[]): Promise<Owned[]> {
  const keys = cycleKeys(world)(cycle);
  const turn = pauses();
  const people: { readonly mark: MarkRecord; readonly person: MarkedPerson | undefined }[] = [];
  for (const mark of marks) {
    if (isGenuineMark(world.vault, mark)) people.push({ mark, person: markedPerson(world.vault, mark) });
    await turn();
  }
  const requests = people.flatMap(({ person }) => (person && 'request' in person ? [person.request] : []));
  const accepted = await acceptedAmong(cycle.community, requests);
  return people.map(({ mark, person }) => {
    const resident = person && ('resident' in person ? person.resident : accepted.get(person.request));
    return { mark, resident, voter: resident === undefined ? undefined : keys?.voter(resident).voterId };
  });
}

/**
 * By the serial of each mark, what its slip counts as: whose it is by now, and whether the same person handed in another one later. One that the service did
 * not write is left out.
 */
export async function handedInBy(world: World, cycle: FrozenCycle, marks: readonly MarkRecord[]): Promise<Map<string, HandedIn>> {
  const found = await genuineAmong(world, cycle, marks);
  const voters = found.flatMap(({ voter }) => voter ?? []);
  const [others, here] = await Promise.all([
    collection(Mark)
      .find(
        { voter: { $in: voters }, active: true, serial: { $nin: marks.map(({ serial }) => serial) } },
        { promoteBuffers: true, hint: { voter: 1, at: 1 } },
      )
      .toArray(),
    onRosterAmong(
      cycle.community,
      found.flatMap(({ resident }) => resident ?? []),
    ),
  ]);
  const elsewhere = (await genuineAmong(world, cycle, others)).filter(({ mark, voter }) => voter === mark.voter);
  const handedIn = [...found, ...elsewhere].map(({ mark: { serial, at, heardAt }, voter }) => ({ serial, at, heardAt, voter }));
  const last = new Map<string, string>();
  for (const { voter, serial } of handedIn.toSorted(
    (one, other) => one.at.getTime() - other.at.getTime() || one.heardAt.getTime() - other.heardAt.getTime(),
  ))
    if (voter) last.set(voter, serial);
  return new Map(
    found.map(({ mark, resident, voter }) => [
      mark.serial,
      {
        ...{ table: mark.table, at: mark.at },
        by: mark.by.map(({ name }) => name).join('、'),
        ...(resident !== undefined && { resident }),
        isOnRoster: resident !== undefined && here.has(resident),
        isSuperseded: voter !== undefined && last.get(voter) !== mark.serial,
      },
    ]),
  );
}

import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { castBallot, Entry, type EntryRecord, sealDue } from '../src/fund/ballots/index.ts';
import { Community } from '../src/fund/communities/index.ts';
import { Cycle } from '../src/fund/cycles/index.ts';
import { Resident } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { connect } from '../src/store/connect.ts';
import { createIndexes } from '../src/store/indexes.ts';
import { vault } from '../src/store/vault.ts';
import type { World } from '../src/store/world.ts';
import { benchCommunity, benchCycle } from './benchCommunity.ts';
import type { Effort } from './effort.ts';
import type { Place } from './place.ts';
import { median, type Row, spread } from './row.ts';

const CASTERS = 32;
/** Enough residents that nobody casts more than fifty times a day, after which a ballot is refused. */
const RESIDENTS = 10_000;

/**
 * Ballots a second by 32 casters into one ledger, compared with 32 clients that each insert one unchained entry after the
 * other, durably, under the same indexes. The rounds are interleaved on the same database.
 */
export async function ballots(place: Place, { rounds: count, seconds }: Effort): Promise<Row[]> {
  const uri = place.uri('ballots');
  await connect(uri);
  const client = await mongoose.createConnection(uri, { maxPoolSize: CASTERS, minPoolSize: CASTERS }).asPromise();
  try {
    await createIndexes();
    const world: World = { vault: vault(randomBytes(32)), now: () => new Date(), clockAgrees: () => true, randomBytes };
    const plain = client.getClient().db().collection<EntryRecord>('unchained');
    const indexes = await collection(Entry).indexes();
    await plain.createIndexes(indexes.filter(({ name }) => name !== '_id_').map(({ v: _, ...index }) => index));
    let seq = 0;
    const works = {
      plain: () => plain.insertOne(unchained(++seq), { writeConcern: { w: 'majority', journal: true } }),
      one: caster(world, await votes(world)),
    };
    await sealDue(world)();
    for (const work of Object.values(works)) await rate(work, seconds);
    const rounds: Record<keyof typeof works, number>[] = [];
    for (let round = 0; round < count; round++) {
      rounds.push({ plain: await rate(works.plain, seconds), one: await rate(works.one, seconds) });
    }
    return [row(rounds)];
  } finally {
    await mongoose.connection.dropDatabase();
    await client.close();
    await mongoose.disconnect();
  }
}

/** How often a second the work gets done by `CASTERS` casters who each begin again when they are done. */
async function rate(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let done = 0;
  await Promise.all(
    Array.from({ length: CASTERS }, async () => {
      for (; performance.now() < end; done++) await work();
    }),
  );
  return (done * 1_000) / (performance.now() - started);
}

/** An entry as in a ledger, but not chained to another. */
function unchained(seq: number): EntryRecord {
  const hash = randomBytes(32).toString('hex');
  return {
    _id: { cycle: 'unchained', seq },
    at: '2026-12-01',
    commitment: hash,
    previous: hash,
    hash,
    key: randomBytes(32).toString('base64url'),
    receipt: String(seq),
    voter: randomBytes(32).toString('base64url'),
    secret: randomBytes(320),
  };
}

function caster(world: World, residents: readonly string[]): () => Promise<unknown> {
  let next = 0;
  return async () => {
    const n = next++;
    const voter = n % residents.length;
    const outcome = await castBallot(
      world,
      { picks: [3, 7] },
      {
        key: `bench ${n}`,
        at: world.now(),
        community: 'bench',
        channel: 'sms',
        address: `+86${voter}`,
        resident: residents[voter] ?? '',
        isOnRoster: true,
        withCard: false,
        beginWrite: () => undefined,
      },
    );
    if ('refused' in outcome) throw new Error(`refused: ${outcome.refused.reason}`);
  };
}

/** Makes a community that votes now. Gives its residents. */
async function votes({ vault }: World): Promise<string[]> {
  const residents = Array.from({ length: RESIDENTS }, (_, n) => vault.hmac('resident', 'bench', String(n)));
  await collection(Community).insertOne(benchCommunity('bench', '+862880000001'));
  await collection(Cycle).insertOne(benchCycle('bench'));
  await collection(Resident).insertMany(
    residents.map((_id) => ({ _id, community: 'bench', role: 'resident' as const, linkedContacts: [], addedAt: new Date() })),
  );
  return residents;
}

function row(rounds: readonly Record<'plain' | 'one', number>[]): Row {
  const ratios = rounds.map(({ one, plain }) => one / plain);
  const rates = (which: 'plain' | 'one') => Math.round(median(rounds.map((round) => round[which])));
  return {
    work: `ballots/s into one ledger, ${CASTERS} casters`,
    result: spread(ratios),
    reach: '≥ 2',
    reached: median(ratios) >= 2,
    detail: `${rates('one')} ballots/s; ${CASTERS} clients inserting unchained entries durably: ${rates('plain')}/s`,
  };
}

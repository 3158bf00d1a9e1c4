import mongoose from 'mongoose';
import { progress } from '../scripts/support/progress.ts';
import { Conversation, conversationId } from '../src/dialog/conversation.ts';
import { Community } from '../src/fund/communities/index.ts';
import { Cycle } from '../src/fund/cycles/index.ts';
import { Resident } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { createIndexes } from '../src/store/indexes.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import { benchCommunity, benchCycle, benchResident } from './benchCommunity.ts';
import { benchVault, giveKeys } from './secret.ts';

/** The number of the community to which all residents of the first kind send texts. */
export const ONE = '+862880000001';
/** The number of small communities, for ballots spread over many ledgers. */
export const SPREAD = 1_000;
const PER_COMMUNITY = 20;
export const spreadResidents = SPREAD * PER_COMMUNITY;
const AT_ONCE = 10_000;

export const phoneOf = (index: number) => `+86${13_000_000_000 + index}`;
export const freshPhoneOf = (index: number) => `+86${16_000_000_000 + index}`;
export const spreadPhoneOf = (index: number) => `+86${15_000_000_000 + index}`;
export const spreadNumberOf = (community: number) => `+86${2_881_000_000 + community}`;

/** Adds residents to the one community who have never written: nothing is stored of them but the roster. */
export async function addFresh(uri: string, count: number): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false, writeConcern: { w: 1 } });
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => benchResident('bench', freshPhoneOf(from + index)));
    await collection(Resident).insertMany(some, { ordered: false });
  }
  await mongoose.disconnect();
}

/**
 * Fills a database with one community of `residents` residents and the bare server's records of as many. All of them have talked before, longer than
 * a day ago, so that nothing is kept of what was said. Also adds `small` small communities of `inEach` residents, each with its own cycle.
 */
export async function fill(uri: string, residents: number, small = 0, inEach = PER_COMMUNITY): Promise<void> {
  await giveKeys(uri);
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false, writeConcern: { w: 1 } });
  const slugs = Array.from({ length: small }, (_, index) => `bench-${index}`);
  await collection(Community).insertMany([benchCommunity('bench', ONE), ...slugs.map((slug, index) => benchCommunity(slug, spreadNumberOf(index)))]);
  await collection(Cycle).insertMany(['bench', ...slugs].map(benchCycle));
  const bar = progress('residents', residents + small * inEach);
  for (let from = 0; from < residents; from += AT_ONCE) {
    const phones = Array.from({ length: Math.min(AT_ONCE, residents - from) }, (_, index) => phoneOf(from + index));
    await insert(phones.map((phone) => ({ slug: 'bench', phone, number: ONE })));
    bar.increment(phones.length);
  }
  for (let from = 0; from < small * inEach; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, small * inEach - from) }, (_, index) => from + index);
    await insert(some.map((index) => ({ slug: `bench-${index % small}`, phone: spreadPhoneOf(index), number: spreadNumberOf(index % small) })));
    bar.increment(some.length);
  }
  bar.stop();
  await createIndexes();
  await mongoose.connection.getClient().db('admin').command({ fsync: 1 });
  await mongoose.disconnect();
}

/** Residents, their conversations, and the bare server's records of them. */
async function insert(people: readonly { slug: string; phone: string; number: string }[]): Promise<void> {
  const at = new Date(Date.now() - 2 * DAY_MS);
  const ids = people.map(({ phone, number }) => `sms|${phone}|${number}`);
  const bare = mongoose.connection.getClient().db().collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
  await Promise.all([
    collection(Resident).insertMany(
      people.map(({ slug, phone }) => benchResident(slug, phone)),
      { ordered: false },
    ),
    collection(Conversation).insertMany(
      people.map(({ slug, phone, number }) => ({
        _id: conversationId(benchVault, { channel: 'sms', address: phone, to: number }),
        community: slug,
        revision: 1,
        language: 'zh-CN',
      })),
      { ordered: false },
    ),
    bare.insertMany(
      ids.map((_id) => ({ _id, turns: 1, at, said: '菜单' })),
      { ordered: false },
    ),
  ]);
}

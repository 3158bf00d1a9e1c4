import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { castBallot } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { CodedError } from '../../../src/store/codedError.ts';
import { collection } from '../../../src/store/collection.ts';
import { connect } from '../../../src/store/connect.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { benchCommunity } from '../benchCommunity.ts';
import { benchCycle } from '../benchCycle.ts';
import { benchVault } from '../secret.ts';

const AT_ONCE = 64;

/** Adds a community whose vote is over, with so many ballots; the service seals its ledger as it starts. Gives the cycle's id. */
export async function fillSealed(uri: string, slug: string, ballots: number): Promise<string> {
  await connect(uri);
  try {
    const world: World = { vault: benchVault, now: () => new Date(), clockAgrees: () => true, randomBytes };
    const ids = Array.from({ length: ballots }, (_, index) => world.vault.hmac('resident', slug, String(index)));
    await collection(Community).insertOne(benchCommunity(slug, '+862899999999'));
    await collection(Cycle).insertOne(benchCycle(slug));
    await collection(Resident).insertMany(
      ids.map((_id) => ({ _id, community: slug, role: 'resident' as const, linkedContacts: [], addedAt: new Date() })),
    );
    const waiting = ids.entries();
    await Promise.all(Array.from({ length: AT_ONCE }, () => casting(world, slug, waiting)));
    const cycle = `${slug}-2027`;
    const stages = [
      { stage: 'vote' as const, from: new Date(Date.now() - 2 * DAY_MS) },
      { stage: 'implement' as const, from: new Date(Date.now() - DAY_MS) },
    ];
    await collection(Cycle).updateOne({ _id: cycle }, { $set: { stages } });
    return cycle;
  } finally {
    await mongoose.disconnect();
  }
}

async function casting(world: World, community: string, waiting: Iterator<[number, string]>): Promise<void> {
  const cast = castBallot(world);
  for (let next = waiting.next(); !next.done; next = waiting.next()) {
    const [index, resident] = next.value;
    const picks = [1 + (index % 10), 1 + ((index + 3) % 10)].toSorted((one, other) => one - other);
    const outcome = await cast(
      { picks },
      {
        key: `fill ${index}`,
        at: world.now(),
        community,
        channel: 'sms',
        address: `+86${17_000_000_000 + index}`,
        resident,
        isOnRoster: true,
        withCard: false,
        beginWrite: () => undefined,
      },
    );
    if ('refused' in outcome) throw new CodedError('not-filled', `A ballot was refused: ${outcome.refused.reason}.`);
  }
}

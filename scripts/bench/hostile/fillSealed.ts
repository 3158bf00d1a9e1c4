import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { connect } from '../../../src/store/connect.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { benchCommunity } from '../benchCommunity.ts';
import { benchCycle } from '../benchCycle.ts';
import { castMany } from '../castMany.ts';
import { benchVault } from '../secret.ts';

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
    await castMany(world, slug, ids);
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

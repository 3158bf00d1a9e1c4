import mongoose, { type mongo } from 'mongoose';
import { addressHmac, type CommunityContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { cyclesAmong, cyclesIn } from '../cycles/index.ts';
import { endRecordings } from '../inquiries/index.ts';
import { Proposal } from './proposal.ts';
import { giveSupports } from './support.ts';

/** Does what `giveAll` does, by itself: a phone or chat was linked to a resident. */
export function giveToLinked({ vault }: Pick<World, 'vault'>): (from: CommunityContact, resident: string) => Promise<void> {
  return async (contact, resident) => {
    const from = addressHmac(vault, contact);
    await mongoose.connection
      .getClient()
      .withSession((session) => session.withTransaction(() => giveAll(contact.community, from, resident, session)));
  };
}

/** Makes what came from a phone or chat (`addressHmac`), before it was linked to a resident, this resident's: proposals become public, supports count. */
export async function giveAll(community: string, from: string, resident: string, session: mongo.ClientSession): Promise<void> {
  await giveProposals(community, from, resident, session);
  await giveSupports(community, from, resident, session);
}

/** Makes proposals that came from a phone or chat (`addressHmac`) a resident's. They become public, except those that were hidden. */
async function giveProposals(community: string, from: string, resident: string, session: mongo.ClientSession): Promise<void> {
  const within = { '_id.cycle': { $in: await cyclesIn(community, session) }, community };
  await collection(Proposal).updateMany({ ...within, by: from }, { $set: { by: resident } }, { session });
  await collection(Proposal).updateMany(
    { ...within, by: resident, public: false, hidden: { $exists: false } },
    { $set: { public: true } },
    { session },
  );
}

/** Forgets of proposals that were made before a moment where to tell what became of them, and whose words a cadre wrote down. */
export async function forgetProposers(communities: readonly string[], before: Date): Promise<void> {
  const isOld = { '_id.cycle': { $in: await cyclesAmong(communities) }, community: { $in: [...communities] }, at: { $lte: before } };
  await collection(Proposal).updateMany(
    {
      $or: [
        { ...isOld, address: { $exists: true } },
        { ...isOld, whose: { $exists: true } },
      ],
    },
    { $unset: { address: 1, whose: 1 } },
  );
}

/**
 * Removes from proposals the address to which an answer would go, and deletes the voice in which they were spoken; the proposals stay. `by` is a
 * resident's `_id` or an `addressHmac`. Gives the number of these proposals.
 */
export async function forgetProposer(at: Date, { community, by }: { community: string; by: string }): Promise<number> {
  const whose = { '_id.cycle': { $in: await cyclesIn(community) }, community, by };
  const spoken = await collection(Proposal)
    .find({ ...whose, spoken: { $exists: true } }, { projection: { spoken: 1 } })
    .toArray();
  await endRecordings(at, spoken);
  return (
    await collection(Proposal).updateMany(
      { ...whose, $or: [{ address: { $exists: true } }, { whose: { $exists: true } }] },
      { $unset: { address: 1, whose: 1 } },
    )
  ).modifiedCount;
}

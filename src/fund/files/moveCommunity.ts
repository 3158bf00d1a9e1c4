import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, type DepartureRecord, departCommunity, findCommunity, settleCommunity } from '../communities/index.ts';
import { type CycleRecord, findCycles, isFrozen, voteOf } from '../cycles/index.ts';
import { logHead, withLog } from '../log/index.ts';
import { type Actor, checkRight, ON_THE_SERVER, type Right } from '../people/index.ts';

export const LEAVING = { name: 'community.leave', may: ON_THE_SERVER } as const satisfies Right;
export const SETTLING = { name: 'community.settle', may: ON_THE_SERVER } as const satisfies Right;

/** A vote that opens within so long is as one that is open: who moves a community would have to be done by then. */
const SOON_MS = HOUR_MS;

/**
 * Takes a community out of those that this cell serves, because it moves to another one. The entry of the log is the last one here: whatever else somebody
 * does for the community is done before it, or refused. Rejects with `not-allowed`, `no-community`, or `voting` while a vote is open, not sealed yet, or
 * opens within the hour.
 */
export async function leaveCell(world: World, slug: string, where: Pick<DepartureRecord, 'to' | 'url'>, actor: Actor): Promise<DepartureRecord> {
  const acting = checkRight(actor, LEAVING, slug);
  return withLog(world, slug, async (session, write) => {
    const community = await findCommunity(slug, session);
    if (!community) throw new CodedError('no-community', `There is no community ${slug} here.`);
    const at = world.now();
    const cycles = await findCycles(slug, session);
    if (cycles.some((cycle) => isVoteNear(cycle, at)))
      throw new CodedError('voting', `${slug} votes, or will within the hour. Move it once the ledger is sealed.`);
    await write({ ...acting, subject: slug, detail: { after: { url: where.url } } });
    const { seq, hash } = await logHead(slug, session);
    const departure = { _id: slug, community, cycles: cycles.map(({ _id }) => _id), ...where, at, head: { seq, hash } };
    await departCommunity(departure, session);
    return departure;
  });
}

function isVoteNear(cycle: CycleRecord, at: Date): boolean {
  const vote = cycle.sealedAt ? undefined : voteOf(cycle, at);
  return vote !== undefined && vote.from.getTime() <= at.getTime() + SOON_MS && (vote.to > at || isFrozen(cycle));
}

/**
 * Serves a community in this cell from now on, because it has come, or stays after all; written into its log. `also` is done in the same transaction. Rejects
 * with `not-allowed`, `slug-taken`.
 */
export async function settleInCell(
  world: World,
  community: CommunityRecord,
  from: string,
  actor: Actor,
  also?: (session: mongo.ClientSession) => Promise<void>,
): Promise<void> {
  const acting = checkRight(actor, SETTLING, community._id);
  return withLog(world, community._id, async (session, write) => {
    await write({ ...acting, subject: community._id, detail: { before: from } });
    await settleCommunity(community, session);
    await also?.(session);
  });
}

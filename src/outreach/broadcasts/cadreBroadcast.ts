import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import type { CommunityContact } from '../../contacts/contact.ts';
import type { Planned } from '../../dialog/cadreOutcome.ts';
import { withLog } from '../../fund/log/index.ts';
import { type Actor, checkRight, writingCadre } from '../../fund/people/index.ts';
import { isTiedTo } from '../../fund/staff/index.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Broadcast, type BroadcastRecord, markOfBroadcast } from './broadcast.ts';
import { type BroadcastDeps, type Plan, planBroadcast, type Refusal } from './planBroadcast.ts';

export type CadrePlan =
  | Planned
  | Pick<Refusal, 'refused'>
  /** `stale`: the cadre's proof is too old. */
  | { readonly refused: 'notCadre' | 'stale' };

/** The sender of a text can be faked, so a cadre's proof is valid only for so long. */
const PROVED_MS = 10 * 60 * 1_000;

/** 群发: plans a cadre's text to everybody and, once the cadre agrees, writes it down; the service queues it. */
export function cadreBroadcast(world: World, deps: BroadcastDeps) {
  const plan = planBroadcast(world, deps);
  const cadreOf = writingCadre(world);
  return {
    plan: async ({ text }: { text: string }, { community }: Pick<Act, 'community'>): Promise<CadrePlan> => {
      const planned = await plan({ community, text, to: 'all' });
      return 'refused' in planned ? { refused: planned.refused } : told(planned.plan);
    },
    send: async (
      { text, provedAt }: { text: string; provedAt?: string },
      act: CommunityContact & Pick<Act, 'at' | 'beginWrite'>,
    ): Promise<CadrePlan> => {
      const cadre = await cadreOf(act);
      if (!cadre) return { refused: 'notCadre' };
      const { phone, actor } = cadre;
      const isTied = CHANNELS[act.channel].isSenderProved && phone !== undefined && (await isTiedTo(world, phone, act));
      if (!isTied && act.at.getTime() - Date.parse(provedAt ?? '1970-01-01') > PROVED_MS) return { refused: 'stale' };
      const planned = await plan({ community: act.community, text, to: 'all' });
      if ('refused' in planned) return { refused: planned.refused };
      act.beginWrite();
      await createBroadcast(world, planned.plan, actor);
      return told(planned.plan);
    },
  };
}

function told({ messages, channels, cost, currency, waitsUntil }: Plan): CadrePlan {
  return {
    people: messages,
    units: channels.reduce((sum, { units }) => sum + units, 0),
    ...(cost !== undefined && { cost: cost.toFixed(2) }),
    currency,
    ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }),
  };
}

/** Writes a planned broadcast down durably, to be queued by any process. If it was sent today already, gives that one; if that one was cancelled, it is queued again. */
export async function createBroadcast(
  world: World,
  { id, occasion, community, text, to, cycle, dueAt }: Pick<Plan, 'id' | 'occasion' | 'community' | 'text' | 'to' | 'cycle' | 'dueAt'>,
  actor: Actor,
): Promise<BroadcastRecord> {
  const acting = checkRight(actor, 'createBroadcast', community);
  const written: BroadcastRecord = {
    _id: id,
    community,
    text,
    to,
    by: actor.name,
    occasion,
    ...(cycle !== undefined && { cycle }),
    at: world.now(),
    dueAt,
    state: 'queueing',
  };
  const broadcast = { ...written, mark: markOfBroadcast(world.vault, written) };
  const { _id, ...rest } = broadcast;
  return withLog(world)(community, async (session, write) => {
    const found = await collection(Broadcast).findOne({ _id }, { session });
    if (found && found.state !== 'cancelled') return found;
    if (found) await collection(Broadcast).updateOne({ _id }, { $set: rest, $unset: { heldUntil: '', pausedAt: '', pausedBy: '' } }, { session });
    else await collection(Broadcast).insertOne(broadcast, { session });
    await write({ ...acting, subject: `broadcast/${_id}`, detail: { after: { text, to, dueAt } } });
    return broadcast;
  });
}

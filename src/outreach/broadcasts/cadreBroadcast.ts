import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import type { CommunityContact } from '../../contacts/contact.ts';
import type { Planned } from '../../dialog/cadreOutcome.ts';
import { writingCadre } from '../../fund/people/index.ts';
import { isTiedTo } from '../../fund/staff/index.ts';
import type { World } from '../../store/world.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { createBroadcast } from './changeBroadcast.ts';
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
  return {
    plan: async ({ text }: { text: string }, { community }: Pick<Act, 'community'>): Promise<CadrePlan> => {
      const planned = await plan({ community, text, to: 'all' });
      return 'refused' in planned ? { refused: planned.refused } : cadrePlan(planned.plan);
    },
    send: async (
      { text, provedAt }: { text: string; provedAt?: string },
      act: CommunityContact & Pick<Act, 'at' | 'beginWrite'>,
    ): Promise<CadrePlan> => {
      const cadre = await writingCadre(world, act);
      if (!cadre) return { refused: 'notCadre' };
      const { phone, actor } = cadre;
      const isTied = CHANNELS[act.channel].isSenderProved && phone !== undefined && (await isTiedTo(world, phone, act));
      if (!isTied && act.at.getTime() - Date.parse(provedAt ?? '1970-01-01') > PROVED_MS) return { refused: 'stale' };
      const { community } = act;
      const planned = await plan({ community, text, to: 'all' });
      if ('refused' in planned) return { refused: planned.refused };
      act.beginWrite();
      const { is } = await createBroadcast.perform({ world, notify: enqueue(world) }, { community, at: {}, input: { ...planned.plan }, actor });
      return is === 'done' ? cadrePlan(planned.plan) : { refused: 'noCommunity' };
    },
  };
}

function cadrePlan({ messages, channels, cost, currency, waitsUntil }: Plan): CadrePlan {
  return {
    people: messages,
    units: channels.reduce((sum, { units }) => sum + units, 0),
    ...(cost !== undefined && { cost: cost.toFixed(2) }),
    currency,
    ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }),
  };
}

import type { Planned } from '../../dialog/cadreOutcome.ts';
import type { Act } from '../../fund/act.ts';
import { cadreAt } from '../../fund/roster/cadreAt.ts';
import type { World } from '../../store/world.ts';
import { createBroadcast } from './createBroadcast.ts';
import { type BroadcastMeans, type Plan, planBroadcast, type Refusal } from './planBroadcast.ts';

export type CadrePlan =
  | Planned
  | Pick<Refusal, 'refused'>
  /** `stale`: it was known too long ago that it is a cadre who writes. */
  | { readonly refused: 'notCadre' | 'stale' };

/** A sender of texts can be faked: what was proved holds for so long. */
const PROVED_MS = 10 * 60 * 1_000;

/** 群发: what a cadre's text to everybody would be, and, once that is agreed to, its being written down; the service queues it. */
export function cadreBroadcast(world: World, means: BroadcastMeans) {
  const plan = planBroadcast(world, means);
  const cadreOf = cadreAt(world);
  return {
    plan: async ({ text }: { text: string }, { community }: Pick<Act, 'community'>): Promise<CadrePlan> => {
      const planned = await plan({ community, text, to: 'all' });
      return 'refused' in planned ? { refused: planned.refused } : told(planned.plan);
    },
    send: async (
      { text, by, provedAt }: { text: string; by: string; provedAt?: string },
      act: Pick<Act, 'at' | 'community' | 'channel' | 'address' | 'beginWrite'>,
    ): Promise<CadrePlan> => {
      if (!(await cadreOf(act))) return { refused: 'notCadre' };
      if (act.channel !== 'wechat' && act.at.getTime() - Date.parse(provedAt ?? '1970-01-01') > PROVED_MS) return { refused: 'stale' };
      const planned = await plan({ community: act.community, text, to: 'all' });
      if ('refused' in planned) return { refused: planned.refused };
      act.beginWrite();
      await createBroadcast(world, planned.plan, by);
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

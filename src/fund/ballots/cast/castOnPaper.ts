import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import { withLog } from '../../log/index.ts';
import { type Actor, checkRight, Resident } from '../../people/index.ts';
import { type Cast, cast } from './cast.ts';

/** A ballot that a cadre enters for a resident: from paper, or sitting beside them. */
export interface PaperBallot {
  readonly picks: readonly number[];
  /** The nine digits on the resident's card. */
  readonly card: string;
  readonly channel: 'paper' | 'assisted';
  readonly actor: Actor;
  /** The same key counts once. */
  readonly key: string;
}

/**
 * Casts a ballot from paper under the same rules as every other ballot. If nobody here holds the card, the refusal is `notOnRoll`. The ledger's entry
 * cannot be in a transaction with the log's: if the process dies between them, the same key writes the log's.
 */
export function castOnPaper(world: World): (ballot: PaperBallot, community: string, at: Date) => Promise<Cast> {
  const castOne = cast(world);
  return async ({ picks, card, channel, actor, key }, community, at) => {
    const acting = checkRight(actor, 'castOnPaper', community);
    const holder = await collection(Resident).findOne({ community, card: world.vault.hmac('card', community, card) }, { projection: { _id: 1 } });
    const outcome = await castOne({
      key,
      service: 'castOnPaper',
      at,
      community,
      channel,
      by: actor.name,
      resident: holder?._id,
      withCard: true,
      picks,
      beginWrite: () => undefined,
    });
    if ('receipt' in outcome)
      await withLog(world)(community, (_, write) =>
        write({ ...acting, subject: channel, detail: {}, once: world.vault.hmac('act', key, 'castOnPaper') }),
      );
    return outcome;
  };
}

import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { addressHmac } from '../roster/addressHmac.ts';
import { type Cast, cast } from './cast.ts';

/** Service: casts the acting resident's ballot in the community's current cycle. A key that was cast already gives its stored receipt, before any rule. */
export function castBallot(world: World): (input: { picks: readonly number[] }, act: Act) => Promise<Cast> {
  const castOne = cast(world);
  return ({ picks }, { key, at, community, channel, address, resident, isOnRoster, withCard, onlyFirst, beginWrite, alongside }) =>
    castOne({
      key,
      service: 'castBallot',
      at,
      community,
      channel,
      from: addressHmac(world.vault, { community, channel, address }),
      resident,
      isOnRoster,
      withCard,
      picks,
      onlyFirst,
      beginWrite,
      ...(alongside && { alongside }),
    });
}

import { castBallot } from '../src/fund/ballots/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';

const AT_ONCE = 64;

/** Casts a ballot for each resident (`_id`) of a community that votes, by the one way into its ledger. */
export async function castMany(world: World, community: string, residents: Iterable<string>, onBallot = () => {}): Promise<void> {
  let index = 0;
  const waiting = residents[Symbol.iterator]();
  const casting = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const number = index++;
      const picks = [1 + (number % 10), 1 + ((number + 3) % 10)].toSorted((one, other) => one - other);
      const outcome = await castBallot(
        world,
        { picks },
        {
          key: `fill ${number}`,
          at: world.now(),
          community,
          channel: 'sms',
          address: `+86${17_000_000_000 + number}`,
          resident: next.value,
          isOnRoster: true,
          withCard: false,
          beginWrite: () => undefined,
        },
      );
      if ('refused' in outcome) throw new CodedError('not-filled', `A ballot was refused: ${outcome.refused.reason}.`);
      onBallot();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, casting));
}

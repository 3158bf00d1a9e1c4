import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { proposalChanged, unlessChanged } from './moveOn.ts';
import { Proposal } from './proposal.ts';

export type Sorted = { readonly sorted: readonly number[] } | { readonly refused: 'noProposal' | 'noCategory' | 'changed' };

/**
 * Puts proposals into a category of the community's list; without `category`, out of theirs. Those that are in it already are left alone. `was`: the
 * category that whoever sorts them saw, empty if none; another one is not overwritten. Rejects with `not-allowed` (`checkRight`).
 */
export function sortProposals(
  world: World,
): (sorting: { cycle: string; numbers: readonly number[]; category?: string; was?: string; actor: Actor }) => Promise<Sorted> {
  return async ({ cycle, numbers, category, was, actor }) => {
    const found = await collection(Proposal)
      .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] } }, { sort: { '_id.number': 1 }, projection: { community: 1, category: 1 } })
      .toArray();
    const [first] = found;
    if (!first || found.length < new Set(numbers).size) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'sortProposals', first.community);
    const community = await collection(Community).findOne({ _id: first.community }, { projection: { categories: 1 } });
    if (category !== undefined && !community?.categories?.some(({ name }) => name === category)) return { refused: 'noCategory' };
    const changed = found.filter((proposal) => proposal.category !== category);
    if (changed.length === 0) return { sorted: [] };
    return unlessChanged(
      withLog(world)(first.community, async (session, write): Promise<Sorted> => {
        const which = {
          ...{ '_id.cycle': cycle, '_id.number': { $in: changed.map(({ _id }) => _id.number) } },
          ...(was !== undefined && { category: was === '' ? { $exists: false } : was }),
        };
        const change = category === undefined ? { $unset: { category: 1 as const } } : { $set: { category } };
        const { matchedCount } = await collection(Proposal).updateMany(which, change, { session });
        if (matchedCount < changed.length) throw proposalChanged();
        const before = Object.fromEntries(changed.map(({ _id, category }) => [_id.number, category ?? null]));
        await write({ ...acting, subject: `${cycle}/${listOf(changed.map(({ _id }) => _id.number))}`, detail: { before, after: { category } } });
        return { sorted: changed.map(({ _id }) => _id.number) };
      }),
    );
  };
}

/** Notes that two proposals look alike, but are not the same: they are not shown to each other any more. Rejects with `not-allowed` (`checkRight`). */
export function keepApart(
  world: World,
): (pair: {
  cycle: string;
  number: number;
  other: number;
  actor: Actor;
}) => Promise<{ readonly done: true } | { readonly refused: 'noProposal' | 'already' }> {
  return async ({ cycle, number, other, actor }) => {
    const found = await collection(Proposal)
      .find({ '_id.cycle': cycle, '_id.number': { $in: [number, other] } }, { projection: { community: 1, distinct: 1 } })
      .toArray();
    const [first, second] = found;
    if (!first || !second) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'sortProposals', first.community);
    if (first.distinct?.includes(second._id.number)) return { refused: 'already' };
    return withLog(world)(first.community, async (session, write) => {
      await collection(Proposal).updateOne({ _id: first._id }, { $addToSet: { distinct: second._id.number } }, { session });
      await collection(Proposal).updateOne({ _id: second._id }, { $addToSet: { distinct: first._id.number } }, { session });
      await write({ ...acting, subject: `${cycle}/${listOf([number, other])}`, detail: { after: { distinct: [number, other] } } });
      return { done: true };
    });
  };
}

/** Numbers as the subject of an entry of the log names them: `3`, `3+12`; of many, the first and how many more. */
export function listOf(numbers: readonly number[]): string {
  const SHOWN = 8;
  const shown = numbers.slice(0, SHOWN).join('+');
  return numbers.length > SHOWN ? `${shown}+${numbers.length - SHOWN} more` : shown;
}

import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { communityForReaders } from '../communities/index.ts';
import { nearestToEach } from './nearest.ts';
import { Proposal, proposalText } from './proposal.ts';

/** A category that would suit a proposal, and why. */
export interface CategorySuggested {
  readonly category: string;
  /** The community's words for it that stand in the text. */
  readonly words: readonly string[];
  /** Proposals that look like it and are in this category, the likest first. */
  readonly like: readonly { readonly cycle: string; readonly number: number }[];
}

/** A neighbour tells less than a word that the community chose itself. */
const OF_A_NEIGHBOUR = 0.8;
const NEIGHBOURS = 5;

/**
 * Suggests a category of the community's list for proposals of a cycle, by number; none for those of which nothing is known. It goes by the words of
 * the community and by the nearest proposals that are sorted already. It sets nothing: that is `sortProposals`.
 */
export function suggestCategories(world: World): (cycle: string, numbers: readonly number[]) => Promise<Map<number, CategorySuggested>> {
  return async (cycle, numbers) => {
    const found = await forReaders(Proposal)
      .find(
        { '_id.cycle': cycle, '_id.number': { $in: [...numbers] }, text: { $exists: true } },
        { projection: { text: 1, community: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true },
      )
      .toArray();
    const [first] = found;
    const categories = (first && (await communityForReaders(world)(first.community)))?.categories ?? [];
    if (categories.length === 0) return new Map();
    const near = await nearestToEach(world)(cycle, numbers, NEIGHBOURS);
    return new Map(
      found.flatMap((proposal) => {
        const suggested = suggestCategory(proposalText(world.vault, proposal), categories, near.get(proposal._id.number) ?? []);
        return suggested ? [[proposal._id.number, suggested] as const] : [];
      }),
    );
  };
}

interface Neighbour {
  readonly cycle: string;
  readonly number: number;
  readonly likeness: number;
  readonly category?: string;
}

/** The category for which most speaks; of equals the one that stands first in the list. Undefined if nothing speaks for any. */
export function suggestCategory(
  text: string,
  categories: readonly { readonly name: string; readonly words: readonly string[] }[],
  neighbours: readonly Neighbour[],
): CategorySuggested | undefined {
  const written = text.toLowerCase();
  let best: CategorySuggested | undefined;
  let most = 0;
  for (const { name, words } of categories) {
    const said = words.filter((word) => written.includes(word.toLowerCase()));
    const like = neighbours.filter(({ category }) => category === name);
    const speaks = said.length + like.reduce((sum, { likeness }) => sum + likeness * OF_A_NEIGHBOUR, 0);
    if (speaks <= most) continue;
    most = speaks;
    best = { category: name, words: said, like: like.map(({ cycle, number }) => ({ cycle, number })) };
  }
  return best;
}

import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { act, chosen, done, line, number, refuse } from '../act/index.ts';
import { communityForReaders, findCommunity } from '../communities/index.ts';
import { cycleBefore, findCycle } from '../cycles/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { nearestToEach } from './nearest.ts';
import { Proposal, type ProposalRecord, proposalText } from './proposal.ts';
import { proposal, proposals } from './subjects.ts';

const LONGEST_CATEGORY = 100;

/** Puts one proposal into a category of the community's list; without `category`, out of its own. `was`: the category that whoever sorts it saw. */
export const sortProposal = act({
  name: 'proposal.sort',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ category: line(LONGEST_CATEGORY).optional(), was: line(LONGEST_CATEGORY).optional() }),
  refusals: { noCategory: 'category', changed: null },
  async run({ session, on, input: { category, was } }) {
    if (on.category !== was && on.category !== category) return refuse('changed');
    return sort(session, on.community, [on], category);
  },
});

/** Puts proposals of a cycle into a category of the community's list. Those that are in it already are left alone. */
export const sortProposals = act({
  name: 'proposal.sortMany',
  may: DAILY_WORK,
  on: proposals,
  input: z.strictObject({ numbers: chosen(), category: line(LONGEST_CATEGORY) }),
  refusals: { noCategory: 'category', changed: null },
  async run({ session, on, input: { numbers, category } }) {
    const which = { '_id.cycle': on._id, '_id.number': { $in: numbers } };
    const found = await collection(Proposal)
      .find(which, { session, sort: { '_id.number': 1 } })
      .toArray();
    if (found.length === 0 || found.length < new Set(numbers).size) return refuse('changed');
    return sort(session, on.community, found, category);
  },
});

async function sort(session: mongo.ClientSession, community: string, found: readonly ProposalRecord[], category: string | undefined) {
  const { categories } = (await findCommunity(community)) ?? {};
  if (category !== undefined && !categories?.some(({ name }) => name === category)) return refuse('noCategory');
  const changed = found.filter((each) => each.category !== category);
  const [first] = changed;
  if (!first) return done({ sorted: [] });
  const sorted = changed.map(({ _id }) => _id.number);
  const change = category === undefined ? { $unset: { category: 1 as const } } : { $set: { category } };
  await collection(Proposal).updateMany({ '_id.cycle': first._id.cycle, '_id.number': { $in: sorted } }, change, { session });
  const before = Object.fromEntries(changed.map((each) => [each._id.number, each.category ?? null]));
  return done({ sorted }, { subject: `${first._id.cycle}/${listOf(sorted)}`, before, after: { category } });
}

/** Notes that two proposals look alike, but are not the same: they are not shown to each other any more. `earlier`: one of the cycle before. */
export const keepApart = act({
  name: 'proposal.distinct',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ other: number().optional(), earlier: number().optional() }),
  refusals: { noOther: null },
  async run({ world, session, on, input: { other: here, earlier } }) {
    const other = earlier ?? here;
    const { cycle, number: own } = on._id;
    const its = earlier === undefined ? cycle : await cycleBeforeThis(world, cycle);
    if (other === undefined || (its === cycle && other === own)) return refuse('noOther');
    if (!(await collection(Proposal).findOne({ _id: { cycle: its, number: other } }, { session, projection: { _id: 1 } }))) return refuse('noOther');
    if ((its === cycle ? on.distinct : on.distinctBefore)?.includes(other)) return done({ other });
    const note = (_id: ProposalRecord['_id'], change: { distinct: number } | { distinctBefore: number }) =>
      collection(Proposal).updateOne({ _id }, { $addToSet: change }, { session });
    await note(on._id, its === cycle ? { distinct: other } : { distinctBefore: other });
    if (its === cycle) await note({ cycle, number: other }, { distinct: own });
    const both = its === cycle ? [own, other] : [own, `${its}/${other}`];
    return done({ other }, { subject: `${cycle}/${its === cycle ? listOf([own, other]) : own}`, after: { distinct: both } });
  },
});

/** Empty if there is none. */
async function cycleBeforeThis(world: World, id: string): Promise<string> {
  const cycle = await findCycle(id);
  return (cycle && (await cycleBefore(world)(cycle)))?._id ?? '';
}

/** Numbers as the subject of an entry of the log names them: `3`, `3+12`; of many, the first and how many more. */
export function listOf(numbers: readonly number[]): string {
  const SHOWN = 8;
  const shown = numbers.slice(0, SHOWN).join('+');
  return numbers.length > SHOWN ? `${shown}+${numbers.length - SHOWN} more` : shown;
}

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
export async function suggestCategories(world: World, cycle: string, numbers: readonly number[]): Promise<Map<number, CategorySuggested>> {
  const found = await forReaders(Proposal)
    .find(
      { '_id.cycle': cycle, '_id.number': { $in: [...numbers] }, text: { $exists: true } },
      { projection: { text: 1, community: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true },
    )
    .toArray();
  const [first] = found;
  const categories = (first && (await communityForReaders(world)(first.community)))?.categories ?? [];
  if (categories.length === 0) return new Map();
  const near = await nearestToEach(world, cycle, numbers, NEIGHBOURS);
  return new Map(
    found.flatMap((proposal) => {
      const suggested = suggestCategory(proposalText(world.vault, proposal), categories, near.get(proposal._id.number) ?? []);
      return suggested ? [[proposal._id.number, suggested] as const] : [];
    }),
  );
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

import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { eitherKey, type KeyedChange, sharedWriter } from '../../store/groupCommit.ts';
import { type LookUp, lookUps } from '../../store/lookUps.ts';
import { index, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { currentCycle, cyclesIn, type Stage, stageAt } from '../cycles/index.ts';
import { holdersDuring } from '../people/index.ts';
import { OPEN_STATES, onPublicList, Proposal, type ProposalRecord, proposalText } from './proposal.ts';

/** Whether a person supports a proposal. A support that was taken back stays, with `given: false`. */
export const Support = records(
  'supports',
  {
    /** `by`: a resident's `_id`. For a person who is not on the roster, `addressHmac(…)`. */
    _id: { cycle: String, number: Number, by: String },
    community: String,
    given: Boolean,
    /** The proposal for which it counts: its own, or the one that it was merged into. */
    root: Number,
    /** The person is on the roster. Others count from the day on which they are accepted. */
    counts: Boolean,
    /** The key of the act that changed it last: an act counts once. */
    key: String,
  },
  [
    index({ '_id.cycle': 1, root: 1, given: 1, counts: 1, '_id.by': 1 }),
    index({ '_id.by': 1, '_id.cycle': 1 }),
    // how many supports of a cycle wait for their person to be accepted
    index({ '_id.cycle': 1 }, { partialFilterExpression: { counts: false } }),
  ],
);
export type SupportRecord = RecordOf<typeof Support>;

/** A proposal that is supported now, or not any more. */
export interface Supported {
  readonly number: number;
  readonly text: string;
  readonly isGiven: boolean;
}

export type SupportsTold =
  /** `counts`: the person is on the roster. `unknown`: there is no such public proposal. */
  | { readonly supported: readonly Supported[]; readonly unknown: readonly number[]; readonly counts: boolean }
  /** The phone is shared: the card has to say who it is. */
  | { readonly ask: 'shared' }
  | SupportRefused;

/** `stage`: it is not the stage for proposals. `full`: too many people who are not on the roster support something already. */
type SupportRefused = { readonly refused: 'none' | 'full' } | { readonly refused: 'stage'; readonly stage: Stage };

/** So many supports of people who are not on the roster are kept in a cycle. */
const STRANGERS = 10_000;

/**
 * Service: supports proposals of the current cycle in the stage for proposals, and takes back the support of those that the person supports
 * (docs/contract.md: Messages). One of each person for each proposal; who is not on the roster counts once they are accepted.
 */
export function supportProposals(world: World): (input: { numbers: readonly number[] }, act: Act) => Promise<SupportsTold> {
  const find = lookUps(world)(publicByNumber);
  const findGiven = lookUps(world)(supportsBySupporter);
  const write = supportWriter(world);
  return async ({ numbers }, act) => {
    const stage = await supportableCycle(world, act);
    if ('refused' in stage) return stage;
    const { cycle } = stage;
    const supporter = await supporterOf(world, act);
    if ('ask' in supporter) return supporter;
    const { by, counts } = supporter;
    const [found, theirs] = await Promise.all([Promise.all(numbers.map((number) => find(`${cycle}|${number}`))), findGiven(`${cycle}|${by}`)]);
    const proposals = found.flatMap((proposal) => proposal ?? []);
    const unknown = numbers.filter((_, index) => !found[index]);
    if (proposals.length > 0 && !counts && (await isFull(cycle))) return { refused: 'full' };
    if (proposals.length > 0) act.beginWrite();
    const key = world.vault.hmac('act', act.key, 'support');
    const supported = proposals.map(async (proposal) => {
      const { number } = proposal._id;
      const root = proposal.mergedInto ?? number;
      // who supports parts of one supports it once, and takes all of it back
      const ofRoot = theirs.filter((support) => support.root === root);
      const isGiven = ofRoot.find((support) => support.key === key)?.given ?? !ofRoot.some(({ given }) => given);
      const before = theirs.find((support) => support._id.number === number);
      const changes = isGiven
        ? [{ before, number }]
        : ofRoot.filter(({ given }) => given).map((support) => ({ before: support, number: support._id.number }));
      for (const change of changes) {
        const after = { _id: { cycle, number: change.number, by }, community: act.community, given: isGiven, root, counts, key };
        if (change.before?.key !== key) await write({ before: change.before?.key, after });
      }
      return { number, text: maskNumbers(proposalText(world.vault, proposal)), isGiven };
    });
    return { supported: await Promise.all(supported), unknown, counts };
  };
}

export type SupportableRead = { readonly proposals: readonly { readonly number: number; readonly text: string }[] } | SupportRefused;

/** The most proposals that are told one after the other. */
const MOST_TOLD = 40;

/** Service: the open public proposals of the current cycle that the person does not support yet, newest first, at most 40. Needs the stage for proposals. */
export async function readSupportable(world: World, _: unknown, act: Act): Promise<SupportableRead> {
  const stage = await supportableCycle(world, act);
  if ('refused' in stage) return stage;
  const supporter = await supporterOf(world, act);
  const given =
    'by' in supporter
      ? await collection(Support)
          .find({ '_id.by': supporter.by, '_id.cycle': stage.cycle, given: true }, { projection: { root: 1 } })
          .toArray()
      : [];
  const found = await collection(Proposal)
    .find(
      {
        ...onPublicList(stage.cycle),
        '_id.number': { $nin: given.map(({ root }) => root) },
        state: { $in: [...OPEN_STATES] },
        text: { $exists: true },
      },
      { sort: { '_id.number': -1 }, limit: MOST_TOLD },
    )
    .toArray();
  return { proposals: found.map((proposal) => ({ number: proposal._id.number, text: maskNumbers(proposalText(world.vault, proposal)) })) };
}

async function supportableCycle(world: World, { community, at }: Act): Promise<{ readonly cycle: string } | SupportRefused> {
  const cycle = await currentCycle(world)(community, at);
  const stage = cycle ? stageAt(cycle, at) : undefined;
  if (!cycle || !stage) return { refused: 'none' };
  return stage === 'propose' ? { cycle: cycle._id } : { refused: 'stage', stage };
}

async function supporterOf(world: World, act: Act): Promise<{ readonly by: string; readonly counts: boolean } | { readonly ask: 'shared' }> {
  const holders = holdersDuring(world);
  if (act.resident !== undefined) return { by: act.resident, counts: true };
  const [holder, another] = (await holders(act)).holders;
  if (another) return { ask: 'shared' };
  return holder ? { by: holder.resident, counts: true } : { by: addressHmac(world.vault, act), counts: false };
}

const publicByNumber: LookUp<ProposalRecord, ProposalRecord | null> = {
  model: Proposal,
  pipeline: (items) => [
    { $match: { _id: { $in: items.map(idIn) }, public: true, hidden: { $exists: false } } },
    { $project: { text: 1, mergedInto: 1 } },
  ],
  results: (found, items) => items.map((item) => found.find(({ _id }) => item === `${_id.cycle}|${_id.number}`) ?? null),
};

/** All of a person in a cycle, by `CYCLE|BY`. */
const supportsBySupporter: LookUp<SupportRecord, readonly SupportRecord[]> = {
  model: Support,
  pipeline: (names) => [
    { $match: { '_id.by': { $in: [...new Set(names.map(byIn))] }, '_id.cycle': { $in: [...new Set(names.map(cycleIn))] } } },
    { $project: { given: 1, root: 1, key: 1 } },
  ],
  results: (found, names) => {
    const theirs = new Map<string, SupportRecord[]>(names.map((name) => [name, []]));
    for (const support of found) theirs.get(`${support._id.cycle}|${support._id.by}`)?.push(support);
    return names.map((name) => theirs.get(name) ?? []);
  },
};

function cycleIn(name: string): string {
  return name.slice(0, name.indexOf('|'));
}

function byIn(name: string): string {
  return name.slice(name.indexOf('|') + 1);
}

function idIn(item: string): ProposalRecord['_id'] {
  const [cycle = '', number] = item.split('|');
  return { cycle, number: Number(number) };
}

async function isFull(cycle: string): Promise<boolean> {
  return (await collection(Support).countDocuments({ '_id.cycle': cycle, counts: false }, { limit: STRANGERS })) >= STRANGERS;
}

const supportWriter = sharedWriter(Support, 'support', ({ before, after: { _id, ...support } }: KeyedChange<SupportRecord>) => ({
  q: { _id, key: eitherKey(before, support.key) },
  u: { $set: support },
  upsert: true,
}));

/**
 * How many residents support the proposals of a cycle, by number; with `numbers`, only these. Who supports several parts of one counts once; a part has
 * none of its own. What nobody supports is not in it.
 */
export async function supportsOf(cycle: string, numbers?: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const which = { '_id.cycle': cycle, ...(numbers ? { root: { $in: [...numbers] } } : {}), given: true, counts: true };
  const people = { $group: { _id: { root: '$root', by: '$_id.by' } } };
  const found = await forReaders(Support)
    .aggregate<{ _id: number; count: number }>([{ $match: which }, people, { $group: { _id: '$_id.root', count: { $sum: 1 } } }])
    .toArray();
  return new Map(found.map(({ _id, count }) => [_id, count]));
}

/** From now on who supports these proposals supports `root`, once. */
export async function uniteSupports(cycle: string, numbers: readonly number[], root: number, session: mongo.ClientSession): Promise<void> {
  // the fields of `_id` in their order, so that no index is needed besides its own: each support would have to be written into it
  const of = numbers.map((number) => ({ _id: { $gte: { cycle, number, by: '' }, $lt: { cycle, number: number + 1, by: '' } } }));
  await collection(Support).updateMany({ '_id.cycle': cycle, $or: of }, { $set: { root } }, { session });
}

/** Makes the supports that came from a phone or chat (`addressHmac`) a resident's: from now on they count. What the resident has said already stays. */
export async function giveSupports(community: string, from: string, resident: string, session: mongo.ClientSession): Promise<void> {
  const theirs = { '_id.cycle': { $in: await cyclesIn(community, session) }, '_id.by': from };
  const found = await collection(Support).find(theirs, { session }).toArray();
  if (found.length === 0) return;
  await collection(Support).deleteMany(theirs, { session });
  await collection(Support).bulkWrite(
    found.map(({ _id, ...support }) => ({
      updateOne: { filter: { _id: { ..._id, by: resident } }, update: { $setOnInsert: { ...support, counts: true } }, upsert: true },
    })),
    { session },
  );
}

/** Deletes the supports in a community of a person who is deleted. `by` is a resident's `_id` or an `addressHmac`. */
export async function forgetSupports(community: string, by: string): Promise<void> {
  await collection(Support).deleteMany({ '_id.cycle': { $in: await cyclesIn(community) }, '_id.by': by });
}

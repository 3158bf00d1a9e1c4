import { boundedMap } from '../../store/cache.ts';
import { forReaders } from '../../store/connect.ts';
import { pauses } from '../../store/pauses.ts';
import { maskNumbers } from '../../store/text.ts';
import { perWorld, type World } from '../../store/world.ts';
import { cycleBefore, findCycle } from '../cycles/index.ts';
import { learnWishes } from './knownWishes.ts';
import { type LikeText, type LikeTexts, likeTexts, stretchesSharedWith } from './likeTexts.ts';
import type { Stretch } from './placedText.ts';
import { onPublicList, Proposal, type ProposalRecord, proposalText } from './proposal.ts';

/** A proposal that looks like another one, or like a text. */
export interface NearProposal extends Pick<ProposalRecord, 'state' | 'category'> {
  readonly number: number;
  readonly cycle: string;
  /** With the numbers of phones, IDs and banks masked. */
  readonly text: string;
  /** The stretches of the text that both have, in its order. */
  readonly marks: readonly Stretch[];
  /** Whether both name the same place, such as 三号院 or 2栋; undefined if one of them names none. */
  readonly samePlace: boolean | undefined;
  /** How like it is: about 1 the same words, 0 nothing in common; more if the place is the same as well. No figure of it says that two are the same wish. */
  readonly likeness: number;
}

/**
 * The at most `most` public proposals that look most like one, the likest first: of its cycle and of the community's one before. A merged one stands
 * as the proposal that it is part of. Left out are those that it is part of or that are part of it, and those that somebody noted as not the same
 * (`keepApart`). None, if there is no such proposal or it has no text yet.
 */
export async function nearestProposals(world: World, cycle: string, number: number, most: number): Promise<NearProposal[]> {
  return (await nearestToEach(world, cycle, [number], most)).get(number) ?? [];
}

/** `nearest` for many proposals of a cycle, by number. */
export async function nearestToEach(world: World, cycle: string, numbers: readonly number[], most: number): Promise<Map<number, NearProposal[]>> {
  const texts = knownTexts(world)(cycle); // both are read at once
  texts.catch(() => undefined);
  const own = await forReaders(Proposal)
    .find({ '_id.cycle': cycle, '_id.number': { $in: [...numbers] }, text: { $exists: true } }, { projection: NEEDED, promoteBuffers: true })
    .toArray();
  const asked = own.map((proposal) => ({ text: maskNumbers(proposalText(world.vault, proposal)), own: proposal }));
  const found = await nearestAmong(world, cycle, asked, most, texts);
  return new Map(own.map(({ _id }, index) => [_id.number, found[index] ?? []]));
}

/** For texts that are not written down yet, such as pasted lines: of each, the public proposals that look most like it, as `nearestProposals`. */
export function nearestTexts(world: World, cycle: string, texts: readonly string[], most: number): Promise<NearProposal[][]> {
  const asked = texts.map((text) => ({ text: maskNumbers(text) }));
  return nearestAmong(world, cycle, asked, most, knownTexts(world)(cycle));
}

/** Of each text of a list the place, from 0, of the one before that is likest, if it is at least so like (`NearProposal`). */
export async function likestBefore(texts: readonly string[], least: number): Promise<(number | undefined)[]> {
  const index = likeTexts();
  const turn = pauses();
  for (const _ of learnWishes()) await turn();
  for (const text of texts) {
    index.add(text);
    await turn();
  }
  for (const _ of index.settle()) await turn();
  const likest: (number | undefined)[] = [];
  for (const [place, text] of texts.entries()) {
    likest.push(index.nearest(text, 1, (id) => id < place).find(({ likeness }) => likeness >= least)?.id);
    await turn();
  }
  return likest;
}

interface Asked {
  readonly text: string;
  readonly own?: Found;
}

type Found = Pick<ProposalRecord, '_id' | 'text' | 'state' | 'category' | 'mergedInto' | 'distinct' | 'distinctBefore'>;

const NEEDED = { text: 1, state: 1, category: 1, mergedInto: 1, distinct: 1, distinctBefore: 1 } as const;
/** So many times more are looked up than are wanted, since some are left out. */
const MORE = 4;

async function nearestAmong(
  world: World,
  cycle: string,
  asked: readonly Asked[],
  most: number,
  texts: Promise<Known | undefined>,
): Promise<NearProposal[][]> {
  const known = await texts;
  if (!known || asked.length === 0) return asked.map(() => []);
  const wanted = most * MORE;
  const likest: LikeText[][] = [];
  const turn = pauses();
  for (const { text, own } of asked) {
    likest.push(known.index.nearest(text, wanted, (id) => !own || known.names[id]?.number !== own._id.number || known.names[id]?.cycle !== cycle));
    await turn();
  }
  const records = await readRecords(likest.flat().flatMap(({ id }) => known.names[id] ?? []));
  const roots = [...records.values()].flatMap(({ _id, mergedInto }) => (mergedInto === undefined ? [] : [{ cycle: _id.cycle, number: mergedInto }]));
  for (const [name, root] of await readRecords(roots)) records.set(name, root);
  return asked.map(({ text, own }, index) => {
    const near = new Map<string, NearProposal>();
    const marksIn = stretchesSharedWith(text);
    for (const { id, likeness, samePlace } of likest[index] ?? []) {
      const name = known.names[id];
      const record = name && records.get(nameOf(name));
      const root = record?.mergedInto === undefined ? record : records.get(nameOf({ cycle: record._id.cycle, number: record.mergedInto }));
      if (!record || !root || near.has(nameOf(root._id)) || (own && (isSame(own, root) || isApart(own, record) || isApart(own, root)))) continue;
      const itsText = maskNumbers(proposalText(world.vault, root));
      const { state, category } = root;
      near.set(nameOf(root._id), {
        ...{ number: root._id.number, cycle: root._id.cycle, text: itsText, marks: marksIn(itsText), samePlace, likeness, state },
        ...(category !== undefined && { category }),
      });
      if (near.size === most) break;
    }
    return [...near.values()];
  });
}

/** Reads proposals as they are now, those that are public and have a text. */
async function readRecords(names: readonly ProposalRecord['_id'][]): Promise<Map<string, Found>> {
  const cycles = [...new Set(names.map(({ cycle }) => cycle))];
  const found = await Promise.all(
    cycles.map((cycle) => {
      const numbers = names.flatMap((name) => (name.cycle === cycle ? [name.number] : []));
      const which = { ...onPublicList(cycle), '_id.number': { $in: numbers }, text: { $exists: true } };
      return forReaders(Proposal).find<Found>(which, { projection: NEEDED, promoteBuffers: true }).toArray();
    }),
  );
  return new Map(found.flat().map((record) => [nameOf(record._id), record]));
}

/** Whether a proposal is another one, part of it, or the whole of which it is a part. */
function isSame(own: Found, { _id }: Found): boolean {
  return own._id.cycle === _id.cycle && (own._id.number === _id.number || own.mergedInto === _id.number);
}

function isApart(own: Found, { _id }: Found): boolean {
  return (own._id.cycle === _id.cycle ? own.distinct : own.distinctBefore)?.includes(_id.number) ?? false;
}

function nameOf({ cycle, number }: ProposalRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** How far a cycle was read: the highest number, and the proposals that had no text yet. */
interface Reading {
  readonly cycle: string;
  last: number;
  textless: number[];
}

/** The texts of a cycle and the one before, indexed. */
interface Known {
  readonly index: LikeTexts;
  /** Whose text it is, by its id in the index. */
  readonly names: ProposalRecord['_id'][];
  readonly read: readonly Reading[];
  readonly until: number;
  settledAt: number;
}

/** Cycles whose texts are kept, and how many texts of each: some 10 MB for 10,000. */
const MOST_CYCLES = 8;
const MOST_TEXTS = 20_000;
/** After so long they are read anew: that is when a text is found by what somebody corrected in it. What is shown is always as it is now. */
const KEPT_MS = 60 * 60 * 1_000;
const BATCH = 100;

/** The texts of a cycle as they are now; undefined if there is no such cycle. They are decrypted once, and those that came since are added. */
const knownTexts: (world: World) => (cycle: string) => Promise<Known | undefined> = perWorld((world) => {
  const kept = boundedMap<string, Promise<Known | undefined>>(MOST_CYCLES);
  return (cycle) => {
    const before = kept.get(cycle);
    // one after the other: each caller sees what was there when it asked
    const now = (async () => {
      const known = await before?.catch(() => undefined);
      return follow(world, known && world.now().getTime() < known.until ? known : await unread(world, cycle));
    })();
    kept.set(cycle, now);
    now.catch(() => undefined); // whoever asked hears of it
    return now;
  };
});

async function unread(world: World, cycle: string): Promise<Known | undefined> {
  const found = await findCycle(cycle);
  if (!found) return undefined;
  const before = await cycleBefore(world)(found);
  const cycles = [found, ...(before ? [before] : [])];
  const read = cycles.map(({ _id }) => ({ cycle: _id, last: 0, textless: [] }));
  return { index: likeTexts(), names: [], read, until: world.now().getTime() + KEPT_MS, settledAt: 0 };
}

/** Adds what came since, in pieces, so that turns do not wait. */
async function follow({ vault }: World, known: Known | undefined): Promise<Known | undefined> {
  if (!known) return undefined;
  const { index, names } = known;
  const turn = pauses();
  for (const _ of learnWishes()) await turn();
  const readOn = async (reading: Reading) => {
    const { last, textless } = reading;
    reading.textless = [];
    // two questions: for one with $or the database goes through the whole cycle
    if (textless.length > 0) await add(reading, { $in: textless });
    await add(reading, { $gt: last });
  };
  await Promise.all(known.read.map(readOn));
  if (index.size > known.settledAt * 1.1) {
    for (const _ of index.settle()) await turn();
    known.settledAt = index.size;
  }
  return known;

  async function add(reading: Reading, number: { $in: number[] } | { $gt: number }): Promise<void> {
    const found = forReaders(Proposal).find(
      { '_id.cycle': reading.cycle, '_id.number': number },
      { projection: { text: 1 }, sort: { '_id.number': 1 }, promoteBuffers: true, batchSize: BATCH },
    );
    for await (const proposal of found) {
      const { number } = proposal._id;
      reading.last = Math.max(reading.last, number);
      if (!proposal.text) reading.textless.push(number);
      else if (index.size < MOST_TEXTS) {
        index.add(maskNumbers(proposalText(vault, proposal)));
        names.push(proposal._id);
      }
      await turn();
    }
  }
}

import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Act } from '../../contacts/act.ts';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, choice, done, given, key, line, lines, phoneText, refuse, tick } from '../act/index.ts';
import { communityBySlug, findCommunity, phoneTyped } from '../communities/index.ts';
import { type CycleRecord, currentCycle, type Stage, stageAt } from '../cycles/index.ts';
import { awaitRecording, refuseRecording } from '../inquiries/index.ts';
import { type Actor, DAILY_WORK, holdersOf } from '../people/index.ts';
import {
  encryptedProposal,
  encryptedProposalAddress,
  encryptedProposalOf,
  LONGEST_PROPOSAL,
  lastNumber,
  type Origin,
  Proposal,
  type ProposalRecord,
  proposalText,
} from './proposal.ts';
import { proposals } from './subjects.ts';

export type Proposed =
  /** `public`: whether it is on the public list at once. `isLate`: it is for the next cycle. */
  | { readonly number: number; readonly public: boolean; readonly isLate?: true }
  | {
      readonly refused:
        | { readonly reason: 'tooLong'; readonly max: number }
        /** `max` 3: this person has made enough; 50: people who are not on the roster have made enough. */
        | { readonly reason: 'enoughToday'; readonly max: number }
        | { readonly reason: 'empty' | 'none' | 'over' };
    };

const A_PERSON = 3;
const STRANGERS = 50;
/** Once so many of the strangers' places are taken, each address gets one: so a few forged senders do not use up the day. */
const BEFORE_SLOWER = 25;

/**
 * Records what a person asks for in the current cycle, at any stage before `closed` (docs/contract.md: Messages): 1 to 300 characters, three in a
 * calendar day for each person, whatever number they write from. If the person is not on the roster, the proposal is not public yet, and a community
 * takes at most 50 of these in a day. `recording`: the proposal was spoken, and this is the carrier's id of the recording; there is no text until
 * somebody has written it down. If the proposal is refused, its recording is deleted at the carrier.
 */
export async function recordProposal(world: World, input: { text: string; recording?: string }, act: Act): Promise<Proposed> {
  const holders = holdersOf(world);
  const current = currentCycle(world);
  const communityOf = communityBySlug(world);
  const proposed = await propose(input, act);
  if ('refused' in proposed && input.recording !== undefined) {
    act.beginWrite();
    await refuseRecording(world, input.recording, act);
  }
  return proposed;

  async function propose(input: { text: string; recording?: string }, act: Act): Promise<Proposed> {
    const key = world.vault.hmac('act', act.key, 'recordProposal');
    const [cycle, community] = await Promise.all([current(act.community, act.at), communityOf(act.community)]);
    const before = cycle && (await collection(Proposal).findOne({ '_id.cycle': cycle._id, key }));
    const stage = cycle ? stageAt(cycle, act.at) : undefined;
    if (before) return recorded(before);
    if (!cycle || !community) return { refused: { reason: 'none' } };
    if (stage === 'closed') return { refused: { reason: 'over' } };
    const text = cleanText(input.text);
    const { recording } = input;
    if (text === '' && recording === undefined) return { refused: { reason: 'empty' } };
    if ([...text].length > LONGEST_PROPOSAL) return { refused: { reason: 'tooLong', max: LONGEST_PROPOSAL } };

    const { holders: here } = await holders(act);
    const isKnown = act.resident !== undefined || here.length > 0;
    const by = act.resident ?? (here.length === 1 && here[0] ? here[0].resident : addressHmac(world.vault, act));
    const day = dayOf(act.at, community.timezone);
    act.beginWrite();
    const proposal = {
      community: act.community,
      at: act.at,
      origin: act.channel,
      channel: act.channel,
      state: 'received' as const,
      ...(isLate(stage) && { late: true as const }),
      public: isKnown,
      by,
      key,
      history: [],
    };
    return numbered(
      () => lastNumber(cycle._id),
      async (number) => {
        const strangers = isKnown ? undefined : await freeSlot('strangerSlot', `${act.community}|${day}`, STRANGERS, cycle._id);
        const most = strangers && strangers.place > BEFORE_SLOWER ? 1 : A_PERSON;
        const own = await freeSlot('slot', `${by}|${day}`, most, cycle._id);
        if (!own) return { refused: { reason: 'enoughToday', max: most } };
        if (!isKnown && !strangers) return { refused: { reason: 'enoughToday', max: STRANGERS } };
        const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' as const };
        const _id = { cycle: cycle._id, number };
        const made: ProposalRecord = {
          _id,
          ...proposal,
          address: encryptedProposalAddress(world.vault, _id, act.address),
          ...(text !== '' && { text: encryptedProposal(world.vault, _id, text) }),
          ...(spoken && { spoken }),
          slot: own.slot,
          ...(strangers && { strangerSlot: strangers.slot }),
        };
        return recorded(await inserted(made));
      },
    );
  }
}

function recorded({ _id, public: isPublic, late }: ProposalRecord): Proposed {
  return { number: _id.number, public: isPublic, ...(late && { isLate: true }) };
}

/** In these stages a cycle's projects are decided: a proposal waits for the next cycle. */
const DECIDED: readonly (Stage | undefined)[] = ['publish', 'vote', 'implement', 'evaluate'];

function isLate(stage: Stage | undefined): boolean {
  return DECIDED.includes(stage);
}

/** The first of `name|1` … `name|most` that no proposal has; undefined if all are taken. A unique index keeps two proposals from taking the same. */
async function freeSlot(
  field: 'slot' | 'strangerSlot',
  name: string,
  most: number,
  cycle: string,
): Promise<{ readonly slot: string; readonly place: number } | undefined> {
  const slots = Array.from({ length: most }, (_, index) => ({ slot: `${name}|${index + 1}`, place: index + 1 }));
  const found = await collection(Proposal)
    .find({ '_id.cycle': cycle, [field]: { $in: slots.map(({ slot }) => slot) } }, { projection: { [field]: 1 } })
    .toArray();
  const taken = new Set(found.map((proposal) => proposal[field]));
  return slots.find(({ slot }) => !taken.has(slot));
}

/** The proposal once it is written; if it was written before under its key, that one. */
async function inserted(proposal: ProposalRecord): Promise<ProposalRecord> {
  try {
    await collection(Proposal).insertOne(proposal);
    return proposal;
  } catch (error) {
    const same = isDuplicate(error) && (await collection(Proposal).findOne({ '_id.cycle': proposal._id.cycle, key: proposal.key }));
    if (same) return same;
    throw error;
  }
}

/** The ways on which comes what a cadre writes down. */
export const WRITTEN = ['paper', 'walk-in', 'meeting', 'phone'] as const satisfies readonly Origin[];
const LONGEST_NAME = 40;
/** Proposals that can be written down at once. */
export const MOST_LINES = 200;

const whatAll = { origin: choice(WRITTEN), category: line(100).optional(), key: key() };

/**
 * Writes down a proposal that came on paper, in person, in a meeting or by telephone. It is public at once. `name`: whose words it is; `phone`: where they are
 * notified. `again`: although one of the newest says the same, as when a form is gone back to and sent once more.
 */
export const enterProposal = act({
  name: 'proposal.enter',
  may: DAILY_WORK,
  on: proposals,
  input: z.strictObject({
    ...{ text: lines(LONGEST_PROPOSAL), ...whatAll, name: line(LONGEST_NAME).optional(), phone: phoneText().optional() },
    again: tick().optional(),
  }),
  refusals: { over: null, noCategory: 'category', phoneWrong: 'phone', ownNumber: 'phone', same: 'again' },
  isNumbered: true,
  async run(step) {
    const { world, on, input } = step;
    const typed = input.phone === undefined ? undefined : await phoneTyped(input.phone, (await findCommunity(on.community))?.phone, step.session);
    if (typed && 'refused' in typed) return typed;
    const entered = await enter(step, [input.text], typed && { ...typed, whose: await byPhone(world, on.community, typed.number) });
    if (!('result' in entered) || !entered.entry || input.again) return entered;
    const same = await sameAmongNewest(step, entered.result.entered);
    return same === undefined ? entered : refuse('same', { number: [same] });
  },
});

/** Of so many newest proposals one is compared with what is written down. */
const NEWEST = 100;

/** The newest proposal that says the same as what was just written down. */
async function sameAmongNewest({ world, session, on, input }: Entering & { input: { text: string } }, own: readonly number[]) {
  const newest = await collection(Proposal)
    .find(
      { '_id.cycle': on._id, '_id.number': { $nin: [...own] }, text: { $exists: true } },
      { session, sort: { '_id.number': -1 }, limit: NEWEST, projection: { text: 1 }, promoteBuffers: true },
    )
    .toArray();
  const said = bareWords(input.text);
  return newest.find((each) => bareWords(proposalText(world.vault, each)) === said)?._id.number;
}

/** A text without blanks and punctuation: two that differ in nothing else say the same. */
export function bareWords(text: string): string {
  return text.toLowerCase().replace(/[\s\p{P}]+/gu, '');
}

/** Writes down many at once: all or none, in one entry of the log. */
export const enterProposals = act({
  name: 'proposal.enterMany',
  may: DAILY_WORK,
  on: proposals,
  input: z.strictObject({ texts: given(z.array(lines(LONGEST_PROPOSAL)).min(1).max(MOST_LINES)), ...whatAll }),
  refusals: { over: null, noCategory: 'category' },
  isNumbered: true,
  run: (step) => enter(step, step.input.texts),
});

async function enter(
  { world, session, on, input, actor }: Entering,
  texts: readonly string[],
  proposer?: { readonly number: string; readonly whose: string },
) {
  const stage = stageAt(on, world.now());
  if (stage === 'closed') return refuse('over');
  const { vault } = world;
  const { origin, category, name } = input;
  const { categories } = (await findCommunity(on.community)) ?? {};
  if (category !== undefined && !categories?.some((each) => each.name === category)) return refuse('noCategory');
  const { again: _, ...words } = input;
  const enteredIn = vault.hmac('act', `${input.key}|${JSON.stringify(words)}`, 'enterProposals');
  const before = await collection(Proposal)
    .find({ '_id.cycle': on._id, enteredIn }, { session, sort: { '_id.number': 1 }, projection: { _id: 1 } })
    .toArray();
  if (before.length > 0 || texts.length === 0) return done({ entered: before.map(({ _id }) => _id.number) });
  const first = ((await lastNumber(on._id)) ?? 0) + 1;
  const at = world.now();
  const records = texts.map((text, index): ProposalRecord => {
    const _id = { cycle: on._id, number: first + index };
    return {
      _id,
      ...{ community: on.community, at, origin, writtenBy: actor.name, enteredIn, state: 'received', public: true, history: [] },
      ...(category && { category }),
      ...(isLate(stage) && { late: true }),
      text: encryptedProposal(vault, _id, text),
      ...(name && { whose: encryptedProposalOf(vault, _id, name) }),
      ...(proposer && { channel: phoneContact(proposer.number).channel, address: encryptedProposalAddress(vault, _id, proposer.number) }),
      by: proposer?.whose ?? vault.hmac('act', enteredIn, String(index)),
    };
  });
  await collection(Proposal).insertMany(records, { session });
  const after = records.map(({ _id }, index) => ({ number: _id.number, origin, text: texts[index] ?? '' }));
  return done({ entered: records.map(({ _id }) => _id.number) }, { subject: `${on._id}/${first}`, after, names: records.map(({ by }) => by) });
}

interface Entering {
  readonly world: World;
  readonly session: mongo.ClientSession;
  readonly on: CycleRecord;
  readonly input: {
    readonly key: string;
    readonly origin: Origin;
    readonly category?: string | undefined;
    readonly name?: string | undefined;
    readonly again?: 'yes' | undefined;
  };
  readonly actor: Actor;
}

/** The one resident who has this phone; else the HMAC of the phone, as if it had written itself. */
async function byPhone(world: World, community: string, phone: string): Promise<string> {
  const from = { community, ...phoneContact(phone) };
  const [holder, another] = (await holdersOf(world)(from)).holders;
  return holder && !another ? holder.resident : addressHmac(world.vault, from);
}

import { stoppedAmong } from '../../contacts/addressBook.ts';
import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { inTens, LEAST, turnoutStep } from '../../fund/ballots/index.ts';
import { type CommunityRecord, findCommunity } from '../../fund/communities/index.ts';
import { currentCycle, isOpen } from '../../fund/cycles/index.ts';
import { collection } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import { dayOf, readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import type { Word } from '../outbox/delivery.ts';
import { knownAmong } from '../outbox/known.ts';
import { Message } from '../outbox/message.ts';
import { quietUntil } from '../quietUntil.ts';
import { type Audience, type Recipient, recipients } from '../recipients.ts';
import { CANCELLED_WITH } from './broadcast.ts';

/** A broadcast as somebody wants it. */
export interface Draft {
  /** The community's slug. */
  readonly community: string;
  readonly text: string;
  /** `all`, `not-voted` or `building:3`. */
  readonly to: string;
  /** When, as people write it; now if absent. */
  readonly at?: string;
}

export interface BroadcastDeps {
  /** The channels in service. */
  readonly channels: readonly Channel[];
  readonly word: Word;
  /** How many units a carrier bills for a text on a channel: segments, minutes, messages. */
  readonly units: (channel: Channel, text: string) => number;
  /** The parts that a carrier makes of a text on a channel; one if it sends it whole. */
  readonly parts: (channel: Channel, text: string) => readonly string[];
}

/**
 * What would be sent, counted before anything is sent. To those who have not voted: an estimate in tens, made of the whole roster and of how many had voted when
 * ten more had (`turnoutStep`), so that it says nothing of any one vote, however often it is asked for.
 */
export interface Plan {
  readonly id: string;
  readonly occasion: string;
  readonly community: string;
  readonly text: string;
  readonly to: string;
  readonly cycle?: string;
  readonly dueAt: Date;
  /** The end of the quiet hours, if it falls into them: it is sent then. */
  readonly waitsUntil?: Date;
  /** Messages by the channel that is tried first. */
  readonly channels: readonly ChannelPlan[];
  readonly messages: number;
  /** How many of them are the first that we start to this phone or chat: they also say who writes and how to stop. */
  readonly firsts: number;
  /** The message to the first of those who are texted, or to the first of all; absent if nobody is reached. */
  readonly sample?: Parameters<Word>[0];
  /** How many residents got this text today already, have stopped our messages, cannot be reached on any channel in service. */
  readonly leftOut: { readonly already: number; readonly stopped: number; readonly unreachable: number };
  /** Absent if the community's file has no prices. */
  readonly cost?: number;
  readonly currency: string;
}

export interface ChannelPlan {
  readonly channel: Channel;
  readonly messages: number;
  /** Segments of texts, minutes of calls, or messages in chats. */
  readonly units: number;
  readonly cost?: number;
}

export type Refusal =
  | { readonly refused: 'noCommunity' | 'empty' | 'audience' | 'noVote' | 'time' | 'past' | 'nobody' }
  | { readonly refused: 'placeholder'; readonly placeholder: string }
  /** A placeholder in a text to those who have not voted: its length would tell of one person. */
  | { readonly refused: 'ownWords' }
  | { readonly refused: 'tooLong'; readonly segments: number }
  /** The time falls into quiet hours; `until` is their end. */
  | { readonly refused: 'quiet'; readonly until: Date };

const MOST_SEGMENTS = 10;
const DAY_LATE_MS = 60_000;

/** Checks a broadcast and counts it: to how many, by channel, in how many segments, at what cost. Nothing is queued. */
export function planBroadcast(world: World, deps: BroadcastDeps): (draft: Draft) => Promise<{ readonly plan: Plan } | Refusal> {
  const notVotedShare = async (cycle: string) => {
    const { voters, residents } = await turnoutStep(world, cycle);
    return residents === 0 ? 0 : (residents - voters) / residents;
  };
  return async (draft) => {
    const community = await findCommunity(draft.community);
    if (!community) return { refused: 'noCommunity' };
    const text = cleanText(draft.text);
    if (text === '') return { refused: 'empty' };
    const wrong = wrongPlaceholder(text);
    if (wrong !== undefined) return { refused: 'placeholder', placeholder: wrong };
    const cycle = await currentCycle(world)(community._id, world.now());
    const voting = cycle && isOpen(cycle, world.now()) ? cycle._id : undefined;
    const audience = audienceOf(draft.to, voting);
    if ('refused' in audience) return audience;
    const isSecret = audience.to === 'not-voted';
    if (isSecret && text !== fillIn(text, {})) return { refused: 'ownWords' };
    const now = world.now();
    const dueAt = draft.at === undefined ? now : readTime(draft.at, community.timezone, now);
    if (!dueAt) return { refused: 'time' };
    if (dueAt.getTime() < now.getTime() - DAY_LATE_MS) return { refused: 'past' };
    const until = quietUntil(community, dueAt);
    if (until && draft.at !== undefined) return { refused: 'quiet', until };
    const whose = { community: community._id, day: dayOf(until ?? dueAt, community.timezone), text };
    const occasion = `broadcast|${hmac(world, whose, audience)}`;
    // of those who have not voted only an estimate is told: everybody is counted
    const counted = await counts(
      world,
      deps,
      { community, text, isVoting: voting !== undefined, ...(!isSecret && { occasion }) },
      recipients(world, deps.channels, community, isSecret ? { to: 'all' } : audience),
    );
    if (counted.seen === 0) return { refused: 'nobody' };
    if (counted.longest > MOST_SEGMENTS) return { refused: 'tooLong', segments: counted.longest };
    const sums = summed(community, counted);
    return {
      plan: {
        id: world.vault
          .hmac('broadcast', whose.community, whose.day, text, draft.to)
          .replaceAll(/[^0-9a-z]/gi, '')
          .slice(0, 8)
          .toLowerCase(),
        occasion,
        community: community._id,
        text,
        to: draft.to,
        ...(audience.to === 'not-voted' && { cycle: audience.cycle }),
        dueAt,
        ...(until && { waitsUntil: until }),
        ...(audience.to === 'not-voted' ? estimated(sums, await notVotedShare(audience.cycle)) : sums),
        ...(counted.sample && { sample: counted.sample }),
        currency: community.prices?.currency ?? 'CNY',
      },
    };
  };
}

function summed(community: CommunityRecord, { channels: counted, firsts, leftOut }: Counted): Sums {
  const channels = [...counted].map(([channel, sums]) => ({ channel, ...sums, ...costOf(community, channel, sums.units) }));
  const costs = channels.map(({ cost }) => cost);
  return {
    channels,
    messages: channels.reduce((sum, { messages }) => sum + messages, 0),
    firsts,
    leftOut,
    ...(costs.every((cost) => cost !== undefined) && { cost: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}

type Sums = Pick<Plan, 'channels' | 'messages' | 'firsts' | 'leftOut' | 'cost'>;

/** The sums for a share of all who were counted, in tens; channels with fewer than ten messages are told with the others alone. */
function estimated({ channels, messages, firsts, leftOut, cost }: Sums, share: number): Sums {
  const tens = (count: number) => Math.ceil((count * share) / LEAST) * LEAST;
  const fullTens = (count: number) => inTens(Math.floor(count * share));
  return {
    channels: channels.flatMap(({ channel, messages: each, units, cost: price }) =>
      fullTens(each) === 0
        ? []
        : { channel, messages: tens(each), units: tens(units), ...(price !== undefined && { cost: (price / units) * tens(units) }) },
    ),
    messages: tens(messages),
    firsts: fullTens(firsts),
    leftOut: { already: 0, stopped: fullTens(leftOut.stopped), unreachable: fullTens(leftOut.unreachable) },
    ...(cost !== undefined && { cost: cost * share }),
  };
}

/** A broadcast to those who have not voted has an occasion of its own: otherwise, of the same text to a building, the number of those who got it already would tell how many have not. */
function hmac({ vault }: World, { community, day, text }: { community: string; day: string; text: string }, { to }: Audience): string {
  return vault.hmac('broadcast', community, day, text, ...(to === 'not-voted' ? [to] : []));
}

/** `voting`: the cycle whose vote is open. */
function audienceOf(to: string, voting: string | undefined): Audience | Refusal {
  if (to === 'all') return { to };
  const building = /^building:(.*\S.*)$/.exec(to)?.[1]?.trim();
  if (building !== undefined) return { to: 'building', building };
  if (to !== 'not-voted') return { refused: 'audience' };
  return voting === undefined ? { refused: 'noVote' } : { to, cycle: voting };
}

interface Counted {
  seen: number;
  longest: number;
  firsts: number;
  sample?: Parameters<Word>[0];
  readonly channels: Map<Channel, { messages: number; units: number }>;
  readonly leftOut: { already: number; stopped: number; unreachable: number };
}

async function counts(
  world: World,
  { word, units }: BroadcastDeps,
  { community, text, occasion, isVoting }: { community: CommunityRecord; text: string; occasion?: string; isVoting: boolean },
  roster: AsyncIterable<Recipient[]>,
): Promise<Counted> {
  const counted: Counted = { seen: 0, longest: 0, firsts: 0, channels: new Map(), leftOut: { already: 0, stopped: 0, unreachable: 0 } };
  const isOwn = text !== fillIn(text, {});
  const unitsOf = rememberedUnits();
  let lastAddress = '';
  for await (const batch of roster) {
    counted.seen += batch.length;
    const first = batch.flatMap((recipient) =>
      recipient.reach.slice(0, 1).map((at) => {
        const to = { ...at, community: community._id };
        return { ...to, id: addressHmac(world.vault, to), recipient };
      }),
    );
    counted.leftOut.unreachable += batch.length - first.length;
    const [stopped, told, already] = await Promise.all([
      stoppedAmong(first.map(({ id }) => id)),
      knownAmong(world, first),
      alreadyAmong(community._id, first, occasion),
    ]);
    for (const to of first) {
      const { channel, address, recipient } = to;
      if (already.has(`${channel}|${recipient.resident}`)) counted.leftOut.already += 1;
      else if (stopped.has(to.id)) counted.leftOut.stopped += 1;
      else if (isOwn || lastAddress !== address) {
        const said = { key: 'notice.broadcast', params: { text: fillIn(text, recipient) } };
        // while a vote is open all are taken for told, as they are when it opens: who wrote for the first time to vote must not show
        const isFirst = !isVoting && !told.has(to.id);
        const message = { community: community._id, language: recipient.language, channel, said, isFirst };
        const size = await unitsOf(message, isOwn ? shapeOf(said.params.text) : '');
        const sums = counted.channels.get(channel) ?? { messages: 0, units: 0 };
        counted.channels.set(channel, { messages: sums.messages + 1, units: sums.units + size });
        const isText = CHANNELS[channel].unit === 'segment';
        if (isText) counted.longest = Math.max(counted.longest, size);
        if (message.isFirst) counted.firsts += 1;
        if (!counted.sample || (isText && CHANNELS[counted.sample.channel].unit !== 'segment')) counted.sample = message;
      }
      lastAddress = address;
    }
  }
  return counted;

  /** A text that is the same for many, or differs only in which Chinese characters a name has, is worded once. */
  function rememberedUnits(): (message: Parameters<Word>[0], shape: string) => Promise<number> {
    const sizes = new Map<string, number>();
    return async (message, shape) => {
      const name = `${message.language}|${message.channel}|${message.isFirst}|${shape}`;
      const size = sizes.get(name);
      if (size !== undefined) return size;
      const worded = units(message.channel, await word(message));
      sizes.set(name, worded);
      return worded;
    };
  }
}

/** A text with one and the same character for each Chinese one of a code unit: it takes as many segments, and as long to say. */
function shapeOf(text: string): string {
  return text.replaceAll(/[\u4e00-\u9fff]/g, '一');
}

/** `channel|resident` of those for whom it is queued already. */
async function alreadyAmong(
  community: string,
  first: readonly { channel: Channel; recipient: Recipient }[],
  occasion?: string,
): Promise<Set<string>> {
  if (occasion === undefined) return new Set();
  const ids = first.map(({ channel, recipient }) => `${occasion}|${channel}|${recipient.resident}`);
  const queued = await collection(Message)
    .find({ community, _id: { $in: ids }, $nor: [CANCELLED_WITH] }, { projection: { _id: 1 } })
    .toArray();
  return new Set(queued.map(({ _id }) => _id.slice(occasion.length + 1)));
}

function costOf({ prices }: CommunityRecord, channel: Channel, units: number): { cost?: number } {
  const price = CHANNELS[channel].isFree ? 0 : prices?.[channel];
  return price === undefined ? {} : { cost: Math.round(units * price * 1e6) / 1e6 };
}

/** A broadcast's text for one resident. A placeholder that the roster has no value for becomes empty. */
export function fillIn(text: string, { name = '', building = '' }: Pick<Recipient, 'name' | 'building'>): string {
  const known: Readonly<Record<string, string>> = { name, building };
  return text.replaceAll(/\{(\w+)\}/g, (whole, placeholder: string) => known[placeholder] ?? whole).trim();
}

const KNOWN = ['{name}', '{building}'];

/** The first thing in braces that is not a placeholder, or a single brace; undefined if there is none. */
function wrongPlaceholder(text: string): string | undefined {
  return (text.match(/\{[^{}]*\}?|\}/g) ?? []).find((found) => !KNOWN.includes(found));
}

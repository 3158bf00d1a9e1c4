import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { currentCycle, isOpen } from '../../fund/cycles/index.ts';
import { type Actor, buildingsOf, checkRight } from '../../fund/people/index.ts';
import { isSame } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { digestOf } from '../recipients.ts';
import { audienceOf, type BroadcastRecord, broadcastById } from './broadcast.ts';
import { createBroadcast } from './changeBroadcast.ts';
import { type BroadcastDeps, type Draft, type Plan, planBroadcast, type Refusal } from './planBroadcast.ts';

/** What is shown of a broadcast before anything is sent. */
export interface Check {
  readonly plan: Plan;
  /** Stands for what was checked; `sendBroadcast` takes it back. */
  readonly mark: string;
  readonly warnings: readonly Warning[];
  /** The first message as it will arrive; absent if nobody is reached. */
  readonly preview?: Preview;
  /** The same was sent, or planned, on that day before: it is not sent again. */
  readonly before?: BroadcastRecord;
}

export type Warning =
  /** The text takes more segments than one, without the words that a first message adds. */
  | { readonly warning: 'long'; readonly segments: number }
  /** These characters make the text cost more than it would without them. */
  | { readonly warning: 'special'; readonly characters: readonly string[] }
  | { readonly warning: 'link'; readonly link: string }
  | { readonly warning: 'nobody' };

export interface Preview {
  readonly channel: Channel;
  readonly language: string;
  /** The segments of a text, otherwise the whole message. */
  readonly parts: readonly string[];
}

/** Checks and counts a broadcast; nothing is queued. Rejects with `not-allowed` (`checkRight`). */
export function checkBroadcast(world: World, deps: BroadcastDeps): (draft: Draft, actor: Actor) => Promise<{ readonly check: Check } | Refusal> {
  const checked = checkedWith(world, deps);
  return async (draft, actor) => {
    const outcome = await checked(draft, actor);
    return 'refused' in outcome ? outcome : { check: outcome.check };
  };
}

/** `isNew`: it was not sent that day before. `changed`: it is not what was checked any more, and nothing was sent. */
export type SentBroadcast = { readonly sent: BroadcastRecord; readonly isNew: boolean } | { readonly changed: Check } | Refusal;

/**
 * Sends a broadcast that was checked: writes it down, and the service queues it. If the roster or the text changed meanwhile, or it would reach more people
 * or cost more, it gives the new check instead. The same text to the same people on the same day is one broadcast. Rejects with `not-allowed`.
 */
export function sendBroadcast(world: World, deps: BroadcastDeps): (draft: Draft, mark: string, actor: Actor) => Promise<SentBroadcast> {
  const checked = checkedWith(world, deps);
  return async (draft, mark, actor) => {
    const outcome = await checked(draft, actor);
    if ('refused' in outcome) return outcome;
    const { check, isStill } = outcome;
    if (check.before) return { sent: check.before, isNew: false };
    if (check.plan.messages === 0) return { refused: 'nobody' };
    if (!isStill(mark)) return { changed: check };
    const asked = { community: draft.community, at: {}, input: { ...check.plan }, actor };
    const performed = await createBroadcast.perform({ world, notify: enqueue(world) }, asked);
    return performed.is === 'done' ? { sent: performed.result, isNew: true } : { refused: 'noCommunity' };
  };
}

/** `isStill`: whether a mark that was given before holds: it is the same broadcast, to no more people, at no higher cost. */
type Checked = { readonly check: Check; readonly isStill: (mark: string) => boolean };

function checkedWith(world: World, deps: BroadcastDeps): (draft: Draft, actor: Actor) => Promise<Checked | Refusal> {
  const plan = planBroadcast(world, deps);
  return async (draft, actor) => {
    checkRight(actor, createBroadcast, draft.community);
    const outcome = await plan(draft);
    if ('refused' in outcome) return outcome;
    const planned = outcome.plan;
    const [found, people] = await Promise.all([broadcastById(planned.id), digestOf(planned.community, audienceOf(planned))]);
    const before = found?.state === 'cancelled' ? undefined : found;
    const { sample } = planned;
    const units = planned.channels.reduce((sum, each) => sum + each.units, 0);
    const whatStays = whatMayNotChange(planned, { at: draft.at, people, cancelledAt: before ? undefined : found?.at });
    const markOf = (most: readonly number[]) => [...most, world.vault.hmac('broadcast', 'checked', JSON.stringify([most, whatStays]))].join('.');
    const isNobody = planned.messages === 0 && !before;
    return {
      check: {
        plan: planned,
        mark: markOf([planned.messages, units]),
        warnings: [...(isNobody ? [{ warning: 'nobody' as const }] : []), ...(await warningsOf(deps, planned, sample))],
        ...(sample && { preview: await previewOf(deps, sample) }),
        ...(before && { before }),
      },
      isStill: (mark) => {
        const [messages = -1, most = -1] = mark.split('.').map(Number);
        return planned.messages <= messages && units <= most && isSame(mark, markOf([messages, most]));
      },
    };
  };
}

/** Between the check and the sending. `cancelledAt`: when the same was written down that was cancelled since. */
function whatMayNotChange(plan: Plan, more: { at: string | undefined; people: string; cancelledAt: Date | undefined }): unknown {
  const { community, text, to, cycle, waitsUntil, channels } = plan;
  const prices = channels.map(({ channel, units, cost }) => [channel, cost === undefined || units === 0 ? null : (cost / units).toFixed(6)]);
  return { community, text, to, cycle, waitsUntil, prices, ...more };
}

type Sample = NonNullable<Plan['sample']>;

async function previewOf({ word, parts }: BroadcastDeps, sample: Sample): Promise<Preview> {
  const { channel, language } = sample;
  return { channel, language, parts: parts(channel, await word(sample)) };
}

const LINK = /(?:https?:\/\/|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org|top|cc|me|ly|link|xyz|info)\b(?:\/\S*)?/i;
/** Characters that may count twice in any text, and those that the shorter alphabet of text messages may lack. Chinese is no mistake. */
const SPECIAL = [/(?!\p{Script=Han})[\u{10000}-\u{10ffff}]/gu, /[^\p{ASCII}\p{Script=Han}]|[[\]{}^~|\\]/gu];

async function warningsOf({ word, units }: BroadcastDeps, { text }: Plan, sample: Sample | undefined): Promise<Warning[]> {
  const link = LINK.exec(text)?.[0];
  const warnings: Warning[] = link ? [{ warning: 'link', link }] : [];
  if (!sample || CHANNELS[sample.channel].unit !== 'segment') return warnings;
  const filled = String(sample.said.params?.text ?? '');
  const segmentsOf = async (said: string) =>
    units(sample.channel, await word({ ...sample, isFirst: false, said: { ...sample.said, params: { text: said } } }));
  const segments = await segmentsOf(filled);
  if (segments > 1) warnings.push({ warning: 'long', segments });
  for (const special of SPECIAL) {
    const characters = [...new Set(text.replaceAll(/\{\w+\}/g, '').match(special))];
    if (characters.length === 0 || (await segmentsOf(filled.replaceAll(special, 'x'))) >= segments) continue;
    return [...warnings, { warning: 'special', characters }];
  }
  return warnings;
}

/** To whom a community's broadcast may go now, besides everybody. */
export interface Audiences {
  /** A vote is open: those who have not voted can be written to. */
  readonly isVoting: boolean;
  /** As the roster writes them. */
  readonly buildings: readonly string[];
}

/** To whom a broadcast of a community may go now. Rejects with `not-allowed` (`checkRight`). */
export async function audiences(world: World, community: string, actor: Actor): Promise<Audiences> {
  const current = currentCycle(world);
  checkRight(actor, createBroadcast, community);
  const now = world.now();
  const [cycle, buildings] = await Promise.all([current(community, now), buildingsOf(community)]);
  return { isVoting: cycle !== null && isOpen(cycle, now), buildings };
}

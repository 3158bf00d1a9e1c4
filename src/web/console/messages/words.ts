import { CHANNELS, type Channel } from '../../../contacts/channel.ts';
import type { BroadcastRecord } from '../../../outreach/broadcasts/broadcast.ts';
import type { Progress } from '../../../outreach/broadcasts/readBroadcasts.ts';
import { MESSAGE_STATES, type MessageState } from '../../../outreach/outbox/message.ts';
import { quietUntil } from '../../../outreach/quietUntil.ts';
import type { PageText } from '../../public/pageText.ts';
import type { CommunityVisit } from '../visits.ts';

/** States that are one for the reader: those in which a message waits for its turn. */
export const SHOWN_STATES = ['waiting', 'sent', 'delivered', 'failed', 'unknown', 'stopped', 'cancelled'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** The state as the reader sees it. */
export function shownState(state: MessageState): ShownState {
  return state === 'pending' || state === 'leased' || state === 'sending' ? 'waiting' : state;
}

/** The states of messages that the reader sees as one. */
export function statesOf(shown: ShownState): MessageState[] {
  return MESSAGE_STATES.filter((state) => shownState(state) === shown);
}

/** To whom a broadcast goes: everybody, those who have not voted, or a building as it was written. */
export function audienceWords({ say }: PageText, { to }: Pick<BroadcastRecord, 'to'>): string {
  if (to === 'all') return say('message.to.all');
  return to === 'not-voted' ? say('message.to.notVoted') : to.slice(to.indexOf(':') + 1);
}

/** Whether something happens while one looks. */
export function isMoving({ standing }: Progress): boolean {
  return standing === 'queueing' || standing === 'sending';
}

/** Until when a broadcast waits because its community is not disturbed now; undefined if it does not. */
export function quietOf({ community, now }: CommunityVisit, progress: Progress): Date | undefined {
  return isMoving(progress) ? quietUntil(community, now) : undefined;
}

/** Where a broadcast stands, in a word or two. */
export function standingWords(visit: CommunityVisit, progress: Progress): string {
  return visit.text.say(`message.standing.${quietOf(visit, progress) ? 'quiet' : progress.standing}`);
}

/** How far it is, in a sentence: `200 条：110 条发出、3 条没送到`. */
export function progressWords({ say }: PageText, { total, states }: Progress): string {
  const parts = SHOWN_STATES.flatMap((shown) => {
    const count = statesOf(shown).reduce((sum, state) => sum + (states[state] ?? 0), 0);
    return count > 0 ? [say(`message.count.${shown}`, { count })] : [];
  });
  return total === 0 ? say('message.noneYet') : say('message.soFar', { total, parts: parts.join(say('and')) });
}

/** So many segments, minutes or messages. */
export function unitWords({ say }: PageText, channel: Channel, count: number): string {
  return say(`message.unit.${CHANNELS[channel].unit}`, { count });
}

/** The codes for which there are words; the others are shown as they are, for a person who runs the service. */
const REASONS: Readonly<Record<string, string>> = {
  paused: 'paused',
  leaseLost: 'lost',
  noAnswer: 'lost',
  timeout: 'lost',
  nonsense: 'lost',
  gaveUp: 'gaveUp',
  noLongerDue: 'noLongerDue',
  rate: 'later',
  unreachable: 'later',
  notWorded: 'later',
  unauthorized: 'settings',
  tooLong: 'tooLong',
  machine: 'machine',
  'call.busy': 'busy',
  'call.no-answer': 'notAnswered',
  'twilio.30003': 'off',
  'twilio.30005': 'noNumber',
  'twilio.30006': 'landline',
  'twilio.30007': 'filtered',
  'twilio.21211': 'noNumber',
  'twilio.21614': 'landline',
  'wechat.notDelivered': 'chat',
  'wechat.45015': 'chat',
};

/** Why a message is in its state, in the reader's words; empty if nothing is to be said. */
export function reasonWords({ say }: PageText, reason: string | undefined): string {
  if (reason === undefined) return '';
  const known = REASONS[reason] ?? (reason.startsWith('http.') ? 'lost' : undefined);
  return known === undefined ? say('message.why.other', { code: reason }) : say(`message.why.${known}`);
}

import { CHANNELS, type Channel } from '../../../contacts/channel.ts';
import type { BroadcastRecord } from '../../../outreach/broadcasts/broadcast.ts';
import type { Progress } from '../../../outreach/broadcasts/readBroadcasts.ts';
import { MESSAGE_STATES, type MessageState } from '../../../outreach/outbox/message.ts';
import { quietUntil } from '../../../outreach/quietUntil.ts';
import { entriesIn } from '../../../store/names.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
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
export function audienceWords({ say }: PageText<'console'>, { to }: Pick<BroadcastRecord, 'to'>): string {
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
export function progressWords({ say }: PageText<'console'>, { total, states, isInTens }: Progress): string {
  const parts = SHOWN_STATES.flatMap((shown) => {
    const count = statesOf(shown).reduce((sum, state) => sum + (states[state] ?? 0), 0);
    return count > 0 ? [say(`message.count.${shown}`, { count })] : [];
  });
  if (total === 0) return say(isInTens ? 'message.fewer' : 'message.noneYet');
  return say(isInTens ? 'message.soFarTens' : 'message.soFar', { total, parts: parts.join(say('and')) });
}

/** So many segments, minutes or messages. */
export function unitWords({ say }: PageText<'console'>, channel: Channel, count: number): string {
  return say(`message.unit.${CHANNELS[channel].unit}`, { count });
}

/** The codes for which there are words; the others are shown as they are, for a person who runs the service. */
type Reason = PageKeyIn<'console', 'message.why'>;

const REASONS = new Map(
  entriesIn({
    paused: ['paused'],
    lost: ['leaseLost', 'noAnswer', 'timeout', 'nonsense', 'aliyun.isp.SYSTEM_ERROR', 'aliyun.isv.SYSTEM_ERROR'],
    gaveUp: ['gaveUp'],
    notOurs: ['notOurs'],
    noLongerDue: ['noLongerDue', 'tooLate'],
    later: ['rate', 'unreachable', 'busy', 'noLine', 'notWorded', 'templatesNotKnown', 'aliyun.isv.BUSINESS_LIMIT_CONTROL'],
    settings: [
      ...['unauthorized', 'wrongAddress', 'aliyun.SignatureDoesNotMatch', 'aliyun.isv.DENY_IP_RANGE', 'aliyun.isv.SMS_SIGNATURE_ILLEGAL'],
      ...['mas.InvalidUsrOrPwd', 'mas.IllegalMac', 'mas.IllegalIp', 'mas.IllegalSignId', 'mas.NoSignId'],
    ],
    quota: [
      ...['mas.CountLimit', 'aliyun.isv.AMOUNT_NOT_ENOUGH', 'aliyun.isv.OUT_OF_SERVICE'],
      ...['aliyun.isv.DAY_LIMIT_CONTROL', 'aliyun.isv.MONTH_LIMIT_CONTROL'],
    ],
    noTemplate: [
      ...['noTemplate', 'otherSlots', 'slotTooLong', 'aliyun.isv.SMS_TEMPLATE_ILLEGAL', 'aliyun.isv.TEMPLATE_MISSING_PARAMETERS'],
      ...['aliyun.isv.TEMPLATE_PARAMS_ILLEGAL', 'aliyun.isv.PARAM_LENGTH_LIMIT', 'aliyun.isv.INVALID_JSON_PARAM'],
    ],
    tooLong: ['tooLong'],
    machine: ['machine'],
    busy: ['call.busy'],
    notAnswered: ['call.no-answer'],
    notSpoken: ['notSpoken'],
    off: ['twilio.30003'],
    notReached: ['call.failed', 'kannel.failed'],
    noNumber: ['twilio.30005', 'twilio.21211'],
    wrongNumber: ['mas.InvalidMobile', 'mas.IllegalMobile', 'aliyun.isv.MOBILE_NUMBER_ILLEGAL', 'aliyun.isv.DOMESTIC_NUMBER_NOT_SUPPORTED'],
    landline: ['twilio.30006', 'twilio.21614'],
    filtered: [
      ...['twilio.30007', 'kannel.refused', 'kannel.denied', 'mas.InvalidMessage', 'mas.IllegalContent', 'aliyun.FILTER'],
      ...['aliyun.isv.BLACK_KEY_CONTROL_LIMIT', 'aliyun.isv.SMS_CONTENT_ILLEGAL', 'aliyun.isv.PARAM_NOT_SUPPORT_URL'],
    ],
    chat: ['wechat.notDelivered', 'wechat.45015'],
  }).flatMap(([words, codes]) => codes.map((code): [string, Reason] => [code, words])),
);

/** What the mobile networks of the mainland report, which 云MAS and Aliyun pass on as it is. */
const OF_NETWORKS: readonly (readonly [codes: RegExp, words: Reason])[] = [
  [/^(MK:0001|MK:0012|MN:0001)$/, 'noNumber'],
  [/^EXPIRED$/, 'off'],
  [/^(UNDELIV|M[IKN]:\d+)$/, 'notReached'],
  [/^(REJECTD|MA:\d+)$/, 'filtered'],
];

function reasonOf(code: string): Reason | undefined {
  if (REASONS.has(code)) return REASONS.get(code);
  if (code.startsWith('http.')) return 'lost';
  const [, ofNetwork] = /^(?:mas|aliyun)\.(.+)$/.exec(code) ?? [];
  return OF_NETWORKS.find(([codes]) => codes.test(ofNetwork ?? ''))?.[1];
}

/** Why a message is in its state, in the reader's words; empty if nothing is to be said. */
export function reasonWords({ say }: PageText<'console'>, reason: string | undefined): string {
  if (reason === undefined) return '';
  const known = reasonOf(reason);
  return known === undefined ? say('message.why.other', { code: reason }) : say(`message.why.${known}`);
}

import type { Act } from '../../../fund/act/index.ts';
import { cancelBroadcast, createBroadcast, pauseBroadcast, resumeBroadcast } from '../../../outreach/broadcasts/changeBroadcast.ts';
import { type BroadcastCount, type BroadcastSeen, isForNotVoted, type Progress, readMessages } from '../../../outreach/broadcasts/readBroadcasts.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { actForm, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { address } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import type { ShownProgress } from './streams.ts';
import { audienceWords, isMoving, progressWords, quietOf, reasonWords, SHOWN_STATES, type ShownState, shownState, standingWords } from './words.ts';

/** What was sent that day before. */
export const AGAIN = { name: 'broadcast.again' };
export const CHANGES: readonly Act[] = [pauseBroadcast, resumeBroadcast, cancelBroadcast];

/** What the page's line and bar show of a progress; undefined if the page has other buttons by then. */
export function shownOf({ text }: CommunityVisit, progress: Progress): ShownProgress | undefined {
  if (!isMoving(progress)) return undefined;
  return { done: progress.total - progress.waiting, total: progress.total, words: progressWords(text, progress) };
}

/** One message to many: what it says, how far it is, what can be done with it, and what became of it in numbers. */
export function onePage(visit: CommunityVisit, broadcast: BroadcastSeen, counts: readonly BroadcastCount[], tried: Tried): Markup[] {
  const { text, own, request } = visit;
  const { say, userText, date } = text;
  const { _id, to, by, at, dueAt, pausedAt, pausedBy, progress } = broadcast;
  const { standing } = progress;
  const isTheirs = to.startsWith('building:');
  const quiet = quietOf(visit, progress);
  const isPlanned = quiet && request.query.done === createBroadcast.name;
  return [
    errorSummary(text, tried.mistakes ?? {}),
    doneNotice(isPlanned ? say('message.sentQuiet') : doneIn(visit, [createBroadcast, AGAIN, ...CHANGES])),
    html`<p><a href="${own}/messages">${say('back')}</a></p><h1>${say('message.title')} <small>${standingWords(visit, progress)}</small></h1>
<p class="said">${userText(broadcast.text)}</p>
<dl class="about-it"><dt>${say('message.whom')}</dt><dd>${isTheirs ? userText(audienceWords(text, broadcast)) : audienceWords(text, broadcast)}</dd>
<dt>${say('message.by')}</dt><dd>${userText(by)} · ${noWrap(date(at))}</dd>
<dt>${say('message.at')}</dt><dd>${noWrap(date(dueAt))}</dd></dl>`,
    standing === 'paused' && pausedAt
      ? html`<p class="notice">${pausedBy === undefined ? say('message.pausedItself') : html`${userText(pausedBy)} ${say('message.pausedBy')}`} · ${noWrap(date(pausedAt))}</p>`
      : html``,
    quiet ? html`<p class="notice">${say('message.waits')} ${noWrap(date(quiet))}</p>` : html``,
    progressBar(visit, progress, _id),
    acts(visit, broadcast, tried),
    numbers(visit, broadcast, counts),
    (progress.states.unknown ?? 0) > 0 ? html`<h2>${say('message.unknownTitle')}</h2><p>${say('message.unknownAbout')}</p>` : html``,
  ];
}

function progressBar({ text, own }: CommunityVisit, progress: Progress, id: string): Markup {
  const { total, waiting } = progress;
  const events = isMoving(progress) ? html` data-events="${own}/messages/${id}/events"` : '';
  const again = isMoving(progress) ? html` <a href="${own}/messages/${id}">${text.say('message.reload')}</a>` : '';
  return html`<div class="progress"${events}><progress max="${Math.max(1, total)}" value="${total - waiting}" aria-label="${text.say('message.howFar')}"></progress>
<p>${progressWords(text, progress)}</p>${again}</div>`;
}

/** The buttons of a cadre, as the broadcast stands. */
function acts(visit: CommunityVisit, { _id, progress: { standing } }: BroadcastSeen, tried: Tried): Markup {
  if (standing === 'done' || standing === 'cancelled') return html``;
  const changes = standing === 'paused' ? [resumeBroadcast, cancelBroadcast] : [pauseBroadcast, cancelBroadcast];
  const forms = changes.map((change) => actForm(visit, change, { at: `/messages/${_id}`, tried, isQuiet: change !== resumeBroadcast }));
  return html`<div class="acts">${forms}</div>`;
}

/** How many messages are in which state, by channel and reason; each number leads to the messages, for those who may see them. */
function numbers({ text, own, may }: CommunityVisit, broadcast: BroadcastSeen, counts: readonly BroadcastCount[]): Markup {
  const { say } = text;
  const secret = isForNotVoted(broadcast) ? html`<p>${say('message.secret')}</p>` : '';
  if (counts.length === 0) return html`${secret}`;
  const path = `${own}/messages/${broadcast._id}/each`;
  const leads = may(readMessages) && !isForNotVoted(broadcast);
  const rows = merged(counts).map(({ channel, state, reason, count }) => {
    const words = say(`message.stateOf.${state}`);
    return html`<tr><td>${say(`channel.${channel}`)}</td><td>${leads ? html`<a href="${address(path, { state })}">${words}</a>` : words}</td><td>${count}</td><td class="block">${reasonWords(text, reason)}</td></tr>
`;
  });
  return html`<h2>${say('message.became')}</h2>
<table class="list"><thead><tr>${(['channel', 'state', 'howMany', 'reason'] as const).map((head) => html`<th scope="col">${say(`message.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>
${leads ? html`<p><a href="${path}">${say('message.seeEach')}</a></p>` : secret}`;
}

/** States that are one for the reader stand in one line. */
function merged(counts: readonly BroadcastCount[]): (Omit<BroadcastCount, 'state'> & { readonly state: ShownState })[] {
  const lines = new Map<string, Omit<BroadcastCount, 'state'> & { readonly state: ShownState }>();
  for (const { channel, state, reason, count } of counts) {
    const shown = shownState(state);
    const key = [channel, shown, reason].join('|');
    lines.set(key, { channel, state: shown, ...(reason && { reason }), count: count + (lines.get(key)?.count ?? 0) });
  }
  const place = ({ state }: { state: ShownState }) => SHOWN_STATES.indexOf(state);
  return [...lines.values()].toSorted((one, other) => place(one) - place(other));
}

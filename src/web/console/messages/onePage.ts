import { type BroadcastCount, type BroadcastSeen, isForNotVoted, type Progress, readProgress } from '../../../outreach/broadcasts/readBroadcasts.ts';
import type { World } from '../../../store/world.ts';
import { TooManyReaders } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import type { ReaderLimit } from '../../readerLimit.ts';
import { doneNotice } from '../frame.ts';
import { address, oneOf } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { audienceWords, isMoving, progressWords, quietOf, reasonWords, SHOWN_STATES, type ShownState, shownState, standingWords } from './words.ts';

const DONE = ['', 'sent', 'again', 'paused', 'unpaused', 'resumed', 'notPaused', 'cancelled', 'over'] as const;

/** What the page's line and bar show of a progress; undefined if the page has other buttons by then. */
export function shownOf({ text }: CommunityVisit, progress: Progress): ShownProgress | undefined {
  if (!isMoving(progress)) return undefined;
  return { done: progress.total - progress.waiting, total: progress.total, words: progressWords(text, progress) };
}

/** One message to many: what it says, how far it is, what can be done with it, and what became of it in numbers. */
export function onePage(visit: CommunityVisit, broadcast: BroadcastSeen, counts: readonly BroadcastCount[]): Markup[] {
  const { text, own, request } = visit;
  const { say, theirs, date } = text;
  const { _id, to, by, at, dueAt, pausedAt, pausedBy, progress } = broadcast;
  const { standing } = progress;
  const done = oneOf(request, 'done', DONE);
  const isTheirs = to.startsWith('building:');
  const quiet = quietOf(visit, progress);
  return [
    doneNotice(done ? say(`message.done.${done === 'sent' && quiet ? 'sentQuiet' : done}`) : undefined),
    html`<p><a href="${own}/messages">${say('back')}</a></p><h1>${say('message.title')} <small>${standingWords(visit, progress)}</small></h1>
<p class="said">${theirs(broadcast.text)}</p>
<dl class="about-it"><dt>${say('message.whom')}</dt><dd>${isTheirs ? theirs(audienceWords(text, broadcast)) : audienceWords(text, broadcast)}</dd>
<dt>${say('message.by')}</dt><dd>${theirs(by)} · ${whole(date(at))}</dd>
<dt>${say('message.at')}</dt><dd>${whole(date(dueAt))}</dd></dl>`,
    standing === 'paused' && pausedAt
      ? html`<p class="notice">${pausedBy === undefined ? say('message.pausedItself') : html`${theirs(pausedBy)} ${say('message.pausedBy')}`} · ${whole(date(pausedAt))}</p>`
      : html``,
    quiet ? html`<p class="notice">${say('message.waits')} ${whole(date(quiet))}</p>` : html``,
    progressBar(visit, progress, _id),
    acts(visit, broadcast),
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
function acts({ text: { say }, own, may }: CommunityVisit, { _id, progress: { standing } }: BroadcastSeen): Markup {
  const isOpen = standing !== 'done' && standing !== 'cancelled';
  const can = { pause: isOpen && standing !== 'paused', resume: standing === 'paused', cancel: isOpen } as const;
  const buttons = [
    ...(can.pause && may('pauseBroadcast') ? [['pause', 'quiet']] : []),
    ...(can.resume && may('resumeBroadcast') ? [['resume', '']] : []),
    ...(can.cancel && may('cancelBroadcast') ? [['cancel', 'quiet']] : []),
  ].map(
    ([act = '', look = '']) =>
      html`<form method="post" action="${own}/messages/${_id}/${act}"><button class="${look}">${say(`message.${act}`)}</button></form>`,
  );
  return buttons.length > 0 ? html`<div class="acts">${buttons}</div>` : html``;
}

/** How many messages are in which state, by channel and reason; each number leads to the messages, for those who may see them. */
function numbers({ text, own, sees }: CommunityVisit, broadcast: BroadcastSeen, counts: readonly BroadcastCount[]): Markup {
  const { say } = text;
  if (counts.length === 0) return html``;
  const path = `${own}/messages/${broadcast._id}/each`;
  const leads = sees('messagesEach') && !isForNotVoted(broadcast);
  const rows = merged(counts).map(({ channel, state, reason, count }) => {
    const words = say(`message.stateOf.${state}`);
    return html`<tr><td>${say(`channel.${channel}`)}</td><td>${leads ? html`<a href="${address(path, { state })}">${words}</a>` : words}</td><td>${count}</td><td class="block">${reasonWords(text, reason)}</td></tr>
`;
  });
  return html`<h2>${say('message.became')}</h2>
<table class="list"><thead><tr>${['channel', 'state', 'howMany', 'reason'].map((head) => html`<th scope="col">${say(`message.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>
<p>${leads ? html`<a href="${path}">${say('message.seeEach')}</a>` : isForNotVoted(broadcast) ? say('message.secret') : ''}</p>`;
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

/** Streams that are open in this process at once, and those of one person. A browser has six connections to a host. */
const MOST = 100;
const MOST_EACH = 3;
const EVERY_MS = 2_000;

/** What a stream shows: how many of how many, and the same in words. */
interface ShownProgress {
  readonly done: number;
  readonly total: number;
  readonly words: string;
}

export interface StreamsDeps {
  readonly readers: ReaderLimit;
  /** If true, the process ends, and the streams end with it. */
  readonly isStopping: () => boolean;
}

/**
 * Answers with how far a broadcast is, as server-sent events, while somebody watches. `shows`: what the page shows of a progress; undefined once the page has to be
 * loaded again, which the event `changed` says. The stream ends then, or when the session or the right to read is over. Throws if too many are open.
 *
 * Every two seconds one look at the database serves all streams of the process; it is work for readers like any other. In between a stream holds nothing
 * but its connection.
 */
export function progressStreams(
  world: World,
  { readers, isStopping }: StreamsDeps,
): (visit: CommunityVisit, id: string, shows: (progress: Progress) => ShownProgress | undefined) => void {
  const watchers = new Set<Watcher>();
  let isLooking = false;
  return (visit, id, shows) => {
    const own = [...watchers].filter((other) => other.visit.staff.phone === visit.staff.phone);
    if (watchers.size >= MOST || own.length >= MOST_EACH) throw new TooManyReaders();
    const watcher: Watcher = { visit, id, shows, last: '' };
    watchers.add(watcher);
    visit.response.once('close', () => watchers.delete(watcher));
    visit.response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders();
    if (!isLooking) void look();
  };

  async function look(): Promise<void> {
    isLooking = true;
    while (watchers.size > 0) {
      await showAll([...watchers]).catch(endAll); // the browsers ask again, and wait for their turn
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS).unref());
    }
    isLooking = false;
  }

  async function showAll(all: readonly Watcher[]): Promise<void> {
    if (isStopping()) {
      endAll();
      return;
    }
    const may = await readers.enter(() => eachOnce(all, sessionOf, ({ visit }) => visit.stillSees('messages')));
    for (const watcher of all) if (!may.get(sessionOf(watcher))) end(watcher);
    const left = all.filter((watcher) => watchers.has(watcher));
    const progress = await readers.enter(() =>
      eachOnce(
        left,
        ({ id }) => id,
        ({ id }) => readProgress(world, id),
      ),
    );
    for (const watcher of left) show(watcher, progress.get(watcher.id));
  }

  function show(watcher: Watcher, progress: Progress | null | undefined): void {
    const { visit, shows, last } = watcher;
    const shown = progress && shows(progress);
    if (visit.response.writableNeedDrain)
      visit.response.destroy(); // nobody reads
    else if (shown) {
      watcher.last = JSON.stringify(shown);
      visit.response.write(watcher.last === last ? ':\n\n' : `data: ${watcher.last}\n\n`);
    } else {
      visit.response.write('event: changed\ndata:\n\n');
      end(watcher);
    }
  }

  function end(watcher: Watcher): void {
    watchers.delete(watcher);
    watcher.visit.response.end();
  }

  function endAll(): void {
    for (const watcher of watchers) end(watcher);
  }
}

interface Watcher {
  readonly visit: CommunityVisit;
  readonly id: string;
  readonly shows: (progress: Progress) => ShownProgress | undefined;
  /** What it was shown last. */
  last: string;
}

function sessionOf({ visit }: Watcher): string {
  return `${visit.staff.session} ${visit.community._id}`;
}

/** Asks once for each key, whoever watches. */
async function eachOnce<Found>(
  watchers: readonly Watcher[],
  keyOf: (watcher: Watcher) => string,
  ask: (watcher: Watcher) => Promise<Found>,
): Promise<Map<string, Found>> {
  const byKey = new Map(watchers.map((watcher) => [keyOf(watcher), watcher]));
  return new Map(await Promise.all([...byKey].map(async ([key, watcher]): Promise<[string, Found]> => [key, await ask(watcher)])));
}

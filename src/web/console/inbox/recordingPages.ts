import type { Router } from 'express';
import { readSound, type Sound } from '../../../fund/inquiries/index.ts';
import { readSpokenItem, readSpokenItems, type SpokenItem, writeDown } from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, furtherLink, type Tried } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed, through } from '../list.ts';
import { address, asked, numberIn } from '../query.ts';
import { ageOf } from '../today.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

const TYPES = { mp3: 'audio/mpeg', amr: 'audio/amr', wav: 'audio/wav' };
/** Recordings of a page. */
const PAGE_SIZE = 50;
/** What was spoken as a proposal is written down. */
const OF_PROPOSAL = { name: 'recording.ofProposal' };

/** What was spoken on the phone or in a chat: what waits to be written down, one recording with its sound, and writing it down. */
export function recordingPages(known: Visits): Router {
  const { ofCommunity } = known;

  return routes()
    .use(fileRoutes(known, recordingFiles()))
    .page('/console/:slug/recordings', ofCommunity, async (visit) => {
      const { items, next } = await visit.read(readSpokenItems, { after: asked(visit.request, 'after'), limit: PAGE_SIZE });
      await visit.send(visit.text.say('recording.title'), listPage(visit, items, next));
    })
    .page('/console/:slug/recordings/:recording', ofCommunity, (visit) => show(visit, {}, 200))
    .page('/console/:slug/recordings/:recording/sound', ofCommunity, async (visit) => {
      const found = await visit.read(readSound, recordingOf(visit));
      if (!found) throw new Refusal(404, 'There is no such sound.');
      sendSound(visit, found);
    })
    .use(
      actRoutes(known, [writeDown], {
        show,
        onward: (visit, act, { of, number }: { of?: string; number?: number }) =>
          visit.lead(of === 'proposal' ? doneAt(visit, '/recordings', OF_PROPOSAL, { number }) : doneAt(visit, `/inbox/${number}`, act, { number })),
      }),
    );

  async function found(visit: CommunityVisit): Promise<SpokenItem> {
    const item = await visit.read(readSpokenItem, recordingOf(visit));
    if (!item) throw new Refusal(404, 'There is no such recording.');
    return item;
  }

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { say, userText } = text;
    const item = await found(visit);
    const { heard = '' } = tried.typed ?? {};
    const isUnsent = item.written === 'writtenDown' && heard !== '';
    await visit.send(
      say('recording.one'),
      [
        errorSummary(text, tried.mistakes ?? {}),
        html`<p><a href="${own}/recordings">${say('recording.toList')}</a></p><h1>${say('recording.one')} <small>${about(visit, item)}</small></h1>`,
        html`${item.text === '' ? '' : html`<p class="said">${userText(item.text)}</p>`}${player(visit, item)}`,
        html`${isUnsent ? html`<h2>${say('inquiry.unsent')}</h2><p class="said">${heard}</p>` : writeDownForm(visit, item, tried)}`,
      ],
      { status, path: `${own}/recordings/${recordingOf(visit)}` },
    );
  }
}

function recordingOf({ request }: CommunityVisit): string {
  const { recording } = request.params;
  if (typeof recording !== 'string' || !/^[0-9a-f]{12}$/.test(recording)) throw new Refusal(404, 'There is nothing at this address.');
  return recording;
}

function listPage(visit: CommunityVisit, items: readonly SpokenItem[], next: string | undefined): Markup[] {
  const { text, own, request, now } = visit;
  const { say, date } = text;
  const number = numberIn(request.query.number);
  const lines = items.map(
    (item) =>
      html`<li><a href="${own}/recordings/${item.id ?? ''}">${about(visit, item)}</a> <span class="age">${noWrap(date(item.at))} · ${ageOf(say, item.at, now)}</span></li>`,
  );
  return [
    doneNotice(number ? doneIn(visit, [OF_PROPOSAL], { number }) : undefined),
    html`<h1>${say('recording.title')}</h1>`,
    lines.length > 0 ? html`<ul class="items">${lines}</ul>` : html`<p>${say('recording.nothing')}</p>`,
    furtherLink(text, next && address(`${own}/recordings`, { after: next })),
    lines.length > 0 ? fileLinks(visit, `${own}/recordings`) : html``,
    html`<p><a href="${own}/inbox">${say('tab.inbox')}</a></p>`,
  ];
}

function recordingFiles(): Listed<SpokenItem, PageKeyIn<'console', 'recording'>> {
  return {
    name: 'recordings',
    head: (column) => `recording.${column}`,
    filters: {},
    columns: (visit) => [
      { name: 'one', text: (item) => about(visit, item) },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'from', text: ({ address: from }) => from ?? '' },
    ],
    read: through(readSpokenItems, async (ask, _, { after }, limit) => {
      const { items, next } = await ask({ after, limit });
      return { rows: items, next };
    }),
  };
}

function about({ text: { say } }: CommunityVisit, { kind, number, seconds }: SpokenItem): string {
  const what = say(kind === 'proposal' ? 'recording.proposal' : 'recording.inquiry', { number });
  return seconds === undefined ? what : `${what} · ${say('recording.seconds', { count: Math.max(1, Math.round(seconds)) })}`;
}

/** The sound with a player, or why there is none. */
export function player({ text: { say }, own }: CommunityVisit, { id, sound }: SpokenItem): Markup {
  if (id === undefined || sound !== 'kept') return html`<p>${say(sound === 'awaited' ? 'recording.awaited' : 'recording.gone')}</p>`;
  const path = `${own}/recordings/${id}/sound`;
  return html`<div class="player"><audio controls preload="none" src="${path}" aria-label="${say('recording.one')}"></audio>
<p><a href="${path}" download>${say('recording.save')}</a></p></div>`;
}

/** A field for what is heard; nothing once somebody wrote it down. */
export function writeDownForm(visit: CommunityVisit, { id, written, draft }: SpokenItem, tried: Tried): Markup {
  if (id === undefined || written === 'writtenDown') return html``;
  const heard = { hint: visit.text.say(draft === undefined ? 'recording.hint' : 'recording.draft'), value: draft };
  return actForm(visit, writeDown, { at: `/recordings/${id}`, tried, fields: { heard } });
}

/** Sends a sound, or the part of it for which a player asks. Nobody keeps it on the way: the console's pages are not stored. */
function sendSound({ request, response }: CommunityVisit, { type, bytes }: Sound): void {
  response.set({ 'Accept-Ranges': 'bytes', 'Content-Disposition': `inline; filename="recording.${type}"` }).type(TYPES[type]);
  const ranges = request.range(bytes.length);
  const [range, another] = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges : [];
  if (ranges === -1) response.status(416).set('Content-Range', `bytes */${bytes.length}`).end();
  else if (!range || another) response.set('Content-Length', String(bytes.length)).end(bytes);
  else
    response
      .status(206)
      .set('Content-Range', `bytes ${range.start}-${range.end}/${bytes.length}`)
      .end(bytes.subarray(range.start, range.end + 1));
}

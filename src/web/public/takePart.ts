import { type CommunityRecord, isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { type CycleRecord, type Stage, type TableAhead, tablesAhead, voteOf } from '../../fund/cycles/index.ts';
import type { OpenTable } from '../../fund/paper/index.ts';
import type { ProjectPictures } from '../../fund/projects/index.ts';
import { boxes, type PosterKind, posterKind, tableTime } from '../../print/index.ts';
import { html, type Markup } from '../html.ts';
import { projectsOf } from './cycleView.ts';
import { doingIn } from './doNow.ts';
import { projectsIn } from './inLanguage.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';

/** What an example of a ballot is made from. */
interface Ballot {
  readonly now: Date;
  readonly projects: readonly { readonly number: number }[];
  readonly choices: { readonly min: number; readonly max: number };
}

interface TakePart {
  readonly community: CommunityRecord;
  readonly stage: Stage | undefined;
  readonly ballot?: Ballot;
  /** Where one can vote on paper just now; absent if there are no slips. */
  readonly tables?: readonly OpenTable[] | undefined;
  /** Where one can later. */
  readonly ahead: readonly TableAhead[];
  /** Residents can also write in a chat. */
  readonly hasChat: boolean;
}

/** How to take part by text, by call and in the chat. A tap opens a message that begins with the right word, or calls. */
export function takePart({ community, stage, ballot, tables, ahead, hasChat }: TakePart, pageText: PageText): Markup {
  const { say, link } = pageText;
  const kind = doingIn(stage);
  const example = ballot && exampleOf(ballot);
  const text = say(`take.${kind}Example`, { example });
  return html`<section class="take" aria-labelledby="take">
<h2 id="take">${say(`take.${kind}`)}</h2>
<h3>${say('take.sms')}</h3>
<dl>
<div><dt>${say('take.write')}</dt><dd><span class="sms">${text}</span></dd></div>
<div><dt>${say('take.to')}</dt><dd>${numberLink(`sms:${numberToText(community)}?body=${encodeURIComponent(say(`take.${kind}Start`))}`, numberToText(community), pageText)}</dd></div>
</dl>
<p>${say(`take.${kind}More`)}</p>
${kind === 'vote' ? html`<p>${say('take.voteOther')}</p>` : ''}${kind === 'propose' ? html`<p>${say('take.support')}</p>` : ''}
<h3>${say('take.call')}</h3>
<p>${numberLink(`tel:${community.phone}`, community.phone, pageText)}</p>
<p>${say(`take.${kind}Call`)}</p>
${community.callback ? html`<p>${freeCall(community.callback, pageText)}</p>` : ''}
${
  hasChat
    ? html`<h3>${say('take.chat')}</h3>
<p>${say(`take.${kind}Chat`)}</p>
`
    : ''
}${(kind === 'vote' && tables) || ahead.length > 0 ? onPaper(tables ?? [], ahead, pageText) : ''}${person(community, pageText)}
<p><a class="more" href="${link(`/c/${community._id}/poster`)}">${say('take.poster')}</a> <a class="more" href="${link(`/c/${community._id}/hall`)}">${say('take.hall')}</a></p>
</section>
`;
}

/** How to vote on a slip, and where a table stands now. */
function onPaper(tables: readonly OpenTable[], ahead: readonly TableAhead[], { say, sayMarkup, userText, date, span }: PageText): Markup {
  const open = tables.map(
    ({ place, since }) => html`<li>${sayMarkup('take.paperAt', { place: html`<b>${userText(place)}</b>`, since: noWrap(date(since)) })}</li>
`,
  );
  const later = ahead.map((table) => html`<li><b>${noWrap(tableTime(table, span))}</b> ${userText(table.place)}</li>\n`);
  const items = [...open, ...later];
  return html`<h3>${say('take.paper')}</h3>
<p>${say('take.paperHow')}</p>
${
  items.length > 0
    ? html`<ul>
${items}</ul>`
    : html`<p>${say('take.paperNone')}</p>`
}
`;
}

/** The number at which a call costs its caller nothing. */
function freeCall(callback: string, { sayMarkup, phone }: PageText): Markup {
  return sayMarkup('take.free', { number: html`<a class="whole" href="tel:${callback}">${phone(callback)}</a>` });
}

/** The person who answers a call. */
export function person({ person }: CommunityRecord, { say, phone, userText }: PageText): Markup {
  return html`<p class="person">${say('take.person')}${userText(person.name)} <a href="tel:${person.phone}">${noWrap(phone(person.phone))}</a></p>`;
}

function numberLink(href: string, number: string, { phone }: PageText): Markup {
  return html`<a class="number" href="${href}">${phone(number)}</a>`;
}

/** Other projects every minute, so that a page favours none. */
export function exampleOf({ now, projects, choices }: Ballot): string {
  const first = Math.floor(now.getTime() / 60_000) % Math.max(1, projects.length);
  return [...projects.slice(first), ...projects]
    .slice(0, Math.min(projects.length, Math.max(choices.min, Math.min(2, choices.max))))
    .map(({ number }) => number)
    .join(' ');
}

interface Poster {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord | null;
  readonly now: Date;
  /** Of the projects, if all have one. */
  readonly pictures: ProjectPictures;
  /** The address of the community's page; absent if only this machine can open it. */
  readonly address?: string;
  /** The code that leads to the chat, as PNG. */
  readonly code?: Uint8Array;
}

/** `/c/SLUG/poster`: a sheet to print and hang up (A4 or A3). It says how to vote once the projects are set, before that how to propose. */
export function posterPage(poster: Poster, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, userText } = pageText;
  const { community, cycle, now, address } = poster;
  const kind = posterKind(cycle, now);
  const content = html`<div class="poster"><header>
<p class="cycle">${userText(community.name)}${cycle ? html` · ${userText(cycle.title)}` : ''}</p>
<h1>${say(`poster.${kind}`)}</h1>
${kind === 'vote' && cycle ? when(cycle, poster.now, pageText) : ''}
</header>
${ways(poster, kind, frame)}
${kind === 'vote' && cycle ? ballot(cycle, poster.pictures, pageText) : ''}
<footer>
${person(community, pageText)}
${address ? html`<p>${say('poster.address')} <b class="address">${address.replace(/^https?:\/\//, '')}</b></p>` : ''}
</footer></div>
<p class="wide hint">${say('poster.hint')}</p>`;
  return layout(frame, `${say('poster.title')} · ${community.name}`, content, { style: 'poster' });
}

/** From when until when, how much money there is, and how many projects one may choose. */
function when(cycle: CycleRecord, now: Date, { sayMarkup, wholeTime, money }: PageText): Markup {
  const vote = voteOf(cycle, now);
  const { budget, currency, choices } = cycle;
  const dates = vote && html`<p class="now">${sayMarkup('poster.when', { from: wholeTime(vote.from, 'from'), to: wholeTime(vote.to, 'until') })}</p>`;
  return html`${dates ?? ''}
<p>${sayMarkup('poster.choose', { money: noWrap(money(budget, currency)), max: choices.max })}</p>`;
}

/** The number to text and to call in big type, and the code for the chat. */
function ways({ community, code, cycle, now }: Poster, kind: PosterKind, { pageText, hasChat }: Frame): Markup {
  const { say, phone, userText, span } = pageText;
  const tables = cycle && kind === 'vote' ? tablesAhead(cycle, now) : [];
  const picture = code && `data:image/png;base64,${Buffer.from(code).toString('base64')}`;
  return html`<section class="ways" aria-label="${say(`take.${kind}`)}">
<p>${say(isTextedElsewhere(community) ? 'poster.textNumber' : 'poster.number')}</p>
<p class="number"><a href="${isTextedElsewhere(community) ? 'sms' : 'tel'}:${numberToText(community)}">${phone(numberToText(community))}</a></p>
<div class="how"><div>
<p><b>${say('take.sms')}</b> <span class="sms">${say(`poster.${kind}Write`, { boxes: cycle ? boxes(cycle) : '' })}</span></p>
<p>${say(`poster.${kind}More`)}</p>
<p><b>${say('take.call')}</b> ${isTextedElsewhere(community) ? html`<a class="whole" href="tel:${community.phone}">${phone(community.phone)}</a> ` : ''}${say(`take.${kind}Call`)}</p>
${community.callback ? html`<p>${freeCall(community.callback, pageText)}</p>` : ''}
${hasChat && !picture ? html`<p><b>${say('take.chat')}</b> ${say('poster.noCode')}</p>` : ''}
${tables.length > 0 ? html`<p><b>${say('take.paper')}</b> ${say('take.paperHow')}</p><ul>${tables.map((table) => html`<li>${noWrap(tableTime(table, span))} ${userText(table.place)}</li>\n`)}</ul>` : ''}
</div>${picture ? html`<figure><img src="${picture}" alt="${say('poster.code')}" width="200" height="200"><figcaption>${say(`poster.${kind}Scan`)}</figcaption></figure>` : ''}</div>
</section>`;
}

/** The projects in the order of the ballot, all of them alike. */
function ballot(cycle: CycleRecord, pictures: ProjectPictures, { say, money, userText, language }: PageText): Markup {
  const pictured = (number: number) => {
    const picture = pictures.get(number);
    return picture ? html`<img class="of" src="/c/${cycle.community}/pictures/${picture.id}/small.jpg" alt="">` : html``;
  };
  const items = projectsIn(projectsOf(cycle), language).map(
    ({ number, title, cost, place }) =>
      html`<li><b>${number}</b>${pictured(number)}<div><h3>${userText(title)}</h3><p>${noWrap(money(cost, cycle.currency))}${place ? html` · ${userText(place)}` : ''}</p></div></li>
`,
  );
  return html`<section aria-labelledby="projects">
<h2 id="projects">${say('projects.title')}</h2>
<ul class="projects">
${items}</ul>
</section>`;
}

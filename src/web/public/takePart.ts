import { type CommunityRecord, numberToText } from '../../fund/communities/index.ts';
import type { Stage } from '../../fund/cycles/index.ts';
import type { OpenTable } from '../../fund/paper/index.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from './pageText.ts';

/** What an example of a ballot is made from. */
interface Ballot {
  readonly now: Date;
  readonly projects: readonly { readonly number: number }[];
  readonly choices: { readonly min: number; readonly max: number };
}

/** What is most useful to a resident at a stage. */
const KINDS: Readonly<Record<Stage, 'vote' | 'propose' | 'follow'>> = {
  announce: 'propose',
  propose: 'propose',
  deliberate: 'propose',
  publish: 'follow',
  vote: 'vote',
  implement: 'follow',
  evaluate: 'follow',
  closed: 'follow',
};

export interface TakePart {
  readonly community: CommunityRecord;
  readonly stage: Stage | undefined;
  readonly ballot?: Ballot;
  /** Where one can vote on paper just now; absent if there are no slips. */
  readonly tables?: readonly OpenTable[] | undefined;
  /** Residents can also write in a chat. */
  readonly hasChat: boolean;
}

/** How to take part by text, by call and in the chat. A tap opens a message that begins with the right word, or calls. */
export function takePart({ community, stage, ballot, tables, hasChat }: TakePart, pageText: PageText): Markup {
  const { say, link } = pageText;
  const kind = KINDS[stage ?? 'closed'];
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
${kind === 'vote' ? html`<p>${say('take.voteOther')}</p>` : ''}
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
}${kind === 'vote' && tables ? onPaper(tables, pageText) : ''}${person(community, pageText)}
<p><a class="more" href="${link(`/c/${community._id}/poster`)}">${say('take.poster')}</a> <a class="more" href="${link(`/c/${community._id}/hall`)}">${say('take.hall')}</a></p>
</section>
`;
}

/** How to vote on a slip, and where a table stands now. */
function onPaper(tables: readonly OpenTable[], { say, tell, theirs, date }: PageText): Markup {
  const items = tables.map(
    ({ place, since }) => html`<li>${tell('take.paperAt', { place: html`<b>${theirs(place)}</b>`, since: whole(date(since)) })}</li>
`,
  );
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
export function freeCall(callback: string, { tell, phone }: PageText): Markup {
  return tell('take.free', { number: html`<a class="whole" href="tel:${callback}">${phone(callback)}</a>` });
}

/** The person who answers a call. */
export function person({ person }: CommunityRecord, { say, phone, theirs }: PageText): Markup {
  return html`<p class="person">${say('take.person')}${theirs(person.name)} <a href="tel:${person.phone}">${whole(phone(person.phone))}</a></p>`;
}

function numberLink(href: string, number: string, { phone }: PageText): Markup {
  return html`<a class="number" href="${href}">${phone(number)}</a>`;
}

/** Other projects every minute, so that a page favours none. */
function exampleOf({ now, projects, choices }: Ballot): string {
  const first = Math.floor(now.getTime() / 60_000) % Math.max(1, projects.length);
  return [...projects.slice(first), ...projects]
    .slice(0, Math.min(projects.length, Math.max(choices.min, Math.min(2, choices.max))))
    .map(({ number }) => number)
    .join(' ');
}

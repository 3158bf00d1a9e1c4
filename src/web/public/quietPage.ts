import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { Stage } from '../../fund/cycles/index.ts';
import type { PublicBroadcast } from '../../outreach/broadcasts/broadcast.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import type { PageText } from './pageText.ts';

/** `/c/SLUG` of a community where no cycle has begun. */
export function quietPage(community: CommunityRecord, broadcasts: readonly PublicBroadcast[], frame: Frame): Markup {
  const { pageText } = frame;
  const { say } = pageText;
  return layout(
    frame,
    community.name,
    html`<section class="hero"><div class="wide">
<h1>${pageText.theirs(community.name)}</h1>
<p class="now">${say('now.none')}</p>
<p class="next">${say('now.noneMore')}</p>
</div></section><div class="wide content">
${takePart(community, undefined, pageText)}
${broadcastList(broadcasts, pageText)}</div>`,
  );
}

/** What an example of a ballot is made from. */
interface Ballot {
  readonly now: Date;
  readonly projects: readonly { readonly number: number }[];
  readonly choices: { readonly min: number; readonly max: number };
}

/** The command that is most useful to a resident at a stage. */
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

/** What to text and to which number. A tap opens a message that begins with the right word. */
export function takePart(community: CommunityRecord, stage: Stage | undefined, pageText: PageText, ballot?: Ballot): Markup {
  const { say, phone } = pageText;
  const kind = KINDS[stage ?? 'closed'];
  const example = ballot && exampleOf(ballot);
  const text = say(`take.${kind}Example`, { example });
  return html`<section class="take" aria-labelledby="take">
<h2 id="take">${say(`take.${kind}`)}</h2>
<dl>
<div><dt>${say('take.write')}</dt><dd><span class="sms">${text}</span></dd></div>
<div><dt>${say('take.to')}</dt><dd><a class="number" href="sms:${community.phone}?body=${encodeURIComponent(say(`take.${kind}Start`))}">${phone(community.phone)}</a></dd></div>
</dl>
<p>${say(`take.${kind}More`)}</p>
${kind === 'vote' ? html`<p>${say('take.voteOther')}</p>` : ''}
${person(community, pageText)}
</section>
`;
}

/** Other projects every minute, so that a page favours none. */
function exampleOf({ now, projects, choices }: Ballot): string {
  const first = Math.floor(now.getTime() / 60_000) % Math.max(1, projects.length);
  return [...projects.slice(first), ...projects]
    .slice(0, Math.min(projects.length, Math.max(choices.min, Math.min(2, choices.max))))
    .map(({ number }) => number)
    .join(' ');
}

/** The person who answers a call. */
function person({ person }: CommunityRecord, { say, phone, theirs }: PageText): Markup {
  return html`<p class="person">${say('take.person')}${theirs(person.name)} <a href="tel:${person.phone}">${phone(person.phone)}</a></p>`;
}

/** The broadcasts, by whom and to whom, newest first; nothing if there were none. */
export function broadcastList(broadcasts: readonly PublicBroadcast[], { say, date, theirs }: PageText): readonly Markup[] {
  if (broadcasts.length === 0) return [];
  const items = broadcasts.map(
    ({ text, to, by, dueAt }) =>
      html`<li><time datetime="${dueAt.toISOString()}">${date(dueAt)}</time> <b>${theirs(by)}</b> · ${whom(to)}<br>${theirs(text)}</li>
`,
  );
  return [
    html`<section aria-labelledby="broadcasts">
<h2 id="broadcasts">${say('broadcasts.title')}</h2>
<ul class="record">\n${items}</ul>
</section>
`,
  ];

  function whom(to: string): string {
    if (to === 'not-voted') return say('broadcasts.notVoted');
    return to === 'all' ? say('broadcasts.all') : say('broadcasts.building', { building: to.slice('building:'.length) });
  }
}

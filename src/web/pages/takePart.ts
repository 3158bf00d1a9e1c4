import type { CommunityRecord } from '../../fund/records/community.ts';
import type { Stage } from '../../fund/stage.ts';
import { html, type Markup } from '../html.ts';
import type { Voice } from './voice.ts';

/** What an example of a ballot is made of. */
interface Ballot {
  readonly now: Date;
  readonly projects: readonly { readonly number: number }[];
  readonly choices: { readonly min: number; readonly max: number };
}

/** What a resident can best do at a stage. */
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

/** What to text and where to; a tap opens the message with its first word. */
export function takePart(community: CommunityRecord, stage: Stage | undefined, voice: Voice, ballot?: Ballot): Markup {
  const { say, phone } = voice;
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
${person(community, voice)}
</section>
`;
}

/** Other projects every minute: a page speaks for none. */
function exampleOf({ now, projects, choices }: Ballot): string {
  const first = Math.floor(now.getTime() / 60_000) % Math.max(1, projects.length);
  return [...projects.slice(first), ...projects]
    .slice(0, Math.min(projects.length, Math.max(choices.min, Math.min(2, choices.max))))
    .map(({ number }) => number)
    .join(' ');
}

/** Who answers when one calls. */
function person({ person }: CommunityRecord, { say, phone, theirs }: Voice): Markup {
  return html`<p class="person">${say('take.person')}${theirs(person.name)} <a href="tel:${person.phone}">${phone(person.phone)}</a></p>`;
}

import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import type { PublicMeeting } from '../../fund/meetings/index.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import { whole } from './pageText.ts';
import { pictureList } from './pictures.ts';
import { proposalAddress } from './proposalsPage.ts';

interface MeetingsView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  /** The cycle that was asked for, if it is not the current one. */
  readonly id: string | undefined;
  readonly meetings: readonly PublicMeeting[];
  /** What the public proposals ask for, by number. */
  readonly texts: ReadonlyMap<number, string>;
}

/** `/c/SLUG/meetings`: the council's meetings, the newest first: how many were there, what was decided and why. No person is named. */
export function meetingsPage({ community, cycle, id, meetings, texts }: MeetingsView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, link, theirs, date } = pageText;
  const address = proposalAddress(community._id, id);
  const own = `/c/${community._id}`;
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a> · ${theirs(cycle.title)}</p>
<h1>${say('meetings.title')}</h1>
${meetings.length > 0 ? meetings.map(one) : html`<p>${say('meetings.none')}</p>`}
<p><a class="more" href="${link(own)}">${say('meetings.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('meetings.title')} · ${community.name}`, content);

  function one({ number, at, place, state, members, present, quorate, items, notes, addenda, pictures }: PublicMeeting): Markup {
    const share = members ? Math.round(((present ?? 0) * 100) / members) : 0;
    const there =
      members === null
        ? ''
        : html`<p>${say('meetings.attendance', { members, present: present ?? 0, share })}${quorate ? '' : html` · ${say('meetings.tooFew')}`}</p>`;
    const added = addenda.map((addendum) => html`<p>${whole(date(new Date(addendum.at)))} ${say('meetings.addendum')}${theirs(addendum.text)}</p>`);
    return html`<section aria-labelledby="meeting-${number}"><h2 id="meeting-${number}">${say('meetings.one', { number })} · ${whole(date(new Date(at)))}</h2>
<p>${theirs(place)} · ${say(`meetings.state.${state}`)}</p>${there}${items.length > 0 ? html`<ul class="record">${items.map((item) => itemOf(item, state))}</ul>` : ''}
${notes === null ? '' : html`<details><summary>${say('meetings.notes')}</summary><p>${theirs(notes)}</p></details>`}${added}
${pictureList(own, pictures, pageText)}</section>
`;
  }

  function itemOf({ proposal, decision, reason, ...votes }: PublicMeeting['items'][number], state: PublicMeeting['state']): Markup {
    const name = html`<a href="${link(address(proposal))}">${say('meetings.item', { number: proposal })}</a>`;
    const asked = texts.get(proposal);
    const what = asked ? html` ${theirs(asked)}` : '';
    if (state !== 'final') return html`<li>${name}${what}</li>`;
    const counts = say('meetings.votes', { for: votes.for ?? 0, against: votes.against ?? 0, abstained: votes.abstained ?? 0 });
    return html`<li>${name}${what}<br><b>${say(`meetings.decision.${decision ?? 'none'}`)}</b> · ${counts}${reason === null ? '' : html`<br>${theirs(reason)}`}</li>`;
  }
}

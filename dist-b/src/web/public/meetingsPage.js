import { html } from '../html.js';
import { layout } from './layout.js';
import { whole } from './pageText.js';
import { pictureList } from './pictures.js';
import { proposalAddress } from './proposalsPage.js';
/** `/c/SLUG/meetings`: the council's meetings, the newest first: how many were there, what was decided and why. No person is named. */
export function meetingsPage({ community, cycle, id, meetings, texts }, frame) {
    const { pageText } = frame;
    const { say, link, theirs, date } = pageText;
    const address = proposalAddress(community._id, id);
    const own = `/c/${community._id}`;
    const content = html `<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a> · ${theirs(cycle.title)}</p>
<h1>${say('meetings.title')}</h1>
${meetings.length > 0 ? meetings.map(one) : html `<p>${say('meetings.none')}</p>`}
<p><a class="more" href="${link(own)}">${say('meetings.back')}</a></p>
</section></div>`;
    return layout(frame, `${say('meetings.title')} · ${community.name}`, content);
    function one({ number, at, place, state, members, present, quorate, items, notes, addenda, pictures }) {
        const share = members ? Math.round(((present ?? 0) * 100) / members) : 0;
        const there = members === null
            ? ''
            : html `<p>${say('meetings.attendance', { members, present: present ?? 0, share })}${quorate ? '' : html ` · ${say('meetings.tooFew')}`}</p>`;
        const added = addenda.map((addendum) => html `<p>${whole(date(new Date(addendum.at)))} ${say('meetings.addendum')}${theirs(addendum.text)}</p>`);
        return html `<section aria-labelledby="meeting-${number}"><h2 id="meeting-${number}">${say('meetings.one', { number })} · ${whole(date(new Date(at)))}</h2>
<p>${theirs(place)} · ${say(`meetings.state.${state}`)}</p>${there}${items.length > 0 ? html `<ul class="record">${items.map((item) => itemOf(item, state))}</ul>` : ''}
${notes === null ? '' : html `<details><summary>${say('meetings.notes')}</summary><p>${theirs(notes)}</p></details>`}${added}
${pictureList(own, pictures, pageText)}</section>
`;
    }
    function itemOf({ proposal, decision, reason, ...votes }, state) {
        const name = html `<a href="${link(address(proposal))}">${say('meetings.item', { number: proposal })}</a>`;
        const asked = texts.get(proposal);
        const what = asked ? html ` ${theirs(asked)}` : '';
        if (state !== 'final')
            return html `<li>${name}${what}</li>`;
        const counts = say('meetings.votes', { for: votes.for ?? 0, against: votes.against ?? 0, abstained: votes.abstained ?? 0 });
        return html `<li>${name}${what}<br><b>${say(`meetings.decision.${decision ?? 'none'}`)}</b> · ${counts}${reason === null ? '' : html `<br>${theirs(reason)}`}</li>`;
    }
}

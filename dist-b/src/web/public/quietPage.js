import { TALK_DAYS } from '../../dialog/conversation.js';
import { LETTERS_DAYS, RECORDINGS_DAYS } from '../../fund/communities/index.js';
import { MISSES_DAYS } from '../../fund/misses/index.js';
import { NOTICE_DAYS, OWN_DAYS } from '../../outreach/outbox/forgetMessages.js';
import { html } from '../html.js';
import { layout } from './layout.js';
import { whole } from './pageText.js';
import { takePart } from './takePart.js';
/** `/c/SLUG` of a community where no cycle has begun. */
export function quietPage({ community, broadcasts, offices }, frame) {
    const { pageText, hasChat } = frame;
    const { say } = pageText;
    return layout(frame, community.name, html `<section class="hero"><div class="wide">
<h1>${pageText.theirs(community.name)}</h1>
<p class="now">${say('now.none')}</p>
<p class="next">${say('now.noneMore')}</p>
</div></section><div class="wide content">
${takePart({ community, stage: undefined, hasChat }, pageText)}
${whoRuns(community, offices, pageText)}${broadcastList(broadcasts, pageText)}</div>`);
}
/** The broadcasts, by whom and to whom, newest first; nothing if there were none. */
export function broadcastList(broadcasts, { say, date, theirs }) {
    if (broadcasts.length === 0)
        return [];
    const items = broadcasts.map(({ text, to, by, dueAt }) => html `<li><time datetime="${dueAt.toISOString()}">${date(dueAt)}</time> <b>${theirs(by)}</b> · ${whom(to)}<br>${theirs(text)}</li>
`);
    return [
        html `<section aria-labelledby="broadcasts">
<h2 id="broadcasts">${say('broadcasts.title')}</h2>
<ul class="record">\n${items}</ul>
</section>
`,
    ];
    function whom(to) {
        if (to === 'not-voted')
            return say('broadcasts.notVoted');
        return to === 'all' ? say('broadcasts.all') : say('broadcasts.building', { building: to.slice('building:'.length) });
    }
}
/** Who runs it and who supervises it, whence the money is, and what is kept for how long. No resident is named. */
export function whoRuns(community, offices, { say, phone, theirs }) {
    const { about, person, keep } = community;
    const staff = ['cadre', 'council'].flatMap((role) => (offices[role] > 0 ? [say(`who.${role}`, { count: offices[role] })] : []));
    const facts = [
        fact(say('who.runs'), html `${theirs(person.name)} <a href="tel:${person.phone}">${whole(phone(person.phone))}</a>${staff.map((said) => html `<br>${said}`)}`),
        fact(say('who.supervises'), html `${offices.supervisor > 0 ? say('who.supervisors', { count: offices.supervisor }) : say('who.noSupervisors')}`),
        ...(about?.money ? [fact(say('who.money'), theirs(about.money))] : []),
        ...(about?.notFor ? [fact(say('who.notFor'), theirs(about.notFor))] : []),
    ];
    const days = {
        talk: TALK_DAYS.open,
        misses: MISSES_DAYS,
        replies: OWN_DAYS,
        notices: NOTICE_DAYS,
        recordings: keep?.recordings ?? RECORDINGS_DAYS,
        letters: keep?.letters ?? LETTERS_DAYS,
    };
    const kept = ['roster', 'ballot', 'proposals', 'letters', 'recordings', 'talk', 'messages'].map((what) => fact(say(`who.kept.${what}.what`), html `${say(`who.kept.${what}.howLong`, days)}`));
    return html `<section aria-labelledby="who">
<h2 id="who">${say('who.title')}</h2>
<dl class="who">${facts}</dl>
<h3>${say('who.keeps')}</h3>
<dl class="who">${kept}</dl>
</section>
`;
}
function fact(name, value) {
    return html `<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
}

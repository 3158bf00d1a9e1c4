import { numberToText } from '../../fund/communities/index.js';
import { html } from '../html.js';
import { whole } from './pageText.js';
/** What is most useful to a resident at a stage. */
const KINDS = {
    announce: 'propose',
    propose: 'propose',
    deliberate: 'propose',
    publish: 'follow',
    vote: 'vote',
    implement: 'follow',
    evaluate: 'follow',
    closed: 'follow',
};
/** How to take part by text, by call and in the chat. A tap opens a message that begins with the right word, or calls. */
export function takePart({ community, stage, ballot, hasChat }, pageText) {
    const { say, link } = pageText;
    const kind = KINDS[stage ?? 'closed'];
    const example = ballot && exampleOf(ballot);
    const text = say(`take.${kind}Example`, { example });
    return html `<section class="take" aria-labelledby="take">
<h2 id="take">${say(`take.${kind}`)}</h2>
<h3>${say('take.sms')}</h3>
<dl>
<div><dt>${say('take.write')}</dt><dd><span class="sms">${text}</span></dd></div>
<div><dt>${say('take.to')}</dt><dd>${numberLink(`sms:${numberToText(community)}?body=${encodeURIComponent(say(`take.${kind}Start`))}`, numberToText(community), pageText)}</dd></div>
</dl>
<p>${say(`take.${kind}More`)}</p>
${kind === 'vote' ? html `<p>${say('take.voteOther')}</p>` : ''}
<h3>${say('take.call')}</h3>
<p>${numberLink(`tel:${community.phone}`, community.phone, pageText)}</p>
<p>${say(`take.${kind}Call`)}</p>
${community.callback ? html `<p>${freeCall(community.callback, pageText)}</p>` : ''}
${hasChat
        ? html `<h3>${say('take.chat')}</h3>
<p>${say(`take.${kind}Chat`)}</p>
`
        : ''}${person(community, pageText)}
<p><a class="more" href="${link(`/c/${community._id}/poster`)}">${say('take.poster')}</a> <a class="more" href="${link(`/c/${community._id}/hall`)}">${say('take.hall')}</a></p>
</section>
`;
}
/** The number at which a call costs its caller nothing. */
export function freeCall(callback, { tell, phone }) {
    return tell('take.free', { number: html `<a class="whole" href="tel:${callback}">${phone(callback)}</a>` });
}
/** The person who answers a call. */
export function person({ person }, { say, phone, theirs }) {
    return html `<p class="person">${say('take.person')}${theirs(person.name)} <a href="tel:${person.phone}">${whole(phone(person.phone))}</a></p>`;
}
function numberLink(href, number, { phone }) {
    return html `<a class="number" href="${href}">${phone(number)}</a>`;
}
/** Other projects every minute, so that a page favours none. */
function exampleOf({ now, projects, choices }) {
    const first = Math.floor(now.getTime() / 60_000) % Math.max(1, projects.length);
    return [...projects.slice(first), ...projects]
        .slice(0, Math.min(projects.length, Math.max(choices.min, Math.min(2, choices.max))))
        .map(({ number }) => number)
        .join(' ');
}

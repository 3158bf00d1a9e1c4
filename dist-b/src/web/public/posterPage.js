import { isTextedElsewhere, numberToText } from '../../fund/communities/index.js';
import { voteOf } from '../../fund/cycles/index.js';
import { boxes, posterKind } from '../../print/index.js';
import { html } from '../html.js';
import { projectsOf } from './cycleView.js';
import { layout } from './layout.js';
import { whole } from './pageText.js';
import { freeCall, person } from './takePart.js';
/** `/c/SLUG/poster`: a sheet to print and hang up (A4 or A3). It says how to vote once the projects are set, before that how to propose. */
export function posterPage(poster, frame) {
    const { pageText } = frame;
    const { say, theirs } = pageText;
    const { community, cycle, now, address } = poster;
    const kind = posterKind(cycle, now);
    const content = html `<div class="poster"><header>
<p class="cycle">${theirs(community.name)}${cycle ? html ` · ${theirs(cycle.title)}` : ''}</p>
<h1>${say(`poster.${kind}`)}</h1>
${kind === 'vote' && cycle ? when(cycle, poster.now, pageText) : ''}
</header>
${ways(poster, kind, frame)}
${kind === 'vote' && cycle ? ballot(cycle, poster.pictures, pageText) : ''}
<footer>
${person(community, pageText)}
<p>${say('poster.address')} <b class="address">${address.replace(/^https?:\/\//, '')}</b></p>
</footer></div>
<p class="wide hint">${say('poster.hint')}</p>`;
    return layout(frame, `${say('poster.title')} · ${community.name}`, content, { style: 'poster' });
}
/** From when until when, how much money there is, and how many projects one may choose. */
function when(cycle, now, { tell, wholeTime, money }) {
    const vote = voteOf(cycle, now);
    const { budget, currency, choices } = cycle;
    const dates = vote && html `<p class="now">${tell('poster.when', { from: wholeTime(vote.from, 'from'), to: wholeTime(vote.to, 'until') })}</p>`;
    return html `${dates ?? ''}
<p>${tell('poster.choose', { money: whole(money(budget, currency)), max: choices.max })}</p>`;
}
/** The number to text and to call in big type, and the code for the chat. */
function ways({ community, code, cycle }, kind, { pageText, hasChat }) {
    const { say, phone } = pageText;
    const picture = code && `data:image/png;base64,${Buffer.from(code).toString('base64')}`;
    return html `<section class="ways" aria-label="${say(`take.${kind}`)}">
<p>${say(isTextedElsewhere(community) ? 'poster.textNumber' : 'poster.number')}</p>
<p class="number"><a href="${isTextedElsewhere(community) ? 'sms' : 'tel'}:${numberToText(community)}">${phone(numberToText(community))}</a></p>
<div class="how"><div>
<p><b>${say('take.sms')}</b> <span class="sms">${say(`poster.${kind}Write`, { boxes: cycle ? boxes(cycle) : '' })}</span></p>
<p>${say(`poster.${kind}More`)}</p>
<p><b>${say('take.call')}</b> ${isTextedElsewhere(community) ? html `<a class="whole" href="tel:${community.phone}">${phone(community.phone)}</a> ` : ''}${say(`take.${kind}Call`)}</p>
${community.callback ? html `<p>${freeCall(community.callback, pageText)}</p>` : ''}
${hasChat && !picture ? html `<p><b>${say('take.chat')}</b> ${say('poster.noCode')}</p>` : ''}
</div>${picture ? html `<figure><img src="${picture}" alt="${say('poster.code')}" width="200" height="200"><figcaption>${say(`poster.${kind}Scan`)}</figcaption></figure>` : ''}</div>
</section>`;
}
/** The projects in the order of the ballot, all of them alike. */
function ballot(cycle, pictures, { say, money, theirs }) {
    const pictured = (number) => {
        const picture = pictures.get(number);
        return picture ? html `<img class="of" src="/c/${cycle.community}/pictures/${picture.id}/small.jpg" alt="">` : html ``;
    };
    const items = projectsOf(cycle).map(({ number, title, cost, place }) => html `<li><b>${number}</b>${pictured(number)}<div><h3>${theirs(title)}</h3><p>${whole(money(cost, cycle.currency))}${place ? html ` · ${theirs(place)}` : ''}</p></div></li>
`);
    return html `<section aria-labelledby="projects">
<h2 id="projects">${say('projects.title')}</h2>
<ul class="projects">
${items}</ul>
</section>`;
}

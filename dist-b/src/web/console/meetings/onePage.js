import { DECISIONS, LONGEST_SENTENCE } from '../../../fund/proposals/index.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { choice, field } from '../frame.js';
import { picturePart } from '../pictures.js';
import { planForm } from './meetingForms.js';
/** A meeting: how it stands, its minutes as a form or as they were signed, signatures, addenda, pictures. */
export function meetingParts(visit, meeting, around) {
    const { text, may } = visit;
    const { say, date, theirs } = text;
    const { number, at, place, state, final, revision, pictures } = meeting;
    const { path, wrote, mistakes } = around;
    const isOpen = !final;
    const mayWrite = isOpen && may('writeMinutes');
    const plan = isOpen && may('changeMeeting') ? planForm(visit, `${path}/plan`, wrote, mistakes, { seen: revision }) : undefined;
    return [
        html `<h1>${say('meetings.one', { number })} <small>${say(`meetings.state.${state}`)}</small></h1><p>${whole(date(at))} · ${theirs(place)}</p>
<p class="${meeting.isQuorate || meeting.there === 0 ? '' : 'late'}">${attendance(visit, meeting)}</p>`,
        plan ? html `<details${isMistaken(mistakes) ? html ` open` : ''}><summary>${say('meetings.changePlan')}</summary>${plan}</details>` : html ``,
        mayWrite ? minutesForm(visit, meeting, around) : minutesRead(visit, meeting),
        signing(visit, meeting, path),
        addenda(visit, meeting, around),
        html `<section aria-labelledby="pictures"><h2 id="pictures">${say('meetings.pictures')}</h2>${picturePart(visit, path, pictures, may('dropPicture'), mistakes, { takesMore: isOpen && may('keepPicture') })}</section>`,
    ];
}
function isMistaken(mistakes) {
    return ['day', 'time', 'place', 'yes', 'no'].some((name) => mistakes[name] !== undefined);
}
/** Who was there of how many, and what that is enough for. */
function attendance({ text: { say } }, { members, there, quorum, majority, isQuorate }) {
    const share = members === 0 ? 0 : Math.round((there * 100) / members);
    const who = say('meetings.attendance', { members, there, share });
    return `${who}${isQuorate ? say('meetings.enough', { majority }) : say('meetings.tooFew', { quorum })}`;
}
function minutesForm(visit, meeting, { path, wrote, mistakes, longest }) {
    const { say, theirs } = visit.text;
    const { roll, items, revision, notes, signed } = meeting;
    const isTyped = wrote.isTyped === '1';
    const mayRoll = visit.may('changeMeeting');
    const ticks = roll.map(({ id, name, isThere }) => {
        const isTicked = isTyped ? wrote[`there-${id}`] === '1' : isThere;
        return html `<li><label class="choice"><input type="checkbox" name="there-${id}" value="1"${isTicked ? html ` checked` : ''}${mayRoll ? '' : html ` disabled`}> ${theirs(name)}</label></li>`;
    });
    return html `<form method="post" action="${path}/minutes"><input type="hidden" name="seen" value="${revision}">
${signed > 0 ? html `<p class="notice">${say('meetings.signsAgain')}</p>` : ''}
<fieldset><legend><h2>${say('meetings.roll')}</h2></legend>${roll.length > 0 ? html `<ul class="roll">${ticks}</ul>` : html `<p>${say('meetings.noCouncil')}</p>`}</fieldset>
<h2>${say('meetings.agenda')}</h2>${items.length > 0 ? items.map((item) => itemForm(visit, meeting, item, wrote, mistakes)) : html `<p>${say('meetings.noItems')}</p>`}
${field({ name: 'notes', label: say('meetings.notes'), hint: say('meetings.notesHint'), value: wrote.notes ?? notes, mistake: mistakes.notes, isLong: true, attributes: html ` maxlength="${longest}"` })}
<button>${say('meetings.write')}</button></form>`;
}
function itemForm(visit, meeting, item, wrote, mistakes) {
    const { say } = visit.text;
    const { proposal, decision = '', reason = '' } = item;
    const kept = {
        ...Object.fromEntries(['for', 'against', 'abstained'].map((name) => [`${name}-${proposal}`, String(item[name] ?? '')])),
        ...{ [`decision-${proposal}`]: decision, [`reason-${proposal}`]: reason },
    };
    const value = (name) => wrote[name] ?? kept[name] ?? '';
    const votes = ['for', 'against', 'abstained'].map((name) => field({
        ...{ name: `${name}-${proposal}`, label: say(`meetings.${name}`), value: value(`${name}-${proposal}`) },
        ...{ mistake: mistakes[`${name}-${proposal}`], attributes: html ` class="short" inputmode="numeric" autocomplete="off"` },
    }));
    const name = `decision-${proposal}`;
    const values = [
        { value: '', label: say('meetings.decision.none') },
        ...DECISIONS.map((each) => ({ value: each, label: say(`meetings.decision.${each}`) })),
    ];
    const why = { name: `reason-${proposal}`, label: say('meetings.reason'), hint: say('meetings.reasonHint'), value: value(`reason-${proposal}`) };
    return html `<fieldset class="item"><legend>${heading(visit, meeting, item)}</legend><div class="votes">${votes}</div>
${choice({ name, label: say('meetings.decided'), value: value(name), values, mistake: mistakes[name] })}
${field({ ...why, attributes: html ` maxlength="${LONGEST_SENTENCE}"` })}</fieldset>`;
}
function heading({ text, own }, { texts }, { proposal, advice }) {
    const { say, theirs } = text;
    return html `<a href="${own}/proposals/${proposal}">${say('meetings.proposal', { number: proposal })}</a> ${theirs(texts.get(proposal) ?? '')} <small>${say(`meetings.advice.${advice}`)}</small>`;
}
function minutesRead(visit, meeting) {
    const { say, theirs } = visit.text;
    const { items, notes, roll } = meeting;
    const there = roll.filter(({ isThere }) => isThere).map(({ name }) => name);
    const rows = items.map((item) => {
        const { decision, reason, proposal } = item;
        const votes = say('meetings.votes', { for: item.for ?? 0, against: item.against ?? 0, abstained: item.abstained ?? 0 });
        const decided = say(`meetings.decision.${decision ?? 'none'}`);
        return html `<li id="item-${proposal}">${heading(visit, meeting, item)}<br>${votes} · <b>${decided}</b>${reason ? html ` · ${theirs(reason)}` : ''}</li>`;
    });
    return html `<section aria-labelledby="agenda"><h2 id="agenda">${say('meetings.agenda')}</h2><ul class="lines">${rows}</ul>
${there.length > 0 ? html `<p>${say('meetings.were')} ${theirs(there.join(say('and')))}</p>` : ''}${notes === '' ? '' : html `<h3>${say('meetings.notes')}</h3><p class="said">${theirs(notes)}</p>`}</section>`;
}
function signing(visit, { signatures, state, revision, final }, path) {
    const { say, theirs, date } = visit.text;
    const signed = signatures.map(({ name, role, at }) => html `<li>${theirs(name)} · ${say(`role.${role}`)} · ${whole(date(at))}</li>`);
    const form = state === 'draft' && visit.may('signMinutes')
        ? html `<form method="post" action="${path}/sign"><input type="hidden" name="seen" value="${revision}"><button>${say('meetings.sign')}</button></form>`
        : '';
    return html `<section aria-labelledby="signing"><h2 id="signing">${say('meetings.signing')}</h2><p>${say(final ? 'meetings.signedBoth' : 'meetings.signingAbout')}</p>
${signed.length > 0 ? html `<ul class="lines">${signed}</ul>` : ''}${form}<p><a class="more" href="${path}/minutes.pdf">${say('meetings.pdf')}</a></p></section>`;
}
function addenda(visit, { addenda: added, final }, { path, wrote, mistakes }) {
    const { say, theirs, date } = visit.text;
    if (!final)
        return html ``;
    const items = added.map(({ text, by, at }) => html `<li>${whole(date(at))} · ${theirs(by)}<br>${theirs(text)}</li>`);
    const form = visit.may('addAddendum')
        ? html `<form method="post" action="${path}/addenda">${field({ name: 'addendum', label: say('meetings.addendum'), hint: say('meetings.addendumHint'), value: wrote.addendum, mistake: mistakes.addendum, isLong: true })}<button class="quiet">${say('meetings.add')}</button></form>`
        : '';
    return html `<section aria-labelledby="addenda"><h2 id="addenda">${say('meetings.addenda')}</h2>${items.length > 0 ? html `<ul class="lines">${items}</ul>` : ''}${form}</section>`;
}

import { voidedIn } from '../../fund/ballots/index.js';
import { cycleForReaders, voteOf } from '../../fund/cycles/index.js';
import { PROPOSAL_STATES } from '../../fund/proposals/index.js';
import { publicLog } from '../../fund/staff/index.js';
import { boundedMap } from '../../store/cache.js';
import { html } from '../html.js';
import { rosterOf } from './cycleView.js';
import { layout } from './layout.js';
import { whole } from './pageText.js';
import { stateOf } from './proposalsPage.js';
const EACH = 50;
/** Sealed ledgers whose voided ballots were counted: their number stays. */
const SEALED = 500;
/** `/c/SLUG/log`: what of the community's log is public, newest first; `before`: earlier ones. No person is named. */
export function logPage(world) {
    const read = publicLog(world);
    const voided = boundedMap(SEALED);
    return async (community, cycle, before, frame) => {
        const [{ deeds, more }, roster, count] = await Promise.all([
            read(community._id, { before, limit: EACH, hasClosed: (id) => hasClosed(world, id) }),
            cycle ? rosterOf(cycle) : undefined,
            cycle?.sealedAt ? voided.getOrMake(cycle._id, () => voidedIn(cycle._id)) : undefined,
        ]);
        const currencies = await currenciesOf(world, deeds);
        return page(community, { deeds, more, currencies, ...(roster && { roster }), ...(count !== undefined && { voided: count }) }, frame);
    };
}
async function hasClosed(world, id) {
    const [cycle, now] = [await cycleForReaders(world)(id), world.now()];
    const vote = cycle && voteOf(cycle, now);
    return vote !== null && vote !== undefined && vote.to <= now;
}
async function currenciesOf(world, deeds) {
    const ids = [...new Set(deeds.flatMap(({ cycle }) => cycle ?? []))];
    const cycles = await Promise.all(ids.map((id) => cycleForReaders(world)(id)));
    return new Map(cycles.flatMap((cycle) => (cycle ? [[cycle._id, cycle.currency]] : [])));
}
function page(community, { deeds, more, roster, voided, currencies }, frame) {
    const { pageText } = frame;
    const { say, link, theirs } = pageText;
    const own = `/c/${community._id}`;
    const last = deeds.at(-1);
    const content = html `<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a></p>
<h1>${say('log.title')}</h1>
<p>${say('log.about')}</p>
${roster ? html `<p>${say('record.added', { count: roster.added, phones: roster.phones, cards: roster.cards })}${voided === undefined ? '' : say('log.voided', { count: voided })}</p>` : ''}
${deeds.length > 0 ? html `<ul class="record">\n${deeds.map((deed) => item(deed, currencies, pageText))}</ul>` : html `<p>${say('log.none')}</p>`}
<p>${more && last ? html `<a class="more" href="${link(`${own}/log?before=${last.seq}`)}">${say('proposals.older')}</a> ` : ''}<a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
    return layout(frame, `${say('log.title')} · ${community.name}`, content);
}
function item(deed, currencies, pageText) {
    const { say, dayTag, theirs } = pageText;
    const { at, role, reason, cycle } = deed;
    const done = cycle === undefined ? what(deed, pageText) : ofWorks(deed, currencies.get(cycle) ?? '', pageText);
    return html `<li>${dayTag(at)} <b>${say(`log.role.${role}`)}</b> ${done}${reason ? html `<br>${say('record.reason')}${theirs(reason)}` : ''}</li>
`;
}
const OF_MEETINGS = { 'meeting.plan': 'called', 'meeting.sign': 'sign', 'meeting.addend': 'addend' };
const OF_TABLES = { 'table.open': 'tableOpened', 'table.close': 'tableClosed', 'table.validate': 'validated' };
/** What was done, in words. */
function what({ act, numbers, others, after: { stage, closes, slipsUntil, state, project, into, given, isRight, inOrder } }, { say, tell, date }) {
    if (act === 'cycle.move')
        return html `${say('log.move', { stage: say(`stage.${String(stage)}`) })}`;
    if (act === 'cycle.extend' && slipsUntil)
        return tell('log.slips', { to: whole(date(new Date(String(slipsUntil)))) });
    if (act === 'cycle.extend')
        return tell('log.extend', { to: whole(date(new Date(String(closes)))) });
    if (act === 'cycle.openAllTheSame')
        return html `${say('log.openAllTheSame')}`;
    if (act === 'publication.publish')
        return html `${say('log.publish')}`;
    if (act === 'publication.check')
        return html `${say(isRight === true ? 'log.checked' : 'log.found')}`;
    if (act in OF_MEETINGS)
        return html `${say(`log.${OF_MEETINGS[act] ?? ''}`, { number: numbers[0] ?? 0 })}`;
    if (act in OF_TABLES)
        return html `${say(`log.${inOrder === false ? 'incident' : (OF_TABLES[act] ?? '')}`, { number: numbers[0] ?? 0 })}`;
    if (act === 'result.release')
        return html `${say('log.released')}`;
    if (act === 'slip.correct')
        return html `${say('log.corrected')}`;
    const named = numbers.join(say('rule.between'));
    const number = others > 0 ? say('log.andMore', { named, others }) : named;
    if (act === 'objection.answer')
        return html `${say('log.objection', { number })}`;
    if (act === 'proposal.hide')
        return html `${say('log.hide', { number })}`;
    if (act === 'proposal.release')
        return html `${say('log.release', { number })}`;
    if (act === 'proposal.merge')
        return html `${typeof into === 'number' ? say('log.merge', { number, into }) : say('log.apart', { number })}`;
    if (act === 'proposal.answer')
        return html `${say(given === null ? 'log.back' : 'log.answer', { number })}`;
    const part = typeof project === 'number' ? project : null;
    const isKnown = PROPOSAL_STATES.find((each) => each === state) ?? 'received';
    return html `${say('log.state', { number, became: stateOf({ state: isKnown, project: part, mergedInto: null }, { say }) })}`;
}
/** What was done to a work or its money, in words. */
function ofWorks({ act, numbers: [number = 0], after }, currency, { say, money }) {
    const [amount, left, added] = [after.amount, after.left, after.added].map((given) => (typeof given === 'number' ? given : 0));
    if (act === 'account.grant')
        return say((amount ?? 0) < 0 ? 'log.grantLess' : 'log.grantMore', { number, amount: money(Math.abs(amount ?? 0), currency) });
    return say(`log.${OF_WORKS[act] ?? ''}`, { number, amount: money(amount ?? 0, currency), left: money(left ?? 0, currency), added: added ?? 0 });
}
const OF_WORKS = {
    'work.choose': 'chosen',
    'work.sign': 'signed',
    'work.pay': 'paid',
    'work.accept': 'accepted',
    'work.mend': 'toMend',
    'work.drop': 'newsGone',
    'account.own': 'own',
    'account.correct': 'fixed',
    'account.import': 'imported',
    'account.close': 'settled',
};

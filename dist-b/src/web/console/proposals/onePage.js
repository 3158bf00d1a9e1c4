import { CHANNELS } from '../../../contacts/channel.js';
import { isOpenState, LONGEST_SENTENCE, MANNERS, REASONS, } from '../../../fund/proposals/index.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { choice, field } from '../frame.js';
import { address } from '../query.js';
import { ageOf } from '../today.js';
import { shortened, stateOf } from './list.js';
import { nearList } from './nearList.js';
/** Characters of a refusal's sentence, and of a reason that goes out as a message. */
export const LONGEST_REASON = LONGEST_SENTENCE;
export const NOTHING = { into: '', others: '', newText: '', apart: '', back: '', hide: '', release: '' };
/** One proposal: what it says and what became of it, and what can be done with it now. */
export function onePage(visit, proposal, around, given, mistakes) {
    const { may, text: { say }, } = visit;
    const { state, opinion, mergedInto, hidden } = proposal;
    const isOpen = isOpenState(state) && !hidden;
    const mayMerge = may('mergeProposals') && !around.isFrozen;
    const mayHide = may('hideProposal') && proposal.isPublic && !hidden;
    const mayRelease = may('releaseProposal') && !proposal.isPublic && mergedInto === undefined;
    return html `<div class="sides"><div>
${about(visit, proposal, around)}
${may('sortProposals') && isOpen && !proposal.isSpoken ? sortForm(visit, proposal, around) : ''}
${isOpen ? nearList(visit, proposal, around.cycle, around.near, { inList: around.inList, mayMerge: mayMerge && proposal.isPublic, maySort: may('sortProposals') }) : ''}
${story(visit, proposal)}
</div><div>
${isOpen || opinion ? examination(visit, proposal, around, given, mistakes) : ''}
${mayMerge && isOpen && proposal.isPublic ? mergeForm(visit, proposal, around, given, mistakes) : ''}
${mayMerge && mergedInto !== undefined ? reasonForm(visit, proposal, around, 'apart', given, mistakes) : ''}
${mayRelease ? html `<section aria-labelledby="releasing"><h2 id="releasing">${say('proposal.releasing')}</h2>${reasonForm(visit, proposal, around, 'release', given, mistakes)}</section>` : ''}
${mayHide ? html `<details${mistakes.hide ? html ` open` : ''}><summary>${say('proposal.hiding')}</summary>${reasonForm(visit, proposal, around, 'hide', given, mistakes)}</details>` : ''}
</div></div>`;
}
function about(visit, proposal, { inList, parts, currency }) {
    const { text, own, now, sees } = visit;
    const { say, theirs, date } = text;
    const { at, origin, writtenBy, whose, address: phone, channel, supports, category, mergedInto, opinion, hidden } = proposal;
    const link = (number) => html `<a href="${address(`${own}/proposals/${number}`, inList)}">${number}</a>`;
    const lines = [
        ['origin', say(`proposal.originOf.${origin}`)],
        ...(whose ? [['whose', theirs(whose)]] : []),
        ...(sees('proposalPhones') && phone && (!channel || CHANNELS[channel].isPhone) ? [['phone', text.phone(phone)]] : []),
        ...(writtenBy ? [['writtenBy', theirs(writtenBy)]] : []),
        ['at', html `${whole(date(at))} · ${ageOf(say, at, now)}`],
        ['supports', supports],
        ['category', category ? theirs(category) : say('proposal.none')],
        ...(mergedInto !== undefined ? [['mergedInto', link(mergedInto)]] : []),
        ...(opinion?.given ? [['opinion', opinionWords(visit, opinion, currency)]] : []),
        ...(hidden ? [['hiddenWhy', html `${theirs(hidden.reason)} · ${theirs(hidden.by)}`]] : []),
    ];
    const own_ = parts.map((part) => html `<li>${link(part.number)} ${theirs(shortened(part.text))}</li>`);
    return html `<p class="said" id="words">${proposal.isSpoken ? say('proposal.spoken') : theirs(proposal.text)}</p>
<dl class="about-it">${lines.map(([line, value]) => html `<dt>${say(`proposal.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${own_.length > 0 ? html `<h2>${say('proposal.parts')}</h2><ul class="items">${own_}</ul>` : ''}`;
}
/** An opinion in one line, with who wrote it. */
function opinionWords({ text }, opinion, currency) {
    const { say, theirs, money, date } = text;
    const { isFeasible, cost, own, manner, reason, sentence, by, at } = opinion;
    const words = isFeasible
        ? [
            say('proposal.feasible'),
            ...(cost === undefined ? [] : [money(cost, currency)]),
            ...(own ? [`${say('proposal.own')} ${money(own, currency)}`] : []),
            ...(manner ? [say(`proposal.mannerOf.${manner}`)] : []),
        ]
        : [say('proposal.notFeasible'), ...(reason ? [say(`proposal.reasonOf.${reason}`)] : [])];
    return html `${words.join(' · ')}${sentence ? html ` · ${theirs(sentence)}` : ''} <span class="age">${theirs(by)} · ${whole(date(at))}</span>`;
}
/** What became of it, in the order of time. */
function story({ text: { say, theirs, date } }, { at, history }) {
    const steps = history.map((step) => html `<li>${whole(date(step.at))} ${say(`proposal.stateOf.${step.state}`)} · ${theirs(step.by)}</li>`);
    return html `<h2>${say('proposal.story')}</h2><ol class="items"><li>${whole(date(at))} ${say('proposal.came')}</li>${steps}</ol>`;
}
function examination(visit, proposal, around, given, mistakes) {
    const { text, may } = visit;
    const { say } = text;
    const { opinion } = proposal;
    const isGiven = opinion?.given !== undefined;
    const mayBack = isGiven && may('giveOpinions') && !around.isFrozen;
    return html `<section aria-labelledby="examine"><h2 id="examine">${say('proposal.examine')}</h2>
${opinion && (!may('draftOpinion') || around.isStale) ? html `<p${around.isStale ? html ` class="notice"` : ''}>${around.isStale ? html `${say('proposal.theirs')} ` : ''}${opinionWords(visit, opinion, around.currency)}</p>` : ''}
${isGiven ? html `<p>${say('proposal.given')} · ${text.theirs(opinion.given?.by ?? '')}</p>` : may('draftOpinion') ? opinionForm(visit, proposal, around, given, mistakes) : ''}
${!opinion && !may('draftOpinion') ? html `<p>${say('proposal.noOpinion')}</p>` : ''}
${mayBack ? reasonForm(visit, proposal, around, 'back', given, mistakes) : ''}</section>`;
}
function opinionForm(visit, proposal, { inList }, given, mistakes) {
    const { text, own } = visit;
    const { say } = text;
    const { number, opinion, isWhole } = proposal;
    const shown = given.opinion ?? typedFrom(opinion);
    const radio = (value, id) => html `<label class="choice"><input type="radio" name="feasible" id="${id}" value="${value}"${shown.feasible === value ? html ` checked` : ''}> <span>${say(value === 'yes' ? 'proposal.feasible' : 'proposal.notFeasible')}</span></label>`;
    const none = { value: '', label: say('proposal.choose') };
    const manners = [none, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
    const reasons = [none, ...REASONS.map((value) => ({ value, label: say(`proposal.reasonOf.${value}`) }))];
    const sum = (name, hint) => field({
        ...{ name, label: say(`proposal.${name}`), hint, value: shown[name], mistake: mistakes[name] },
        attributes: html ` inputmode="numeric" class="short"`,
    });
    return html `<form method="post" action="${address(`${own}/proposals/${number}/opinion`, inList)}">
<input type="hidden" name="seen" value="${opinion ? opinion.at.getTime() : ''}">
<fieldset${mistakes.feasible ? html ` aria-describedby="feasible-mistake"` : ''}><legend>${say('proposal.canIt')}</legend>
${mistakes.feasible ? html `<p class="mistake" id="feasible-mistake">${mistakes.feasible}</p>` : ''}${radio('yes', 'feasible')}${radio('no', 'feasible-no')}</fieldset>
<fieldset class="row"><legend>${say('proposal.ifFeasible')}</legend>${sum('cost')}${sum('own')}${choice({ name: 'manner', label: say('proposal.manner'), value: shown.manner, values: manners })}</fieldset>
<fieldset><legend>${say('proposal.ifNot')}</legend>${choice({ name: 'reason', label: say('proposal.reason'), value: shown.reason, values: reasons, mistake: mistakes.reason })}
${field({ name: 'sentence', label: say('proposal.sentence'), hint: say('proposal.sentenceHint', { most: LONGEST_REASON }), value: shown.sentence, mistake: mistakes.sentence, attributes: html ` maxlength="${LONGEST_REASON}"` })}</fieldset>
${opinion ? html `<p class="hint">${say(isWhole ? 'proposal.isWhole' : 'proposal.notWhole')}</p>` : ''}
<button>${say('proposal.saveDraft')}</button></form>`;
}
/** A draft as its form shows it. */
export function typedFrom(opinion) {
    const { isFeasible, cost, own, manner = '', reason = '', sentence = '' } = opinion ?? {};
    return {
        feasible: isFeasible === undefined ? '' : isFeasible ? 'yes' : 'no',
        cost: cost === undefined ? '' : String(cost),
        own: own === undefined ? '' : String(own),
        ...{ manner, reason, sentence },
    };
}
function mergeForm({ text: { say }, own }, { number }, { inList }, given, mistakes) {
    const path = address(`${own}/proposals/${number}/merge`, inList);
    return html `<section aria-labelledby="merge"><h2 id="merge">${say('proposal.merge')}</h2><p class="hint">${say('proposal.mergeAbout')}</p>
<form method="post" action="${path}">${field({ name: 'into', label: say('proposal.into'), value: given.into, mistake: mistakes.into, attributes: html ` inputmode="numeric" class="short"` })}
<button class="quiet">${say('proposal.mergeInto')}</button></form>
<details${given.newText || mistakes.newText || mistakes.others ? html ` open` : ''}><summary>${say('proposal.mergeNew')}</summary><form method="post" action="${path}">
${field({ name: 'others', label: say('proposal.others'), hint: say('proposal.othersHint'), value: given.others, mistake: mistakes.others })}
${field({ name: 'newText', label: say('proposal.newText'), value: given.newText, mistake: mistakes.newText, isLong: true, attributes: html ` maxlength="300"` })}
<button class="quiet">${say('proposal.mergeNew')}</button></form></details></section>`;
}
/** A form that undoes something with a reason: takes a merged one apart, a given opinion back, the proposal off the public list, or puts it there. */
function reasonForm({ text: { say }, own }, { number }, { inList }, what, given, mistakes) {
    return html `<form method="post" action="${address(`${own}/proposals/${number}/${what}`, inList)}">
${field({ name: what, label: say(`proposal.${what}Why`), hint: say(`proposal.toldOf.${what}`, { most: LONGEST_REASON }), value: given[what], mistake: mistakes[what], attributes: html ` maxlength="${LONGEST_REASON}"` })}
<button class="quiet">${say(`proposal.${what}`)}</button></form>`;
}
/** The title of a proposal's page, with its state, and the link that leads on. */
export function heading(visit, proposal, back, { inList, next }) {
    const { text, own } = visit;
    const { say } = text;
    const further = next === undefined
        ? ''
        : html `<a class="more" href="${address(`${own}/proposals/${next}`, inList)}" rel="next" data-key="n" accesskey="n">${say('proposal.next')}</a>`;
    return html `<div class="acts"><a href="${back}">${say('back')}</a> ${further}</div>
<h1>${say('proposal.title', { number: proposal.number })} <small>${stateOf(visit, proposal)}</small></h1>`;
}
/** Each category has one of these keys; `n` leads to the next proposal. */
const KEYS = [...'1234567890abcdefghijklmopqrstuvwxyz'];
/** The categories as buttons, each with its key. What is suggested is marked, and set by nobody but the reader. */
function sortForm({ text, own, community }, { number, category }, { inList, isSorting, suggested }) {
    const { say, theirs } = text;
    const categories = community.categories ?? [];
    if (categories.length === 0)
        return html `<p>${say('proposal.noCategories')}</p>`;
    const focused = isSorting ? (suggested?.category ?? categories[0]?.name) : undefined;
    const buttons = categories.map(({ name }, index) => {
        const key = KEYS[index] ?? '';
        const marks = html `${name === focused ? html ` autofocus` : ''}${name === category ? html ` aria-current="true"` : ''}`;
        const look = name === suggested?.category || name === category ? '' : 'quiet';
        return html `<button class="${look}" name="category" value="${name}" data-key="${key}" accesskey="${key}"${marks}><kbd>${key}</kbd> ${theirs(name)}</button>`;
    });
    const none = category === undefined ? '' : html `<button class="quiet" name="category" value="">${say('proposal.outOf')}</button>`;
    return html `<form method="post" action="${address(`${own}/proposals/${number}/sort`, inList)}" class="sorting" data-keys aria-labelledby="sort" aria-describedby="words">
<h2 id="sort">${say('proposal.category')}</h2><input type="hidden" name="was" value="${category ?? ''}">
${suggested ? html `<p>${say('proposal.suggested')} ${theirs(suggested.category)} <span class="age">${because(suggested)}</span></p>` : ''}
<div class="acts">${buttons}${none}</div><p class="hint">${say('proposal.keys')}</p></form>`;
    function because({ words, like }) {
        const numbers = like.map((other) => other.number).join('、');
        return html `${theirs(words.join('、'))}${like.length > 0 ? html ` ${say('proposal.likeThese', { numbers })}` : ''}`;
    }
}

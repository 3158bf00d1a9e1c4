import { CHANNELS } from '../../../contacts/channel.ts';
import {
  type CategorySuggested,
  isOpenState,
  LONGEST_SENTENCE,
  MANNERS,
  type NearProposal,
  REASONS,
  type StaffProposal,
} from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { choice, field, type Mistakes } from '../frame.ts';
import { address, type Values } from '../query.ts';
import { ageOf } from '../today.ts';
import type { CommunityVisit } from '../visits.ts';
import { shortened, stateOf } from './list.ts';
import { nearList } from './nearList.ts';

/** Characters of a refusal's sentence, and of a reason that goes out as a message. */
export const LONGEST_REASON = LONGEST_SENTENCE;

/** What was typed into the forms of a proposal. */
export interface Typed {
  readonly into: string;
  readonly others: string;
  readonly newText: string;
  readonly apart: string;
  readonly back: string;
  readonly hide: string;
  readonly release: string;
  /** Undefined: the opinion form was not sent. */
  readonly opinion?: TypedOpinion;
}

export interface TypedOpinion {
  readonly feasible: string;
  readonly cost: string;
  readonly own: string;
  readonly manner: string;
  readonly reason: string;
  readonly sentence: string;
}

export const NOTHING: Typed = { into: '', others: '', newText: '', apart: '', back: '', hide: '', release: '' };

/** What is shown of a proposal besides itself. */
export interface Around {
  /** What the address keeps of the list. */
  readonly inList: Values;
  readonly parts: readonly StaffProposal[];
  /** Undefined: there is no other in the list. */
  readonly next: number | undefined;
  /** The proposals that look most like it, the likest first. */
  readonly near: readonly NearProposal[];
  readonly suggested: CategorySuggested | undefined;
  readonly cycle: string;
  readonly currency: string;
  readonly isFrozen: boolean;
  /** Where the button that is most likely wanted has the focus. */
  readonly isSorting: boolean;
  /** Somebody else wrote the draft that is shown, after the form was opened. */
  readonly isStale: boolean;
}

/** One proposal: what it says and what became of it, and what can be done with it now. */
export function onePage(visit: CommunityVisit, proposal: StaffProposal, around: Around, given: Typed, mistakes: Mistakes): Markup {
  const {
    may,
    text: { say },
  } = visit;
  const { state, opinion, mergedInto, hidden } = proposal;
  const isOpen = isOpenState(state) && !hidden;
  const mayMerge = may('mergeProposals') && !around.isFrozen;
  const mayHide = may('hideProposal') && proposal.isPublic && !hidden;
  const mayRelease = may('releaseProposal') && !proposal.isPublic && mergedInto === undefined;
  return html`<div class="sides"><div>
${about(visit, proposal, around)}
${may('sortProposals') && isOpen && !proposal.isSpoken ? sortForm(visit, proposal, around) : ''}
${isOpen ? nearList(visit, proposal, around.cycle, around.near, { inList: around.inList, mayMerge: mayMerge && proposal.isPublic, maySort: may('sortProposals') }) : ''}
${story(visit, proposal)}
</div><div>
${isOpen || opinion ? examination(visit, proposal, around, given, mistakes) : ''}
${mayMerge && isOpen && proposal.isPublic ? mergeForm(visit, proposal, around, given, mistakes) : ''}
${mayMerge && mergedInto !== undefined ? reasonForm(visit, proposal, around, 'apart', given, mistakes) : ''}
${mayRelease ? html`<section aria-labelledby="releasing"><h2 id="releasing">${say('proposal.releasing')}</h2>${reasonForm(visit, proposal, around, 'release', given, mistakes)}</section>` : ''}
${mayHide ? html`<details${mistakes.hide ? html` open` : ''}><summary>${say('proposal.hiding')}</summary>${reasonForm(visit, proposal, around, 'hide', given, mistakes)}</details>` : ''}
</div></div>`;
}

function about(visit: CommunityVisit, proposal: StaffProposal, { inList, parts, currency }: Around): Markup {
  const { text, own, now, sees } = visit;
  const { say, theirs, date } = text;
  const { at, origin, writtenBy, whose, address: phone, channel, supports, category, mergedInto, opinion, hidden } = proposal;
  const link = (number: number) => html`<a href="${address(`${own}/proposals/${number}`, inList)}">${number}</a>`;
  const lines: [string, Markup | string | number][] = [
    ['origin', say(`proposal.originOf.${origin}`)],
    ...(whose ? [['whose', theirs(whose)] satisfies [string, Markup]] : []),
    ...(sees('proposalPhones') && phone && (!channel || CHANNELS[channel].isPhone) ? [['phone', text.phone(phone)] satisfies [string, string]] : []),
    ...(writtenBy ? [['writtenBy', theirs(writtenBy)] satisfies [string, Markup]] : []),
    ['at', html`${whole(date(at))} · ${ageOf(say, at, now)}`],
    ['supports', supports],
    ['category', category ? theirs(category) : say('proposal.none')],
    ...(mergedInto !== undefined ? [['mergedInto', link(mergedInto)] satisfies [string, Markup]] : []),
    ...(opinion?.given ? [['opinion', opinionWords(visit, opinion, currency)] satisfies [string, Markup]] : []),
    ...(hidden ? [['hiddenWhy', html`${theirs(hidden.reason)} · ${theirs(hidden.by)}`] satisfies [string, Markup]] : []),
  ];
  const own_ = parts.map((part) => html`<li>${link(part.number)} ${theirs(shortened(part.text))}</li>`);
  return html`<p class="said" id="words">${proposal.isSpoken ? say('proposal.spoken') : theirs(proposal.text)}</p>
<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`proposal.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${own_.length > 0 ? html`<h2>${say('proposal.parts')}</h2><ul class="items">${own_}</ul>` : ''}`;
}

/** An opinion in one line, with who wrote it. */
function opinionWords({ text }: CommunityVisit, opinion: NonNullable<StaffProposal['opinion']>, currency: string): Markup {
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
  return html`${words.join(' · ')}${sentence ? html` · ${theirs(sentence)}` : ''} <span class="age">${theirs(by)} · ${whole(date(at))}</span>`;
}

/** What became of it, in the order of time. */
function story({ text: { say, theirs, date } }: CommunityVisit, { at, history }: StaffProposal): Markup {
  const steps = history.map((step) => html`<li>${whole(date(step.at))} ${say(`proposal.stateOf.${step.state}`)} · ${theirs(step.by)}</li>`);
  return html`<h2>${say('proposal.story')}</h2><ol class="items"><li>${whole(date(at))} ${say('proposal.came')}</li>${steps}</ol>`;
}

function examination(visit: CommunityVisit, proposal: StaffProposal, around: Around, given: Typed, mistakes: Mistakes): Markup {
  const { text, may } = visit;
  const { say } = text;
  const { opinion } = proposal;
  const isGiven = opinion?.given !== undefined;
  const mayBack = isGiven && may('giveOpinions') && !around.isFrozen;
  return html`<section aria-labelledby="examine"><h2 id="examine">${say('proposal.examine')}</h2>
${opinion && (!may('draftOpinion') || around.isStale) ? html`<p${around.isStale ? html` class="notice"` : ''}>${around.isStale ? html`${say('proposal.theirs')} ` : ''}${opinionWords(visit, opinion, around.currency)}</p>` : ''}
${isGiven ? html`<p>${say('proposal.given')} · ${text.theirs(opinion.given?.by ?? '')}</p>` : may('draftOpinion') ? opinionForm(visit, proposal, around, given, mistakes) : ''}
${!opinion && !may('draftOpinion') ? html`<p>${say('proposal.noOpinion')}</p>` : ''}
${mayBack ? reasonForm(visit, proposal, around, 'back', given, mistakes) : ''}</section>`;
}

function opinionForm(visit: CommunityVisit, proposal: StaffProposal, { inList }: Around, given: Typed, mistakes: Mistakes): Markup {
  const { text, own } = visit;
  const { say } = text;
  const { number, opinion, isWhole } = proposal;
  const shown = given.opinion ?? typedFrom(opinion);
  const radio = (value: string, id: string) =>
    html`<label class="choice"><input type="radio" name="feasible" id="${id}" value="${value}"${shown.feasible === value ? html` checked` : ''}> <span>${say(value === 'yes' ? 'proposal.feasible' : 'proposal.notFeasible')}</span></label>`;
  const none = { value: '', label: say('proposal.choose') };
  const manners = [none, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
  const reasons = [none, ...REASONS.map((value) => ({ value, label: say(`proposal.reasonOf.${value}`) }))];
  const sum = (name: 'cost' | 'own', hint?: string) =>
    field({
      ...{ name, label: say(`proposal.${name}`), hint, value: shown[name], mistake: mistakes[name] },
      attributes: html` inputmode="numeric" class="short"`,
    });
  return html`<form method="post" action="${address(`${own}/proposals/${number}/opinion`, inList)}">
<input type="hidden" name="seen" value="${opinion ? opinion.at.getTime() : ''}">
<fieldset${mistakes.feasible ? html` aria-describedby="feasible-mistake"` : ''}><legend>${say('proposal.canIt')}</legend>
${mistakes.feasible ? html`<p class="mistake" id="feasible-mistake">${mistakes.feasible}</p>` : ''}${radio('yes', 'feasible')}${radio('no', 'feasible-no')}</fieldset>
<fieldset class="row"><legend>${say('proposal.ifFeasible')}</legend>${sum('cost')}${sum('own')}${choice({ name: 'manner', label: say('proposal.manner'), value: shown.manner, values: manners })}</fieldset>
<fieldset><legend>${say('proposal.ifNot')}</legend>${choice({ name: 'reason', label: say('proposal.reason'), value: shown.reason, values: reasons, mistake: mistakes.reason })}
${field({ name: 'sentence', label: say('proposal.sentence'), hint: say('proposal.sentenceHint', { most: LONGEST_REASON }), value: shown.sentence, mistake: mistakes.sentence, attributes: html` maxlength="${LONGEST_REASON}"` })}</fieldset>
${opinion ? html`<p class="hint">${say(isWhole ? 'proposal.isWhole' : 'proposal.notWhole')}</p>` : ''}
<button>${say('proposal.saveDraft')}</button></form>`;
}

/** A draft as its form shows it. */
export function typedFrom(opinion: StaffProposal['opinion']): TypedOpinion {
  const { isFeasible, cost, own, manner = '', reason = '', sentence = '' } = opinion ?? {};
  return {
    feasible: isFeasible === undefined ? '' : isFeasible ? 'yes' : 'no',
    cost: cost === undefined ? '' : String(cost),
    own: own === undefined ? '' : String(own),
    ...{ manner, reason, sentence },
  };
}

function mergeForm({ text: { say }, own }: CommunityVisit, { number }: StaffProposal, { inList }: Around, given: Typed, mistakes: Mistakes): Markup {
  const path = address(`${own}/proposals/${number}/merge`, inList);
  return html`<section aria-labelledby="merge"><h2 id="merge">${say('proposal.merge')}</h2><p class="hint">${say('proposal.mergeAbout')}</p>
<form method="post" action="${path}">${field({ name: 'into', label: say('proposal.into'), value: given.into, mistake: mistakes.into, attributes: html` inputmode="numeric" class="short"` })}
<button class="quiet">${say('proposal.mergeInto')}</button></form>
<details${given.newText || mistakes.newText || mistakes.others ? html` open` : ''}><summary>${say('proposal.mergeNew')}</summary><form method="post" action="${path}">
${field({ name: 'others', label: say('proposal.others'), hint: say('proposal.othersHint'), value: given.others, mistake: mistakes.others })}
${field({ name: 'newText', label: say('proposal.newText'), value: given.newText, mistake: mistakes.newText, isLong: true, attributes: html` maxlength="300"` })}
<button class="quiet">${say('proposal.mergeNew')}</button></form></details></section>`;
}

/** A form that undoes something with a reason: takes a merged one apart, a given opinion back, the proposal off the public list, or puts it there. */
function reasonForm(
  { text: { say }, own }: CommunityVisit,
  { number }: StaffProposal,
  { inList }: Around,
  what: 'apart' | 'back' | 'hide' | 'release',
  given: Typed,
  mistakes: Mistakes,
): Markup {
  return html`<form method="post" action="${address(`${own}/proposals/${number}/${what}`, inList)}">
${field({ name: what, label: say(`proposal.${what}Why`), hint: say(`proposal.toldOf.${what}`, { most: LONGEST_REASON }), value: given[what], mistake: mistakes[what], attributes: html` maxlength="${LONGEST_REASON}"` })}
<button class="quiet">${say(`proposal.${what}`)}</button></form>`;
}

/** The title of a proposal's page, with its state, and the link that leads on. */
export function heading(visit: CommunityVisit, proposal: StaffProposal, back: string, { inList, next }: Around): Markup {
  const { text, own } = visit;
  const { say } = text;
  const further =
    next === undefined
      ? ''
      : html`<a class="more" href="${address(`${own}/proposals/${next}`, inList)}" rel="next" data-key="n" accesskey="n">${say('proposal.next')}</a>`;
  return html`<div class="acts"><a href="${back}">${say('back')}</a> ${further}</div>
<h1>${say('proposal.title', { number: proposal.number })} <small>${stateOf(visit, proposal)}</small></h1>`;
}

/** Each category has one of these keys; `n` leads to the next proposal. */
const KEYS = [...'1234567890abcdefghijklmopqrstuvwxyz'];

interface Sorting {
  readonly inList: Values;
  readonly isSorting: boolean;
  readonly suggested: CategorySuggested | undefined;
}

/** The categories as buttons, each with its key. What is suggested is marked, and set by nobody but the reader. */
function sortForm({ text, own, community }: CommunityVisit, { number, category }: StaffProposal, { inList, isSorting, suggested }: Sorting): Markup {
  const { say, theirs } = text;
  const categories = community.categories ?? [];
  if (categories.length === 0) return html`<p>${say('proposal.noCategories')}</p>`;
  const focused = isSorting ? (suggested?.category ?? categories[0]?.name) : undefined;
  const buttons = categories.map(({ name }, index) => {
    const key = KEYS[index] ?? '';
    const marks = html`${name === focused ? html` autofocus` : ''}${name === category ? html` aria-current="true"` : ''}`;
    const look = name === suggested?.category || name === category ? '' : 'quiet';
    return html`<button class="${look}" name="category" value="${name}" data-key="${key}" accesskey="${key}"${marks}><kbd>${key}</kbd> ${theirs(name)}</button>`;
  });
  const none = category === undefined ? '' : html`<button class="quiet" name="category" value="">${say('proposal.outOf')}</button>`;
  return html`<form method="post" action="${address(`${own}/proposals/${number}/sort`, inList)}" class="sorting" data-keys aria-labelledby="sort" aria-describedby="words">
<h2 id="sort">${say('proposal.category')}</h2><input type="hidden" name="was" value="${category ?? ''}">
${suggested ? html`<p>${say('proposal.suggested')} ${theirs(suggested.category)} <span class="age">${because(suggested)}</span></p>` : ''}
<div class="acts">${buttons}${none}</div><p class="hint">${say('proposal.keys')}</p></form>`;

  function because({ words, like }: CategorySuggested): Markup {
    const numbers = like.map((other) => other.number).join('、');
    return html`${theirs(words.join('、'))}${like.length > 0 ? html` ${say('proposal.likeThese', { numbers })}` : ''}`;
  }
}

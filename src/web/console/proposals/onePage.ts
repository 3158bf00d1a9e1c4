import { CHANNELS } from '../../../contacts/channel.ts';
import type { Act } from '../../../fund/act/index.ts';
import {
  type CategorySuggested,
  draftOpinion,
  hideProposal,
  isOpenState,
  keepApart,
  leaveOffBallot,
  mergeProposals,
  type NearProposal,
  proposalPhones,
  releaseProposal,
  type StaffProposal,
  sortProposal,
  takeApart,
  takeOpinionBack,
} from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { actForm, type FormGiven } from '../actForm.ts';
import type { Tried } from '../frame.ts';
import { address, type Values } from '../query.ts';
import { ageOf } from '../today.ts';
import type { CommunityVisit } from '../visits.ts';
import { shortened, stateOf } from './list.ts';
import { opinionForm, opinionWords, staleWords } from './opinionForm.ts';

/** What is done with one proposal, on its page. */
export const ONE_ACTS: readonly Act[] = [
  sortProposal,
  mergeProposals,
  keepApart,
  takeApart,
  draftOpinion,
  takeOpinionBack,
  hideProposal,
  releaseProposal,
  leaveOffBallot,
];

/** What is shown of a proposal besides itself. */
interface Around {
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
  /** It is the time at which the ballot is decided. */
  readonly isToPublish: boolean;
  /** Where the button that is most likely wanted has the focus. */
  readonly isSorting: boolean;
  /** Somebody else wrote the draft that is shown, after the form was opened. */
  readonly isStale: boolean;
  readonly tried: Tried;
}

/** One proposal: what it says and what became of it, and what can be done with it now. */
export function onePage(visit: CommunityVisit, proposal: StaffProposal, around: Around): Markup {
  const {
    may,
    text: { say },
  } = visit;
  const { state, opinion, mergedInto, hidden } = proposal;
  const isOpen = isOpenState(state) && !hidden;
  const isLeft = may(leaveOffBallot) && !proposal.leftOff && (state === 'notOnBallot' || (state === 'recommended' && around.isToPublish));
  const mayMerge = may(mergeProposals) && !around.isFrozen;
  const maySort = may(sortProposal);
  const form = (act: Act, more?: Partial<FormGiven>) =>
    actForm(visit, act, { at: `/proposals/${proposal.number}`, tried: around.tried, kept: around.inList, isQuiet: true, ...more });
  return html`<div class="sides"><div>
${about(visit, proposal, around)}
${maySort && isOpen && !proposal.isSpoken ? sortForm(visit, proposal, around) : ''}
${isOpen ? nearList(visit, proposal, around.cycle, around.near, { inList: around.inList, mayMerge: mayMerge && proposal.isPublic, maySort }) : ''}
${story(visit, proposal)}
</div><div>
${isLeft ? html`<section aria-labelledby="leaving"><h2 id="leaving">${say('proposal.leaving')}</h2><p class="hint">${say('proposal.leavingHint')}</p>${form(leaveOffBallot, { isQuiet: false })}</section>` : ''}
${isOpen || opinion ? examination(visit, proposal, around, form) : ''}
${mayMerge && isOpen && proposal.isPublic ? mergeForms(visit, around.tried, form) : ''}
${mayMerge && mergedInto !== undefined ? form(takeApart) : ''}
${proposal.isPublic || mergedInto !== undefined ? '' : html`<section aria-labelledby="releasing"><h2 id="releasing">${say('proposal.releasing')}</h2>${form(releaseProposal)}</section>`}
${proposal.isPublic && !hidden ? form(hideProposal, { in: 'fold' }) : ''}
</div></div>`;
}

type Line = [PageKeyIn<'console', 'proposal'>, Markup | string | number];

function about(visit: CommunityVisit, proposal: StaffProposal, { inList, parts, currency }: Around): Markup {
  const { text, own, now, may } = visit;
  const { say, userText, date } = text;
  const {
    at,
    origin,
    writtenBy,
    whose,
    address: phone,
    channel,
    supports,
    category,
    mergedInto,
    opinion,
    hidden,
    council,
    leftOff,
    carriedTo,
    carriedFrom,
  } = proposal;
  const link = (number: number) => html`<a href="${address(`${own}/proposals/${number}`, inList)}">${number}</a>`;
  const lines: Line[] = [
    ['origin', say(`proposal.originOf.${origin}`)],
    ...(whose ? [['whose', userText(whose)] satisfies Line] : []),
    ...(may(proposalPhones) && phone && (!channel || CHANNELS[channel].isPhone) ? [['phone', text.phone(phone)] satisfies Line] : []),
    ...(writtenBy ? [['writtenBy', userText(writtenBy)] satisfies Line] : []),
    ['at', html`${noWrap(date(at))} · ${ageOf(say, at, now)}`],
    ['supports', supports],
    ['category', category ? userText(category) : say('proposal.none')],
    ...(mergedInto !== undefined ? [['mergedInto', link(mergedInto)] satisfies Line] : []),
    ...(opinion?.given ? [['opinion', opinionWords(visit, opinion, currency)] satisfies Line] : []),
    ...(council ? [['council', councilWords(visit, council)] satisfies Line] : []),
    ...(leftOff ? [['leftOff', html`${userText(leftOff.reason)} · ${userText(leftOff.by)}`] satisfies Line] : []),
    ...(carriedTo ? [['carriedTo', carriedTo.number] satisfies Line] : []),
    ...(carriedFrom ? [['carriedFrom', carriedFrom.number] satisfies Line] : []),
    ...(hidden ? [['hiddenWhy', html`${userText(hidden.reason)} · ${userText(hidden.by)}`] satisfies Line] : []),
  ];
  const own_ = parts.map((part) => html`<li>${link(part.number)} ${userText(shortened(part.text))}</li>`);
  return html`<p class="said" id="words">${proposal.isSpoken ? say('proposal.spoken') : userText(proposal.text)}</p>
<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`proposal.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${own_.length > 0 ? html`<h2>${say('proposal.parts')}</h2><ul class="items">${own_}</ul>` : ''}`;
}

function councilWords(
  { text: { say, userText, date } }: CommunityVisit,
  { decision, meeting, reason, at }: NonNullable<StaffProposal['council']>,
): Markup {
  return html`${say(`proposal.decision.${decision}`, { meeting })} · ${noWrap(date(at))}${reason ? html` · ${userText(reason)}` : ''}`;
}

/** What became of it, in the order of time. */
function story({ text: { say, userText, date } }: CommunityVisit, { at, history }: StaffProposal): Markup {
  const steps = history.map((step) => html`<li>${noWrap(date(step.at))} ${say(`proposal.stateOf.${step.state}`)} · ${userText(step.by)}</li>`);
  return html`<h2>${say('proposal.story')}</h2><ol class="items"><li>${noWrap(date(at))} ${say('proposal.came')}</li>${steps}</ol>`;
}

type Form = (act: Act, more?: Partial<FormGiven>) => Markup;

function examination(visit: CommunityVisit, proposal: StaffProposal, around: Around, form: Form): Markup {
  const { text, may } = visit;
  const { say } = text;
  const { opinion } = proposal;
  const isGiven = opinion?.given !== undefined;
  return html`<section aria-labelledby="examine"><h2 id="examine">${say('proposal.examine')}</h2>
${opinion && (!may(draftOpinion) || around.isStale) ? html`<p${around.isStale ? html` class="notice"` : ''}>${around.isStale ? html`${staleWords(visit, opinion)} ` : ''}${opinionWords(visit, opinion, around.currency)}</p>` : ''}
${isGiven ? html`<p>${say('proposal.given')} · ${text.userText(opinion.given?.by ?? '')}</p>` : may(draftOpinion) ? opinionForm(visit, proposal, around.inList, around.tried) : ''}
${!opinion && !may(draftOpinion) ? html`<p>${say('proposal.noOpinion')}</p>` : ''}
${isGiven && !around.isFrozen ? form(takeOpinionBack) : ''}</section>`;
}

interface Merging {
  readonly inList: Values;
  readonly mayMerge: boolean;
  readonly maySort: boolean;
}

/** The proposals that look most like one, with what both say marked: to merge it into one of them, or to note that they are not the same. */
function nearList(visit: CommunityVisit, { number }: StaffProposal, cycle: string, near: readonly NearProposal[], around: Merging): Markup {
  const { text, own } = visit;
  const { say } = text;
  if (near.length === 0) return html``;
  const { inList, mayMerge, maySort } = around;
  const button = (path: string, name: string, value: number, label: string, what = label) =>
    html`<form method="post" action="${address(`${own}/proposals/${number}/${path}`, inList)}"><button class="quiet" name="${name}" value="${value}" aria-label="${what}">${label}</button></form>`;
  const items = near.map((other) => {
    const isHere = other.cycle === cycle;
    const isOpen = isOpenState(other.state);
    const name = isHere
      ? html`<a href="${address(`${own}/proposals/${other.number}`, inList)}">${other.number}</a>`
      : html`${say('proposal.earlier')} ${other.number}`;
    const place = other.samePlace === undefined ? '' : say(other.samePlace ? 'proposal.samePlace' : 'proposal.otherPlace');
    const about = [place, say(`proposal.stateOf.${other.state}`)].filter((part) => part !== '').join(' · ');
    const params = { number: other.number };
    const acts = [
      ...(isHere && isOpen && mayMerge ? [button('merge', 'into', other.number, say('proposal.mergeIntoThis', { own: number, ...params }))] : []),
      ...(maySort
        ? [button('distinct', isHere ? 'other' : 'earlier', other.number, say('proposal.notSame'), say('proposal.notSameAs', params))]
        : []),
    ];
    return html`<li><div>${name} ${marked(visit, other)} <span class="age">${about}</span>${acts.length > 0 ? html`<div class="acts">${acts}</div>` : ''}</div></li>
`;
  });
  return html`<section aria-labelledby="near"><h2 id="near">${say('proposal.near')}</h2><ul class="near">${items}</ul></section>`;
}

function marked({ text: { userText } }: CommunityVisit, { text, marks }: NearProposal): Markup {
  const parts: Markup[] = [];
  let end = 0;
  for (const { from, to } of marks) {
    if (from > end) parts.push(userText(text.slice(end, from)));
    parts.push(html`<mark>${userText(text.slice(from, to))}</mark>`);
    end = to;
  }
  if (end < text.length) parts.push(userText(text.slice(end)));
  return html`${parts}`;
}

/** Two forms of one act: into a proposal that there is, or with others into a new one. */
function mergeForms({ text: { say } }: CommunityVisit, tried: Tried, form: Form): Markup {
  const left = { isLeftOut: true } as const;
  const isNew = tried.act === mergeProposals && !tried.typed?.into;
  return html`<section aria-labelledby="merge"><h2 id="merge">${say('proposal.merge')}</h2><p class="hint">${say('proposal.mergeAbout')}</p>
${form(mergeProposals, { fields: { others: left, newText: left } })}
<details${isNew ? html` open` : ''}><summary>${say('proposal.mergeNew')}</summary>${form(mergeProposals, { fields: { into: left }, button: say('proposal.mergeNew') })}</details></section>`;
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
  const { say, userText } = text;
  const categories = community.categories ?? [];
  if (categories.length === 0) return html`<p>${say('proposal.noCategories')}</p>`;
  const focused = isSorting ? (suggested?.category ?? categories[0]?.name) : undefined;
  const buttons = categories.map(({ name }, index) => {
    const key = KEYS[index] ?? '';
    const marks = html`${name === focused ? html` autofocus` : ''}${name === category ? html` aria-current="true"` : ''}`;
    const look = name === suggested?.category || name === category ? '' : 'quiet';
    return html`<button class="${look}" name="category" value="${name}" data-key="${key}" accesskey="${key}"${marks}><kbd>${key}</kbd> ${userText(name)}</button>`;
  });
  const none = category === undefined ? '' : html`<button class="quiet" name="category" value="">${say('proposal.outOf')}</button>`;
  return html`<form method="post" action="${address(`${own}/proposals/${number}/sort`, inList)}" class="sorting" data-keys aria-labelledby="sort" aria-describedby="words">
<h2 id="sort">${say('proposal.category')}</h2><input type="hidden" name="was" value="${category ?? ''}">
${suggested ? html`<p>${say('proposal.suggested')} ${userText(suggested.category)} <span class="age">${because(suggested)}</span></p>` : ''}
<div class="acts">${buttons}${none}</div><p class="hint" data-keys-hint hidden>${say('proposal.keys')}</p></form>`;

  function because({ words, like }: CategorySuggested): Markup {
    const numbers = like.map((other) => other.number).join('、');
    return html`${userText(words.join('、'))}${like.length > 0 ? html` ${say('proposal.likeThese', { numbers })}` : ''}`;
  }
}

import type { CategorySuggested, StaffProposal } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { address, type Values } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Each category has one of these keys; `n` leads to the next proposal. */
const KEYS = [...'1234567890abcdefghijklmopqrstuvwxyz'];

interface Around {
  readonly inList: Values;
  readonly isSorting: boolean;
  readonly suggested: CategorySuggested | undefined;
}

/** The categories as buttons, each with its key. What is suggested is marked, and set by nobody but the reader. */
export function sortForm(
  { text, own, community }: CommunityVisit,
  { number, category }: StaffProposal,
  { inList, isSorting, suggested }: Around,
): Markup {
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

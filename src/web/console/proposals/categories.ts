import type { StaffProposal } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { address, type Values } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Each category has one of these keys; `n` leads to the next proposal. */
const KEYS = [...'1234567890abcdefghijklmopqrstuvwxyz'];

/** The categories as buttons, each with its key. What is suggested is marked, and set by nobody but the reader. */
export function sortForm(
  { text, own, community }: CommunityVisit,
  { number, text: words, category }: StaffProposal,
  { inList, isSorting }: { readonly inList: Values; readonly isSorting: boolean },
): Markup {
  const { say, theirs } = text;
  const categories = community.categories ?? [];
  if (categories.length === 0) return html`<p>${say('proposal.noCategories')}</p>`;
  const suggested = category === undefined ? suggestion(categories, words) : undefined;
  const focused = isSorting ? (suggested?.name ?? categories[0]?.name) : undefined;
  const buttons = categories.map(({ name }, index) => {
    const key = KEYS[index] ?? '';
    const marks = html`${name === focused ? html` autofocus` : ''}${name === category ? html` aria-current="true"` : ''}`;
    const look = name === suggested?.name || name === category ? '' : 'quiet';
    return html`<button class="${look}" name="category" value="${name}" data-key="${key}" accesskey="${key}"${marks}><kbd>${key}</kbd> ${theirs(name)}</button>`;
  });
  const none = category === undefined ? '' : html`<button class="quiet" name="category" value="">${say('proposal.outOf')}</button>`;
  return html`<form method="post" action="${address(`${own}/proposals/${number}/sort`, inList)}" class="sorting" data-keys aria-labelledby="sort" aria-describedby="words">
<h2 id="sort">${say('proposal.category')}</h2><input type="hidden" name="was" value="${category ?? ''}">
${suggested ? html`<p>${say('proposal.suggested')} ${theirs(suggested.name)} <span class="age">${theirs(suggested.words.join('、'))}</span></p>` : ''}
<div class="acts">${buttons}${none}</div><p class="hint">${say('proposal.keys')}</p></form>`;
}

/** The category most of whose words stand in a text; the first of several. Undefined if none has one there. */
function suggestion(
  categories: readonly { readonly name: string; readonly words: readonly string[] }[],
  text: string,
): { readonly name: string; readonly words: readonly string[] } | undefined {
  const lower = text.toLowerCase();
  const found = categories.map(({ name, words }) => ({ name, words: words.filter((word) => lower.includes(word.toLowerCase())) }));
  const best = found.toSorted((one, other) => other.words.length - one.words.length)[0];
  return best && best.words.length > 0 ? best : undefined;
}

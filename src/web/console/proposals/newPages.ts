import { bareWords, enterProposal, enterProposals, LONGEST_PROPOSAL, MOST_LINES, WRITTEN } from '../../../fund/proposals/index.ts';
import { cleanText } from '../../../store/text.ts';
import { html, type Markup } from '../../html.ts';
import { actForm, idOf, typedInto } from '../actForm.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes, type Tried } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Characters of everything that is pasted; what is longer is refused whole, and sent back whole. */
const LONGEST_PASTE = MOST_LINES * (LONGEST_PROPOSAL + 1);
const LONGEST_SENT = 1_000_000;

/**
 * So like a line a proposal, or a line before, has to be to be shown. 1: the same words. Of the texts of the tests' first two sets that have a mate 67 % are
 * shown one, and one in six that are shown is none; half of that likeness would find 89 %, and be wrong more than once in four times.
 */
export const LIKE = 0.38;

/** What was typed into the form of many. */
export interface Pasted {
  /** The form's own key: what it says is written once. */
  readonly key: string;
  readonly lines: string;
  readonly origin: string;
  readonly category: string;
}

/** A line that was pasted, with its place from 1. */
export interface Line {
  readonly place: number;
  readonly text: string;
  readonly isTooLong: boolean;
  /** Another line, or a proposal, that says the same. */
  readonly sameLine?: number | undefined;
  readonly sameNumber?: number | undefined;
  /** A line before, and a proposal, that looks like it. */
  readonly likeLine?: number | undefined;
  readonly likeNumber?: number | undefined;
}

export function pastedIn({ request }: CommunityVisit): Pasted {
  const { key = '', origin = '', category = '' } = typedInto(request, enterProposals);
  return { key, lines: typed(request, 'lines', LONGEST_SENT), origin, category };
}

/** Whether a paste is longer than all lines together may be. */
export function isTooMuch({ lines }: Pasted): boolean {
  return [...lines].length > LONGEST_PASTE;
}

/** The lines of a paste without the empty ones, and how many these are. `known`: the texts of the cycle's proposals. */
export function linesOf(pasted: string, known: ReadonlyMap<number, string>): { readonly lines: readonly Line[]; readonly empty: number } {
  const all = pasted.split('\n').map(cleanText);
  const numbers = new Map([...known].map(([number, text]) => [bareWords(text), number]));
  const first = new Map<string, number>();
  const lines = all.flatMap((text, index): Line[] => {
    if (text === '') return [];
    const place = index + 1;
    const sameLine = first.get(bareWords(text));
    if (sameLine === undefined) first.set(bareWords(text), place);
    return [{ place, text, isTooLong: [...text].length > LONGEST_PROPOSAL, sameLine, sameNumber: numbers.get(bareWords(text)) }];
  });
  return { lines, empty: all.length - lines.length };
}

/** The forms for one proposal and for many. */
export function newPage(visit: CommunityVisit, given: Pasted, tried: Tried, done: string | undefined): Markup[] {
  const { text, own } = visit;
  const { say } = text;
  const isSame = tried.mistakes?.[idOf(enterProposal, 'again')] !== undefined;
  const fields = {
    ...{ origin: { values: originsIn(visit) }, category: { values: categoriesIn(visit) } },
    ...(!isSame && { again: { isLeftOut: true as const } }),
  };
  return [
    doneNotice(done),
    errorSummary(text, tried.mistakes ?? {}),
    html`<p><a href="${own}/proposals">${say('back')}</a></p><h1>${say('proposal.new')}</h1>
<div class="sides"><section aria-labelledby="one"><h2 id="one">${say('proposal.one')}</h2>${actForm(visit, enterProposal, { at: '/proposals', tried, fields })}</section>
<section aria-labelledby="many"><h2 id="many">${say('proposal.many')}</h2><form method="post" action="${own}/proposals/check"><input type="hidden" name="key" value="${given.key}">${pasteFields(visit, given, {})}
<button>${say('proposal.look')}</button></form></section></div>`,
  ];
}

/** What would be written down of a paste. */
export function checkPage(visit: CommunityVisit, given: Pasted, found: ReturnType<typeof linesOf>, mistakes: Mistakes): Markup[] {
  const { text, own } = visit;
  const { say, userText } = text;
  const { lines, empty } = found;
  const isRight = Object.keys(mistakes).length === 0;
  const rows = lines.slice(0, MOST_LINES).map(
    ({
      place,
      text: words,
      isTooLong,
      sameLine,
      likeLine,
      sameNumber,
      likeNumber,
    }) => html`<tr><td>${place}</td><td class="block">${userText(words)}</td><td class="block">${
      isTooLong ? html`<span class="mistake">${say('proposal.tooLong', { most: LONGEST_PROPOSAL })}</span>` : ''
    }${sameLine ? say('proposal.sameLine', { line: sameLine }) : ''}${likeLine ? say('proposal.likeLine', { line: likeLine }) : ''} ${
      sameNumber ? html`<a href="${own}/proposals/${sameNumber}">${say('proposal.sameNumber', { number: sameNumber })}</a>` : ''
    }${likeNumber ? html`<a href="${own}/proposals/${likeNumber}">${say('proposal.likeNumber', { number: likeNumber })}</a>` : ''}</td></tr>
`,
  );
  return [
    errorSummary(text, mistakes),
    html`<p><a href="${own}/proposals/new">${say('back')}</a></p><h1>${say('proposal.checkTitle')} <small>${say('list.count', { count: lines.length })}</small></h1>
${empty > 0 ? html`<p>${say('proposal.emptyLines', { count: empty })}</p>` : ''}
<table class="list"><thead><tr>${(['line', 'text', 'noticed'] as const).map((head) => html`<th scope="col">${say(`proposal.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>
<form method="post" action="${own}/proposals/check"><input type="hidden" name="key" value="${given.key}">
${isRight ? html`<p><button formaction="${own}/proposals/enterMany">${visit.actWords('proposal.enterMany.button', { count: lines.length })}</button></p>` : ''}
<h2>${say('proposal.change')}</h2>${pasteFields(visit, given, mistakes)}<button class="quiet">${say('proposal.look')}</button></form>`,
  ];
}

/** What is wrong with a paste. */
export function pasteMistakes(visit: CommunityVisit, given: Pasted, lines: readonly Line[]): Mistakes {
  const { say } = visit.text;
  const wrong = [
    ...(isTooMuch(given) ? [say('proposal.tooMuch', { most: LONGEST_PASTE })] : lines.length === 0 ? [say('proposal.noLines')] : []),
    ...(lines.length > MOST_LINES ? [say('proposal.manyLines', { most: MOST_LINES })] : []),
    ...(lines.some(({ isTooLong }) => isTooLong) ? [say('proposal.someTooLong', { most: LONGEST_PROPOSAL })] : []),
  ];
  const hasOrigin = originsIn(visit).some(({ value }) => value !== '' && value === given.origin);
  const noOrigin = visit.actWords('wrong.choose', { label: visit.actWords('proposal.enterMany.field.origin') });
  return { ...(wrong[0] !== undefined && { lines: wrong.join(' ') }), ...(!hasOrigin && { 'many-origin': noOrigin }) };
}

function pasteFields(visit: CommunityVisit, given: Pasted, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  const one = (name: 'origin' | 'category', values: ReturnType<typeof originsIn>) => {
    const id = `many-${name}`;
    const label = visit.actWords(`proposal.enterMany.field.${name}`);
    return values.length > 0 ? choice({ name, id, label, value: given[name], values, mistake: mistakes[id] }) : '';
  };
  return html`${field({ name: 'lines', label: say('proposal.lines'), hint: say('proposal.linesHint', { most: MOST_LINES }), value: given.lines, mistake: mistakes.lines, isLong: true })}${one('origin', originsIn(visit))}${one('category', categoriesIn(visit))}`;
}

function originsIn({ text: { say } }: CommunityVisit) {
  return [{ value: '', label: say('proposal.choose') }, ...WRITTEN.map((value) => ({ value, label: say(`proposal.originOf.${value}`) }))];
}

/** None if the community has none. */
function categoriesIn({ text: { say }, community: { categories = [] } }: CommunityVisit) {
  return categories.length === 0
    ? []
    : [{ value: '', label: say('proposal.choose') }, ...categories.map(({ name }) => ({ value: name, label: name }))];
}

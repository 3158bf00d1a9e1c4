import type { Request } from 'express';
import { isOpenState, LONGEST_REASON, MANNERS, REASONS, type StaffProposal } from '../../../fund/proposals/index.ts';
import type { PageKey } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { choice, type Mistakes, mistakeAt } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { textOf } from './list.ts';
import { opinionWords, staleWords, typedFrom } from './opinionForm.ts';

/** What was typed, by the field's name: `cost-3`. */
type Typed = Readonly<Record<string, string>>;

const FIELDS = ['cost', 'own', 'manner', 'reason', 'sentence'] as const;
/** Wide enough that a sentence that is too long is told, not cut. */
const MAX_SENTENCE_CHARS = 600;

interface Filled {
  readonly wrote: Typed;
  readonly mistakes: Mistakes;
  readonly currency: string;
  /** Somebody else wrote drafts after the table was opened: theirs stand beside what was typed. */
  readonly isStale: boolean;
}

/** Proposals that wait for an opinion, a row each: a sum says that one can be done, a reason that it cannot. */
export function opinionTable(visit: CommunityVisit, proposals: readonly StaffProposal[], filled: Filled): Markup {
  const { say } = visit.text;
  const manners = [{ value: '', label: say('proposal.choose') }, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
  const heads = (['table.what', 'cost', 'own', 'table.manner', 'table.reason', 'sentence'] as const).map(
    (name) => html`<th scope="col">${say(`proposal.${name}`)}</th>`,
  );
  const usual = choice({ name: 'manner', label: say('proposal.table.usual'), value: filled.wrote.manner, values: manners });
  return html`<p class="hint">${say('proposal.table.hint', { most: LONGEST_REASON })}</p>
${usual}<table class="list opinions"><thead><tr>${heads}</tr></thead><tbody>${proposals.map((each) => rowOf(visit, each, filled))}</tbody></table>`;
}

function rowOf(visit: CommunityVisit, proposal: StaffProposal, { wrote, mistakes, currency, isStale }: Filled): Markup {
  const { text, own } = visit;
  const { say } = text;
  const { number, opinion, supports, category, isPublic, state } = proposal;
  const kept = typedFrom(opinion);
  const named = say('meetings.proposal', { number });
  const value = (name: (typeof FIELDS)[number]) => wrote[`${name}-${number}`] ?? kept[name] ?? '';
  const about = [
    ...(category ? [text.userText(category)] : []),
    ...(supports > 0 ? [say('proposal.table.supports', { count: supports })] : []),
    ...(isPublic ? [] : [say('proposal.notPublic')]),
  ].map((each, index) => html`${index > 0 ? ' · ' : ''}${each}`);
  const isOther = isStale && wrote[`seen-${number}`] !== String(opinion?.at.getTime() ?? 0);
  const theirs = isOther && opinion ? html`<p class="notice">${staleWords(visit, opinion)} ${opinionWords(visit, opinion, currency)}</p>` : '';
  const what = html`<td class="block"><b class="no">${number}</b> <a href="${own}/proposals/${number}">${textOf(visit, proposal)}</a> <small>${about}</small>${theirs}</td>`;
  if (!isOpenState(state) || opinion?.given) {
    const mine = FIELDS.flatMap((name) => wrote[`${name}-${number}`] || []).join(' · ');
    return html`<tr>${what}<td class="block" colspan="5">${say(`proposal.stateOf.${state}`)}${mine ? html` · ${say('proposal.table.yours')} ${text.userText(mine)}` : ''}</td></tr>`;
  }
  return html`<tr>${what}${cell('cost', input('cost', html` class="sum" inputmode="numeric" autocomplete="off"`))}${cell('own', input('own', html` class="sum" inputmode="numeric" autocomplete="off"`))}
${cell(
  'manner',
  select('manner', MANNERS, (value) => `proposal.mannerOf.${value}`),
)}${cell(
  'reason',
  select('reason', REASONS, (value) => `proposal.reasonOf.${value}`),
)}${cell('sentence', input('sentence', html` class="why" autocomplete="off" data-longest="${LONGEST_REASON}"`), true)}
</tr>
`;

  function cell(name: (typeof FIELDS)[number], control: Markup, isBlock = false): Markup {
    const seen = name === 'cost' ? html`<input type="hidden" name="seen-${number}" value="${opinion?.at.getTime() ?? 0}">` : '';
    return html`<td${isBlock ? html` class="block"` : ''}>${seen}<span class="named">${label(name)} </span>${control}</td>`;
  }

  function label(name: (typeof FIELDS)[number]): string {
    return say(name === 'manner' || name === 'reason' ? `proposal.table.${name}` : `proposal.${name}`);
  }

  function marks(name: (typeof FIELDS)[number]): Markup {
    const id = `${name}-${number}`;
    return html` id="${id}" name="${id}" aria-label="${named} ${label(name)}"${mistakes[id] ? html` aria-invalid="true" aria-describedby="${id}-mistake"` : ''}`;
  }

  function input(name: 'cost' | 'own' | 'sentence', more: Markup): Markup {
    return html`<input value="${value(name)}"${marks(name)}${more}>${mistakeAt(`${name}-${number}`, mistakes[`${name}-${number}`])}`;
  }

  function select<Value extends string>(name: 'manner' | 'reason', values: readonly Value[], key: (value: Value) => PageKey<'console'>): Markup {
    const option = (each: string, words: string) => html`<option value="${each}"${each === value(name) ? html` selected` : ''}>${words}</option>`;
    const options = [option('', ''), ...values.map((each) => option(each, say(key(each))))];
    return html`<select${marks(name)}>${options}</select>${mistakeAt(`${name}-${number}`, mistakes[`${name}-${number}`])}`;
  }
}

/** The rows of the table that were sent, by number. */
export function rowsSent(request: Request): number[] {
  const names = typeof request.body === 'object' && request.body !== null ? Object.keys(request.body) : [];
  return names.flatMap((name) => Number(/^seen-([1-9]\d{0,8})$/.exec(name)?.[1]) || []);
}

/** The drafts that were typed, as their act takes them; a row in which nothing stands is none. The usual manner is that of all that can be done and have no other. */
export function draftsTyped(request: Request): Readonly<Record<string, string | number>>[] {
  const usual = typed(request, 'manner');
  return rowsSent(request).flatMap((number) => {
    const values = FIELDS.flatMap((name) => {
      const value = typed(request, `${name}-${number}`, MAX_SENTENCE_CHARS);
      return value === '' ? [] : [[name, value] as const];
    });
    const given = Object.fromEntries(values);
    if (values.length === 0) return [];
    const isUsual = usual !== '' && !given.manner && !given.reason && !given.sentence;
    return [{ ...given, ...(isUsual && { manner: usual }), number, seen: Number(typed(request, `seen-${number}`)) }];
  });
}

/** What was typed, by its fields. */
export function wroteIn(request: Request): Typed {
  const names = rowsSent(request).flatMap((number) => ['seen' as const, ...FIELDS].map((name) => `${name}-${number}`));
  return Object.fromEntries(['manner', ...names].map((name) => [name, typed(request, name, MAX_SENTENCE_CHARS)]));
}

/** Says in which row it is that something is wrong, and what. */
export function draftMistake({ text: { say, sayIn }, request }: CommunityVisit) {
  return (path: string, code: string): [string, string] | undefined => {
    const [, index, name = ''] = path.split('.');
    const number = draftsTyped(request)[Number(index)]?.number;
    if (number === undefined) return undefined;
    const length = [...typed(request, `${name}-${number}`, MAX_SENTENCE_CHARS)].length;
    return [`${name}-${number}`, `${say('meetings.proposal', { number })}: ${sayIn('proposal.table.wrong', code, { most: LONGEST_REASON, length })}`];
  };
}

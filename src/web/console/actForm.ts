import { Router } from 'express';
import type { Act, ActField, Context, Place, Typed } from '../../fund/act/index.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { choice, type FieldGiven, field, type Mistakes } from './frame.ts';
import { address, type Values } from './query.ts';
import { toSecond } from './second.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** What somebody tried on a page by a form, and why it was not done. Nothing was tried: `{}`. */
export interface Tried {
  readonly act?: Act;
  /** What was typed, by field. */
  readonly typed?: Readonly<Record<string, string>>;
  /** By the id of a field in the page. */
  readonly mistakes?: Mistakes;
  /** The revision that was looked at. */
  readonly seen?: string | undefined;
}

/** The page on which acts are done. */
export interface ActPage {
  /** Shows it as it is now, with what was tried. */
  readonly show: (visit: CommunityVisit, tried: Tried, status: number) => Promise<void>;
  /** Leads on after an act was done. */
  readonly onward: (visit: CommunityVisit, act: Act, result: object) => void | Promise<void>;
  /** The page's own address behind `/console/SLUG`, as Express reads it, if it is not that of what its acts are on: theirs stands behind it. */
  readonly under?: string;
  /** What of its input nobody types. */
  readonly gives?: (visit: CommunityVisit, act: Act) => Typed | Promise<Typed>;
}

/**
 * Where the forms of acts are sent: `/console/SLUG/inbox/3/answer` for `inquiry.answer` on `/inbox/:number`. Whatever comes of it is told: on the page with
 * what was typed, on the page of what waits for a second person, or where the page leads on to.
 */
export function actRoutes(context: Context, { ofCommunity }: Visits, acts: readonly Act[], { show, onward, under = '', gives }: ActPage): Router {
  const router = Router();
  for (const act of acts)
    router.post(
      `/console/:slug${under}${act.path}/${verbOf(act)}`,
      ofCommunity((visit) => submitted(visit, act)),
    );
  return router;

  async function submitted(visit: CommunityVisit, act: Act): Promise<void> {
    const { community, request } = visit;
    const typed = Object.fromEntries(
      act.fields.flatMap(({ name, control }) => (control === 'given' ? [] : [[name, textIn(request.body, name)] as const])),
    );
    const seen = textIn(request.body, 'seen') || undefined;
    const input = { ...typed, ...(visit.may(act) && (await gives?.(visit, act))) };
    const performed = await act.perform(context, { community: community._id, at: placeOf(visit), seen, input, actor: visit.doer(act) });
    switch (performed.is) {
      case 'done':
        return onward(visit, act, performed.result);
      case 'waits':
        return toSecond(visit, performed);
      case 'noSubject':
        throw new Refusal(404, 'There is nothing at this address.');
      case 'changed':
        return show(visit, { act, typed, seen, mistakes: { form: visit.actWords('changed') } }, 409);
      case 'refused': {
        const about = act.refusals[performed.refused];
        const place = about ? idOf(act, about) : 'form';
        return show(visit, { act, typed, seen, mistakes: { [place]: visit.actWords(`${act.name}.not.${performed.refused}`) } }, about ? 422 : 409);
      }
      case 'mistaken': {
        const wrong = Object.entries(performed.mistakes).map(([name, code]) => [
          idOf(act, name),
          mistakeIn(visit, act, name, code, typed[name] ?? ''),
        ]);
        return show(visit, { act, typed, seen, mistakes: Object.fromEntries(wrong) }, 422);
      }
    }
  }
}

interface FieldSaid extends Partial<Pick<FieldGiven, 'hint' | 'value' | 'attributes'>> {
  readonly hidden?: string | undefined;
  /** The values that can be chosen now, with their words; `''` first, where it may be left. One that may be left is not shown where there are none. */
  readonly values?: readonly { readonly value: string; readonly label: string }[];
}

export interface FormGiven {
  /** Of what it is done to, behind `/console/SLUG`: `/inbox/3`. */
  readonly at: string;
  readonly tried: Tried;
  /** What stays in the address of the list from which one came. */
  readonly kept?: Values;
  /** The revision that is shown, if what it is done to has one. */
  readonly seen?: number | string;
  /** What a field says besides its label and what was typed; a field that is `hidden` has this value. */
  readonly fields?: Readonly<Record<string, FieldSaid>>;
  /** What the button says, if it is not the act's own word. */
  readonly button?: string;
  /** Behind the button. */
  readonly more?: Markup;
  readonly isQuiet?: boolean;
  /** What stands around it, under the button's words: a section, or a fold that is open once it was tried. */
  readonly in?: 'section' | 'fold';
  /** What is said above it, if it is not the act's own word. */
  readonly about?: string;
}

/** The form of an act, if the reader may do it. A page that wants more between the fields makes its own. */
export function actForm(visit: CommunityVisit, act: Act, given: FormGiven): Markup {
  if (!visit.may(act)) return html``;
  const { at, tried, kept = {}, seen, fields = {}, more, isQuiet } = given;
  const { button: said = visit.actWords(`${act.name}.button`), about = visit.actWordsIf(`${act.name}.about`) } = given;
  const typed = tried.act === act ? tried.typed : undefined;
  const shown = act.fields.map((each) => fieldOf(visit, act, each, fields[each.name] ?? {}, typed?.[each.name], tried.mistakes ?? {}));
  const revision = seen === undefined ? '' : html`<input type="hidden" name="seen" value="${seen}">`;
  const button = html`<button${isQuiet ? html` class="quiet"` : ''}>${said}</button>`;
  const form = html`${about ? html`<p>${about}</p>` : ''}<form method="post" action="${address(`${visit.own}${at}/${verbOf(act)}`, kept)}">${revision}${shown}${button}${more ?? ''}</form>`;
  if (given.in === 'fold') return html`<details${typed ? html` open` : ''}><summary>${said}</summary>${form}</details>`;
  return given.in === 'section' ? html`<section aria-labelledby="${verbOf(act)}"><h2 id="${verbOf(act)}">${said}</h2>${form}</section>` : form;
}

/** The forms of these acts but those that have one of their `own` on the page. */
export function furtherForms(visit: CommunityVisit, own: readonly Act[], acts: readonly Act[], given: FormGiven): Markup {
  return html`${acts.filter((act) => !own.includes(act)).map((act) => actForm(visit, act, { ...given, in: 'section' }))}`;
}

function fieldOf(
  visit: CommunityVisit,
  act: Act,
  { name, control, isOptional, values = [] }: ActField,
  { hidden, value, values: offered, ...extra }: FieldSaid,
  typed: string | undefined,
  mistakes: Mistakes,
): Markup {
  if (hidden !== undefined) return html`<input type="hidden" name="${name}" value="${hidden}">`;
  if (control === 'given') return html``;
  const said = visit.actWords(`${act.name}.field.${name}`);
  const id = idOf(act, name);
  const mistake = mistakes[id];
  const about = { name, id, label: isOptional ? visit.actWords('optional', { label: said }) : said, value: typed ?? value, mistake };
  if (offered?.length === 0 && isOptional) return html``;
  if (offered ?? control === 'choice') return choice({ ...about, values: offered ?? values.map((each) => ({ value: each, label: each })) });
  if (control === 'tick') return tickBox(about);
  const { attributes = INPUTS[control], hint = visit.actWordsIf(`${act.name}.hint.${name}`) } = extra;
  return field({ ...about, hint, ...(control === 'lines' && { isLong: true }), ...(attributes && { attributes }) });
}

const INPUTS: Readonly<Partial<Record<ActField['control'], Markup>>> = {
  phone: html` type="tel" autocomplete="off"`,
  day: html` type="date"`,
  amount: html` class="short" inputmode="numeric"`,
  number: html` class="short" inputmode="numeric"`,
};

function tickBox({ name, id = name, label, value, mistake }: FieldGiven): Markup {
  const wrong = mistake ? html` aria-describedby="${id}-mistake" aria-invalid="true"` : '';
  return html`${mistake ? html`<p class="mistake" id="${id}-mistake">${mistake}</p>` : ''}
<label class="choice"><input type="checkbox" id="${id}" name="${name}" value="yes"${value === 'yes' ? html` checked` : ''}${wrong}> <span>${label}</span></label>
`;
}

function mistakeIn(visit: CommunityVisit, act: Act, name: string, code: string, given: string): string {
  const label = visit.actWords(`${act.name}.field.${name}`);
  const longest = act.fields.find((each) => each.name === name)?.longest ?? 0;
  return visit.actWords(`wrong.${code}`, { label, longest, length: [...given.trim()].length });
}

/** What was done just now on a page, one of these acts, if its address says so (`doneAt`). */
export function doneIn(visit: CommunityVisit, acts: readonly Act[]): string | undefined {
  const done = acts.find((act) => act.name === visit.request.query.done);
  return done && visit.actWords(`${done.name}.done`);
}

/** The address of a page that tells what was done. */
export function doneAt(visit: CommunityVisit, path: string, { name }: Act, kept: Values = {}): string {
  return address(`${visit.own}${path}`, { ...kept, done: name });
}

/** The id of an act's field in a page, where several acts may have forms. */
function idOf(act: Act, name: string): string {
  return `${verbOf(act)}-${name}`;
}

function verbOf({ name }: Act): string {
  return name.split('.')[1] ?? name;
}

/** What the address says of it, besides the community. */
function placeOf({ request }: CommunityVisit): Place {
  return Object.fromEntries(
    Object.entries(request.params).flatMap(([name, value]) => (typeof value === 'string' && name !== 'slug' ? [[name, value]] : [])),
  );
}

/** A text of a form, whole: what is too long is said, not cut. */
function textIn(body: unknown, name: string): string {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof given === 'string' ? given.replaceAll('\r\n', '\n') : '';
}

import { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import type { Act, ActField, Performed, Place, Typed } from '../../fund/act/index.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { choice, type FieldGiven, field, type Mistakes, mistakeAt, type Tried } from './frame.ts';
import { address, type Values } from './query.ts';
import { toSecond } from './second.ts';
import { MEGABYTES, type UploadPage, uploads } from './uploads.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** The page on which acts are done. */
export interface ActPage {
  /** Shows it as it is now, with what was tried. */
  readonly show: (visit: CommunityVisit, tried: Tried, status: number) => Promise<void>;
  /** Leads on after an act was done. */
  readonly onward: (visit: CommunityVisit, act: Act, result: object) => void | Promise<void>;
  /** The page's own address behind `/console/SLUG`, as Express reads it, if it is not that of what its acts are on: theirs stands behind it. */
  readonly under?: string;
  /** What the page knows of what its acts are on, besides what their address says. */
  readonly at?: (visit: CommunityVisit) => Place | Promise<Place>;
  /** Where on the page something is wrong with what nobody types into a field of its own, and what: the id of what it is about, and words. */
  readonly mistakesOf?: (
    visit: CommunityVisit,
    act: Act,
  ) => Promise<((path: string, code: string) => readonly [string, string] | undefined) | undefined>;
  /** What of its input nobody types. */
  readonly gives?: (visit: CommunityVisit, act: Act) => Typed | Promise<Typed>;
}

/**
 * Where the forms of acts are sent: `/console/SLUG/inbox/3/answer` for `inquiry.answer` on `/inbox/:number`. Whatever comes of it is told: on the page with
 * what was typed, on the page of what waits for a second person, or where the page leads on to.
 */
export function actRoutes(known: Visits, acts: readonly Act[], { show, onward, under = '', at: besides, gives, mistakesOf }: ActPage): Router {
  const { ofCommunity } = known;
  const router = Router();
  for (const act of acts) {
    const { handlers, madeOf } = takenFiles(known, act, show);
    router.post(
      `/console/:slug${under}${act.path}/${verbOf(act)}`,
      ...handlers,
      ofCommunity((visit) => submitted(visit, act, madeOf(visit.request))),
    );
  }
  return router;

  async function submitted(visit: CommunityVisit, act: Act, files: Typed): Promise<void> {
    const { request } = visit;
    const at = { ...placeOf(visit, act), ...(await besides?.(visit)) };
    const tried: Tried = { act, at: whereOf(act, at), typed: typedInto(request, act), seen: textIn(request.body, 'seen') || undefined };
    const input = { ...tried.typed, ...files, ...(visit.may(act) && (await gives?.(visit, act))) };
    const performed = await visit.perform(act, { at, seen: tried.seen, input });
    if (performed.is === 'done') return onward(visit, act, performed.result);
    if (performed.is === 'waits') return toSecond(visit, performed);
    const isOfField = performed.is === 'mistaken' || (performed.is === 'refused' && act.refusals[performed.refused]);
    const mistakes = whyNot(visit, act, performed, tried, performed.is === 'mistaken' ? await mistakesOf?.(visit, act) : undefined);
    return show(visit, { ...tried, mistakes }, isOfField ? 422 : 409);
  }
}

/** What was typed into the form of an act, by its fields. */
export function typedInto({ body }: Pick<Request, 'body'>, { fields }: Pick<Act, 'fields'>): Readonly<Record<string, string>> {
  const typed = fields.filter(({ control }) => control !== 'given' && control !== 'files');
  return Object.fromEntries(typed.map(({ name }) => [name, textIn(body, name)]));
}

/** Why an act was not done, by the ids of the fields that it is about. `ofPage`: as `ActPage.mistakesOf`. */
export function whyNot(
  visit: CommunityVisit,
  act: Act,
  performed: Performed,
  { at, typed }: Pick<Tried, 'at' | 'typed'>,
  ofPage?: Awaited<ReturnType<Required<ActPage>['mistakesOf']>>,
): Mistakes {
  switch (performed.is) {
    case 'changed':
      return { form: visit.wordOfAct(act.name, 'changed') };
    case 'refused': {
      const about = act.refusals[performed.refused];
      const params = Object.fromEntries(Object.entries(performed.about ?? {}).map(([name, numbers]) => [name, numbers.join(visit.text.say('and'))]));
      return { [about ? idOf(act, about, at) : 'form']: visit.wordOfAct(act.name, `not.${performed.refused}`, params) };
    }
    case 'mistaken':
      return Object.fromEntries(
        Object.entries(performed.mistakes).map(([path, code]) => ofPage?.(path, code) ?? mistakeIn(visit, act, path, code, { at, typed })),
      );
    default:
      throw new Refusal(404, 'There is nothing at this address.');
  }
}

/** The files that an act takes, if it takes any: how they are read from a form, and what was made of them, as its field. */
function takenFiles(
  known: Visits,
  act: Act,
  show: ActPage['show'],
): { handlers: readonly (RequestHandler | ErrorRequestHandler)[]; madeOf: (request: Request) => Typed } {
  const { name, make, isMany } = act.fields.find(({ control }) => control === 'files') ?? {};
  if (name === undefined || !make) return { handlers: [], madeOf: () => ({}) };
  const page: UploadPage = {
    field: name,
    may: (visit) => visit.may(act),
    show: (visit, mistakes, status) => {
      const at = whereOf(act, placeOf(visit, act));
      return show(visit, { act, at, mistakes: { [idOf(act, name, at)]: mistakes[name] ?? '' } }, status);
    },
  };
  const { handlers, madeOf } = uploads(known, page, make);
  return { handlers, madeOf: (request) => ({ [name]: isMany ? madeOf(request) : madeOf(request)[0] }) };
}

interface FieldSaid extends Partial<Pick<FieldGiven, 'hint' | 'value' | 'attributes'>> {
  /** It is not typed in this form. */
  readonly isLeftOut?: boolean;
  /** Nothing is said of that it may stay empty. */
  readonly isUnmarked?: true;
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
  /** What stands instead of the button; and behind it. */
  readonly buttons?: readonly Markup[];
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
  const { at, kept = {}, seen, buttons, more, isQuiet } = given;
  const { button: said = visit.wordOfAct(act.name, 'button'), about = visit.actWordsIf(`${act.name}.about`) } = given;
  const isOpen = isTried(act, given);
  const revision = seen === undefined ? '' : html`<input type="hidden" name="seen" value="${seen}">`;
  const button = html`<button${isQuiet ? html` class="quiet"` : ''}>${said}</button>`;
  const files = act.fields.some(({ control }) => control === 'files') ? html` enctype="multipart/form-data"` : '';
  const form = html`${about ? html`<p>${about}</p>` : ''}<form method="post" action="${address(`${visit.own}${at}/${verbOf(act)}`, kept)}"${files}>${revision}${act.fields.map(({ name }) => actField(visit, act, name, given))}${buttons ?? button}${more ?? ''}</form>`;
  if (given.in === 'fold') return html`<details${isOpen ? html` open` : ''}><summary>${said}</summary>${form}</details>`;
  return given.in === 'section' ? html`<section aria-labelledby="${verbOf(act)}"><h2 id="${verbOf(act)}">${said}</h2>${form}</section>` : form;
}

/** A field of an act's form, for a page that lays out its own. */
export function actField(visit: CommunityVisit, act: Act, name: string, given: Pick<FormGiven, 'at' | 'tried' | 'fields'>): Markup {
  const { at, tried, fields = {} } = given;
  const field = act.fields.find((each) => each.name === name);
  const typed = isTried(act, given) ? tried.typed?.[name] : undefined;
  return field ? fieldOf(visit, act, { ...field, at }, fields[name] ?? {}, typed, tried.mistakes ?? {}) : html``;
}

/** Whether it was this form that was tried. */
function isTried(act: Act, { at, tried }: Pick<FormGiven, 'at' | 'tried'>): boolean {
  return tried.act === act && (!act.isOneOfMany || tried.at === at);
}

/** The forms of these acts but those that have one of their `own` on the page. */
export function furtherForms(visit: CommunityVisit, own: readonly Act[], acts: readonly Act[], given: FormGiven): Markup {
  return html`${acts.filter((act) => !own.includes(act)).map((act) => actForm(visit, act, { ...given, in: 'section' }))}`;
}

function fieldOf(
  visit: CommunityVisit,
  act: Act,
  { name, control, isOptional, values = [], accept = '', isMany, longest, at }: ActField & Pick<FormGiven, 'at'>,
  { hidden, isLeftOut, isUnmarked, value, values: offered, ...extra }: FieldSaid,
  typed: string | undefined,
  mistakes: Mistakes,
): Markup {
  const kept = hidden ?? (control === 'key' ? (typed ?? visit.newKey()) : undefined);
  if (kept !== undefined) return html`<input type="hidden" name="${name}" value="${kept}">`;
  if (control === 'given' || isLeftOut) return html``;
  const said = visit.wordOfAct(act.name, `field.${name}`);
  const id = idOf(act, name, at);
  const mistake = mistakes[id];
  const isMarked = isOptional && !isUnmarked && control !== 'tick' && control !== 'files' && !offered;
  const about = { name, id, label: isMarked ? visit.actWords('optional', { label: said }) : said, value: typed ?? value, mistake };
  if (offered?.length === 0 && isOptional) return html``;
  if (offered ?? control === 'choice') return choice({ ...about, values: offered ?? values.map((each) => ({ value: each, label: each })) });
  if (control === 'tick') return tickBox(about);
  const taken = control === 'files' ? html` type="file" accept="${accept}"${isMany ? html` multiple` : ''}` : INPUTS[control];
  const { attributes = taken, hint = visit.actWordsIf(`${act.name}.hint.${name}`) } = extra;
  return field({
    ...about,
    hint,
    ...(control === 'lines' && { isLong: true }),
    ...(TYPED.has(control) && !extra.attributes && { longest }),
    ...(attributes && { attributes }),
  });
}

/** Of these controls characters are counted, but where a page has them take a code: of a card, of a slip. */
const TYPED: ReadonlySet<ActField['control']> = new Set(['line', 'lines']);

const INPUTS: Readonly<Partial<Record<ActField['control'], Markup>>> = {
  phone: html` type="tel" autocomplete="off"`,
  day: html` type="date"`,
  time: html` type="time"`,
  amount: html` class="short" inputmode="numeric"`,
  number: html` class="short" inputmode="numeric"`,
};

function tickBox({ name, id = name, label, value, mistake }: FieldGiven): Markup {
  const wrong = mistake ? html` aria-describedby="${id}-mistake" aria-invalid="true"` : '';
  return html`${mistakeAt(id, mistake)}
<label class="choice"><input type="checkbox" id="${id}" name="${name}" value="yes"${value === 'yes' ? html` checked` : ''}${wrong}> <span>${label}</span></label>
`;
}

function mistakeIn(visit: CommunityVisit, act: Act, path: string, code: string, { at, typed }: Pick<Tried, 'at' | 'typed'>): [string, string] {
  const [name = '', index] = path.split('.');
  const { control, longest = 0 } = act.fields.find((each) => each.name === name) ?? {};
  if (control === 'given') return ['form', visit.wordOfAct(act.name, `wrong.${code}`)];
  const id = idOf(act, name, at);
  if (control === 'files') {
    const which = index === undefined ? '' : visit.text.say('pictures.which', { number: Number(index) + 1 });
    return [id, which + visit.text.sayIn('pictures.not', code, { most: MEGABYTES })];
  }
  const label = visit.wordOfAct(act.name, `field.${name}`);
  return [id, visit.wordOfAct(act.name, `wrong.${code}`, { label, longest, length: [...(typed?.[name] ?? '').trim()].length })];
}

/** What was done just now on a page, one of these acts, if its address says so (`doneAt`). */
export function doneIn(
  visit: CommunityVisit,
  acts: readonly Pick<Act, 'name'>[],
  params?: Readonly<Record<string, string | number>>,
): string | undefined {
  const done = acts.find((act) => act.name === visit.request.query.done);
  return done && visit.wordOfAct(done.name, 'done', params);
}

/** The address of a page that tells what was done. */
export function doneAt(visit: CommunityVisit, path: string, { name }: Pick<Act, 'name'>, kept: Values = {}): string {
  return address(`${visit.own}${path}`, { ...kept, done: name });
}

/** The id of an act's field in a page, where several acts may have forms, or one several. */
export function idOf(act: Act, name: string, at = ''): string {
  return `${verbOf(act)}-${name}${act.isOneOfMany ? `-${at.split('/').at(-1)}` : ''}`;
}

function verbOf({ name }: Act): string {
  return name.split('.')[1] ?? name;
}

/** What the address says of what an act is on. */
function placeOf({ request: { params } }: CommunityVisit, { path }: Act): Place {
  return Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, String(params[name])]));
}

function whereOf({ path }: Act, at: Place): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => at[name] ?? '');
}

/** A text of a form, whole: what is too long is said, not cut. */
function textIn(body: unknown, name: string): string {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof given === 'string' ? given.replaceAll('\r\n', '\n') : '';
}

import { printedSerial, type ReadTable, type readMarks, UNDO_MS } from '../../../fund/paper/index.ts';
import { type AtTable, MOST_FOUND } from '../../../fund/people/index.ts';
import type { KeptPicture } from '../../../fund/pictures/index.ts';
import { html, type Markup } from '../../html.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { fileLinks } from '../list.ts';
import { picturePart } from '../pictures.ts';
import { asked, typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Characters of a reason, or of what was not in order. */
export const LONGEST_REASON = 300;

type Helpers = readonly { readonly id: string; readonly name: string }[];

interface ListGiven {
  readonly tables: readonly ReadTable[];
  readonly helpers: Helpers;
  /** Helpers who entered many ballots beside their voters outside a table. */
  readonly assists: readonly { readonly name: string; readonly ballots: number }[];
  readonly mistakes: Mistakes;
}

/** All tables, and the form that opens one. */
export function listPage(visit: CommunityVisit, { tables, helpers, assists, mistakes }: ListGiven): Markup {
  const { text, own, request } = visit;
  const { say, theirs } = text;
  const items = tables.map(
    (table) =>
      html`<li><div><a href="${own}/tables/${table.number}"><b>${say('table.one', { number: table.number })}</b> ${theirs(table.place)}</a><br>${state(visit, table)}</div></li>\n`,
  );
  const form = visit.may('openTable')
    ? html`<h2>${say('table.open')}</h2><p>${say('table.openAbout')}</p>
<form method="post" action="${own}/tables/open" class="narrow">${field({ name: 'place', label: say('table.place'), value: typed(request, 'place'), mistake: mistakes.place, attributes: html` required maxlength="60"` })}
${field({ name: 'received', label: say('table.received'), value: typed(request, 'received'), mistake: mistakes.received, attributes: html` required inputmode="numeric" pattern="\\d{1,6}"` })}
${second(visit, helpers, mistakes.other)}<button>${say('table.doOpen')}</button></form>`
    : '';
  return html`${errorSummary(text, mistakes)}<h1>${say('table.title')}</h1>
${items.length > 0 ? html`<ul class="items">${items}</ul>${fileLinks(visit, `${own}/tables`)}` : html`<p>${say('table.none')}</p>`}${form}
${assists.length > 0 ? html`<h2>${say('table.manyAssists')}</h2><ul class="items">${assists.map(({ name, ballots }) => html`<li>${theirs(name)} <b>${ballots}</b></li>`)}</ul>` : ''}
${visit.may('castAssisted') && !visit.sees('hall') ? html`<p><a class="more" href="${own}/assisted">${say('assisted.title')}</a></p>` : ''}`;
}

function state({ text: { say } }: CommunityVisit, table: ReadTable): string {
  return `${say(`table.state.${stateOf(table)}`)} · ${say('table.marks', { count: table.marks })}`;
}

/** How a table stands. */
export function stateOf({ closed, validated }: ReadTable): 'isOpen' | 'closed' | 'validated' | 'incident' {
  if (validated) return validated.incident ? 'incident' : 'validated';
  return closed ? 'closed' : 'isOpen';
}

/** The second name; the one that was chosen stays. */
function second({ text: { say }, request }: CommunityVisit, helpers: Helpers, mistake?: string): Markup {
  const values = [{ value: '', label: say('table.choose') }, ...helpers.map(({ id, name }) => ({ value: id, label: name }))];
  return choice({ name: 'other', label: say('table.other'), value: typed(request, 'other') || asked(request, 'other'), values, mistake });
}

interface One {
  readonly table: ReadTable;
  /** Of the signed sheet. */
  readonly pictures: readonly KeptPicture[];
  readonly marks: Awaited<ReturnType<typeof readMarks>>;
  readonly helpers: Helpers;
  readonly found: AtTable | undefined;
  readonly q: string | undefined;
  readonly mistakes: Mistakes;
  /** Names this handing in: what is sent twice counts once. */
  readonly newId: string;
}

/** One table: handing in while it is open, its numbers once it is closed. */
export function onePage(visit: CommunityVisit, one: One): Markup {
  const { text, request } = visit;
  const { say, theirs } = text;
  const { table, mistakes } = one;
  const done = ['marked', 'undone', 'closed', 'pictured', 'validated'].find((each) => each === asked(request, 'done'));
  return html`${errorSummary(text, mistakes)}${doneNotice(done && say(`table.done.${done}`))}
<h1>${say('table.one', { number: table.number })} <small>${theirs(table.place)}</small></h1>
${table.closed ? html`<p><b>${state(visit, table)}</b></p>${numbers(visit, one)}` : handingIn(visit, one)}
${table.closed ? '' : lately(visit, one)}`;
}

/** Card, slip, done: who scans needs no touch in between, as a scanner presses Enter. */
function handingIn(visit: CommunityVisit, { table, helpers, found, q, mistakes, newId }: One): Markup {
  const { text, own, may, community, request } = visit;
  const { say } = text;
  if (!may('markSlip')) return html``;
  const here = `${own}/tables/${table.number}`;
  const card = typed(request, 'card');
  const isCardIn = card !== '' && Object.keys(mistakes).length === 0;
  const onCard = html` inputmode="numeric" autocomplete="off"${isCardIn ? html`` : html` autofocus`}`;
  const who = found
    ? html`<input type="hidden" name="q" value="${q ?? ''}"><fieldset><legend>${say('table.who')}</legend>${foundPeople(visit, found)}${notAmong(visit, found)}</fieldset>`
    : field({ name: 'card', label: say('table.card'), value: card, mistake: mistakes.card, attributes: onCard });
  return html`<form method="post" action="${here}/mark" class="narrow" data-marks="${community._id}/${table.number}" data-words="${JSON.stringify(words(say))}">
<input type="hidden" name="id" value="${newId}">
${second(visit, helpers, mistakes.other)}${who}
${field({ name: 'serial', label: say('table.serial'), value: typed(request, 'serial'), mistake: mistakes.serial, attributes: html` inputmode="numeric" autocomplete="off"${isCardIn ? html` autofocus` : html``}` })}
<p><button type="button" class="quiet" data-scan data-stop="${say('table.scanStop')}" hidden>${say('table.scan')}</button></p><video data-camera hidden muted playsinline></video>
<button>${say('table.mark')}</button></form>
<div role="status" data-told></div><ul class="items" data-unsent></ul>
<form method="get" action="${here}" class="filter" role="search">${field({ name: 'q', label: say('table.find'), value: q ?? '' })}<button class="quiet">${say('table.doFind')}</button></form>
${found ? html`<p><a class="more" href="${here}">${say('table.byCard')}</a></p>` : ''}<p><a class="more" href="${here}/close">${say('table.close')}</a></p>`;
}

function words(say: CommunityVisit['text']['say']): Record<string, string> {
  const keys = ['unsent', 'signIn', 'drop', 'noOther', 'wrong.noPerson', 'wrong.twoPersons', 'wrong.card', 'wrong.serial', 'wrong.usedSerial'];
  return Object.fromEntries(keys.map((key) => [key, say(`table.${key}`)]));
}

/** Those who were found, to choose one of them. */
export function foundPeople({ text: { say, theirs }, request }: CommunityVisit, { people, more }: AtTable): Markup {
  const chosen = typed(request, 'name') === '' ? typed(request, 'resident') : '';
  const labels = people.map(
    ({ resident, name, building }) =>
      html`<label class="choice"><input type="radio" name="resident" value="${resident}"${resident === chosen ? html` checked` : ''}> <span>${theirs(name)} ${building ? theirs(building) : ''}</span></label>`,
  );
  return html`${labels}${more ? html`<p>${say('table.firstOf', { count: MOST_FOUND })}</p>` : ''}`;
}

/** Why nobody was found, as a text's key. */
export function nobodyFound({ byCard, mustWait }: AtTable): string {
  if (mustWait) return 'table.wrong.tooManyCards';
  return byCard ? 'table.noCard' : 'table.nobody';
}

/** A person who is not on the roster asks to be put there; the slip counts if that is accepted in time. */
function notAmong({ text: { say }, request }: CommunityVisit, found: AtTable): Markup {
  const { people } = found;
  if (found.byCard && people.length > 0) return html``;
  if (found.byCard) return html`<p>${say(nobodyFound(found))}</p>`;
  const value = (name: string) => typed(request, name);
  const fields = html`<p>${say('table.joins')}</p>${field({ name: 'name', label: say('table.name'), value: value('name') })}${field({ name: 'building', label: say('table.building'), value: value('building') })}${field({ name: 'phone', label: say('table.phone'), value: value('phone'), attributes: html` inputmode="tel"` })}`;
  if (people.length === 0) return html`<p>${say(nobodyFound(found))}</p>${fields}`;
  return html`<details${value('name') ? html` open` : ''}><summary>${say('table.notAmong')}</summary>${fields}</details>`;
}

function lately(visit: CommunityVisit, { table, marks }: One): Markup {
  const { text, own, may, now } = visit;
  const { say, date } = text;
  const items = marks.map(({ id, number, serial, at, heardAt, isUndone }) => {
    const canUndo = may('undoMark') && !isUndone && now.getTime() - heardAt.getTime() < UNDO_MS;
    const undo = canUndo
      ? html`<form method="post" action="${own}/tables/${table.number}/undo"><button class="quiet" name="id" value="${id}">${say('table.undo')}</button></form>`
      : '';
    return html`<li><div>${say('table.markOf', { number, serial: printedSerial(serial) })} <small>${date(at)}</small>${isUndone ? html` <em>${say('table.undone')}</em>` : ''}</div>${undo}</li>\n`;
  });
  const shown = items.length > 0 ? html`<ul class="items">${items}</ul>` : html`<p>${say('table.noMarks')}</p>`;
  return html`<section data-lately><h2>${say('table.lately')}</h2><p>${state(visit, table)}</p>${shown}</section>`;
}

function numbers(visit: CommunityVisit, { table, pictures, mistakes }: One): Markup {
  const { number, opened, closed, marks, validated } = table;
  const { text, own, may, request } = visit;
  const { say, theirs } = text;
  if (!closed) return html``;
  const { handedOut, spoiled, left, reason } = closed;
  const takesMore = may('keepTablePicture') && !validated;
  const rows = Object.entries({ received: opened.received, handedOut, spoiled, left, marks }).map(
    ([name, count]) => html`<tr><th scope="row">${say(`table.${name === 'marks' ? 'markedSlips' : name}`)}</th><td>${count}</td></tr>\n`,
  );
  const by = [...new Set([...opened.by, ...closed.by])].join(say('and'));
  const incident = typed(request, 'incident', LONGEST_REASON);
  const form =
    may('validateTable') && (!validated || incident !== '')
      ? html`<h2>${say('table.validate')}</h2><form method="post" action="${own}/tables/${number}/validate" class="narrow">${field({ name: 'incident', label: say('table.incident'), hint: say('table.incidentHint'), value: incident, isLong: true })}<button>${say('table.doValidate')}</button></form>`
      : '';
  return html`<table class="plain"><tbody>${rows}</tbody></table><p>${say('table.by')}${theirs(by)}</p>
${reason ? html`<p>${say('table.reason')}${theirs(reason)}</p>` : ''}
${validated ? html`<p>${say(validated.incident ? 'table.state.incident' : 'table.state.validated')} ${theirs(validated.by)} ${validated.incident ? theirs(validated.incident) : ''}</p>` : ''}
<section aria-labelledby="sheet"><h2 id="sheet">${say('table.sheet')}</h2>${picturePart(visit, `${own}/tables/${number}`, pictures, takesMore && may('dropPicture'), mistakes, { takesMore, hint: say('table.sheetHint') })}</section>${form}`;
}

interface Closing {
  readonly table: ReadTable;
  readonly helpers: Helpers;
  readonly given: {
    readonly reason?: string;
    readonly mistakes?: Mistakes;
  };
}

/** The count at the end, checked while it is typed. */
export function closePage(visit: CommunityVisit, { table, helpers, given }: Closing): Markup {
  const { text, own, community, request } = visit;
  const { say } = text;
  const { reason, mistakes = {} } = given;
  const count = (name: 'handedOut' | 'spoiled' | 'left') =>
    field({
      ...{ name, label: say(`table.${name}`), value: typed(request, name), mistake: mistakes[name] },
      attributes: html` required inputmode="numeric" pattern="\\d{1,6}"`,
    });
  return html`${errorSummary(text, mistakes)}<h1>${say('table.close')}</h1>
<p>${say('table.closeAbout')}</p><p><b>${say('table.has', { received: table.opened.received, marks: table.marks })}</b></p>
<form method="post" action="${own}/tables/${table.number}/close" class="narrow" data-marks="${community._id}/${table.number}" data-received="${table.opened.received}" data-marked="${table.marks}" data-agrees="${say('table.agrees')}" data-slips="${say('table.slipsDiffer')}" data-marks-differ="${say('table.marksDiffer')}">
${count('handedOut')}${count('spoiled')}${count('left')}<p role="status" data-check></p><p class="mistake" data-unsent hidden>${say('table.notAllIn')}</p>
${field({ name: 'reason', label: say('table.whyDiffers'), hint: say('table.whyHint'), value: reason, mistake: mistakes.reason, isLong: true })}
${second(visit, helpers, mistakes.other)}<button>${say('table.doClose')}</button> <a href="${own}/tables/${table.number}">${say('table.backToIt', { number: table.number })}</a></form>`;
}

import {
  dropTablePicture,
  isDatedBack,
  keepTablePicture,
  type ManyAssists,
  printedSerial,
  type ReadTable,
  type readMarks,
  UNDO_MS,
} from '../../../fund/paper/index.ts';
import type { KeptPicture } from '../../../fund/pictures/index.ts';
import { html, type Markup } from '../../html.ts';
import { doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, field, type Mistakes, type Tried } from '../frame.ts';
import { fileLinks } from '../list.ts';
import { picturePart } from '../pictures.ts';
import { asked, typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { type HandingIn, handingIn } from './handingIn.ts';
import { type Helpers, secondName } from './secondName.ts';

/** Characters of a reason, or of what was not in order. */
export const LONGEST_REASON = 300;

interface ListGiven {
  readonly tables: readonly ReadTable[];
  readonly helpers: Helpers;
  /** Those who entered many ballots beside their voters. */
  readonly assists: readonly ManyAssists[];
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
${secondName(visit, helpers, mistakes.other)}<button>${say('table.doOpen')}</button></form>`
    : '';
  return html`${errorSummary(text, mistakes)}<h1>${say('table.title')}</h1>
${items.length > 0 ? html`<ul class="items">${items}</ul>${fileLinks(visit, `${own}/tables`)}` : html`<p>${say('table.none')}</p>`}${form}
${assists.length > 0 ? html`<h2>${say('table.manyAssists')}</h2><ul class="items">${assists.map(({ name, ballots, atTables }) => html`<li>${theirs(name)} <b>${ballots}</b>${atTables > 0 ? ` ${say('table.assistsAtTables', { count: atTables })}` : ''}</li>`)}</ul>` : ''}
${visit.may('castAssisted') && !visit.sees('hall') ? html`<p><a class="more" href="${own}/assisted">${say('assisted.title')}</a></p>` : ''}`;
}

function state({ text: { say } }: CommunityVisit, table: ReadTable): string {
  const back = table.datedBack > 0 ? ` · ${say('table.datedBack', { count: table.datedBack })}` : '';
  return `${say(`table.state.${stateOf(table)}`)} · ${say('table.marks', { count: table.marks })}${back}`;
}

/** How a table stands. */
export function stateOf({ closed, validated }: ReadTable): 'isOpen' | 'closed' | 'validated' | 'incident' {
  if (validated) return validated.incident ? 'incident' : 'validated';
  return closed ? 'closed' : 'isOpen';
}

interface One extends Omit<HandingIn, 'number'> {
  readonly table: ReadTable;
  /** Of the signed sheet. */
  readonly pictures: readonly KeptPicture[];
  readonly marks: Awaited<ReturnType<typeof readMarks>>;
  readonly tried: Tried;
}

/** One table: handing in while it is open, its numbers once it is closed. */
export function onePage(visit: CommunityVisit, one: One): Markup {
  const { text, request } = visit;
  const { say, theirs } = text;
  const { table, mistakes } = one;
  const done = ['undone', 'closed', 'validated'].find((each) => each === asked(request, 'done'));
  return html`${errorSummary(text, mistakes)}${doneNotice(done ? say(`table.done.${done}`) : doneIn(visit, [keepTablePicture, dropTablePicture]))}
<h1>${say('table.one', { number: table.number })} <small>${theirs(table.place)}</small></h1>
${table.closed ? html`<p><b>${state(visit, table)}</b></p>${numbers(visit, one)}` : handingIn(visit, { ...one, number: table.number })}
${table.closed ? '' : lately(visit, one)}`;
}

function lately(visit: CommunityVisit, { table, marks }: One): Markup {
  const { text, own, may, now } = visit;
  const { say, date } = text;
  const items = marks.map(({ id, number, serial, at, heardAt, isUndone, isOwn }) => {
    const canUndo = may('undoMark') && isOwn && !isUndone && now.getTime() - heardAt.getTime() < UNDO_MS;
    const undo = canUndo
      ? html`<form method="post" action="${own}/tables/${table.number}/undo"><button class="quiet" name="id" value="${id}">${say('table.undo')}</button></form>`
      : '';
    return html`<li><div>${say('table.markOf', { number, serial: printedSerial(serial) })} <small>${date(at)}${isDatedBack({ at, heardAt }) ? ` ${say('table.heardAt', { at: date(heardAt) })}` : ''}</small>${isUndone ? html` <em>${say('table.undone')}</em>` : ''}</div>${undo}</li>\n`;
  });
  const shown = items.length > 0 ? html`<ul class="items">${items}</ul>` : html`<p>${say('table.noMarks')}</p>`;
  return html`<section data-lately><h2>${say('table.lately')}</h2><p>${state(visit, table)}</p>${shown}</section>`;
}

function numbers(visit: CommunityVisit, { table, pictures, tried }: One): Markup {
  const { number, opened, closed, marks, validated } = table;
  const { text, own, may, request } = visit;
  const { say, theirs } = text;
  if (!closed) return html``;
  const { handedOut, spoiled, left, reason } = closed;
  const given = { at: `/tables/${number}`, tried, pictures, isClosed: validated !== undefined, hint: say('table.sheetHint') };
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
<section aria-labelledby="sheet"><h2 id="sheet">${say('table.sheet')}</h2>${picturePart(visit, keepTablePicture, dropTablePicture, given)}</section>${form}`;
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
<p>${say('table.closeAbout')}</p><p><b>${say('table.has', { received: table.opened.received, marks: table.marks })}</b>${table.datedBack > 0 ? html` ${say('table.datedBack', { count: table.datedBack })}` : ''}</p>
<form method="post" action="${own}/tables/${table.number}/close" class="narrow" data-marks="${community._id}/${table.number}" data-received="${table.opened.received}" data-marked="${table.marks}" data-agrees="${say('table.agrees')}" data-slips="${say('table.slipsDiffer')}" data-marks-differ="${say('table.marksDiffer')}">
${count('handedOut')}${count('spoiled')}${count('left')}<p role="status" data-check></p><p class="mistake" data-unsent hidden>${say('table.notAllIn')}</p>
${field({ name: 'reason', label: say('table.whyDiffers'), hint: say('table.whyHint'), value: reason, mistake: mistakes.reason, isLong: true })}
${secondName(visit, helpers, mistakes.other)}<button>${say('table.doClose')}</button> <a href="${own}/tables/${table.number}">${say('table.backToIt', { number: table.number })}</a></form>`;
}

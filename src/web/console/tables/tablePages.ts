import {
  castAssisted,
  closeTable,
  dropTablePicture,
  isDatedBack,
  keepTablePicture,
  type ManyAssists,
  openTable,
  printedSerial,
  type ReadTable,
  type readMarks,
  UNDO_MS,
  undoMark,
  validateTable,
} from '../../../fund/paper/index.ts';
import type { KeptPicture } from '../../../fund/pictures/index.ts';
import { entriesIn } from '../../../store/names.ts';
import { html, type Markup } from '../../html.ts';
import { actField, actForm, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { fileLinks } from '../list.ts';
import { hall } from '../navigation.ts';
import { picturePart } from '../pictures.ts';
import type { CommunityVisit } from '../visits.ts';
import { type HandingIn, handingIn } from './handingIn.ts';
import { type Helpers, secondName } from './secondName.ts';

interface ListGiven {
  readonly tables: readonly ReadTable[];
  readonly helpers: Helpers;
  /** Those who entered many ballots beside their voters. */
  readonly assists: readonly ManyAssists[];
  readonly tried: Tried;
}

/** All tables, and the form that opens one. */
export function listPage(visit: CommunityVisit, { tables, helpers, assists, tried }: ListGiven): Markup {
  const { text, own } = visit;
  const { say, userText } = text;
  const items = tables.map(
    (table) =>
      html`<li><div><a href="${own}/tables/${table.number}"><b>${say('table.one', { number: table.number })}</b> ${userText(table.place)}</a><br>${state(visit, table)}</div></li>\n`,
  );
  const form = visit.may(openTable)
    ? html`<h2>${say('table.open')}</h2>${actForm(visit, openTable, { at: '/tables', tried, fields: { place: { attributes: html` required` }, received: COUNT, other: secondName(visit, helpers) } })}`
    : '';
  return html`${errorSummary(text, tried.mistakes ?? {})}<h1>${say('table.title')}</h1>
${items.length > 0 ? html`<ul class="items">${items}</ul>${fileLinks(visit, `${own}/tables`)}` : html`<p>${say('table.none')}</p>`}${form}
${assists.length > 0 ? html`<h2>${say('table.manyAssists')}</h2><ul class="items">${assists.map(({ name, ballots, atTables }) => html`<li>${userText(name)} <b>${ballots}</b>${atTables > 0 ? ` ${say('table.assistsAtTables', { count: atTables })}` : ''}</li>`)}</ul>` : ''}
${visit.may(castAssisted) && !visit.may(hall) ? html`<p><a class="more" href="${own}/assisted">${say('assisted.title')}</a></p>` : ''}`;
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
  readonly marks: Awaited<ReturnType<typeof readMarks.read>>;
  readonly tried: Tried;
}

/** One table: handing in while it is open, its numbers once it is closed. */
export function onePage(visit: CommunityVisit, one: One): Markup {
  const { text } = visit;
  const { say, userText } = text;
  const { table, tried } = one;
  return html`${errorSummary(text, tried.mistakes ?? {})}${doneNotice(doneIn(visit, [undoMark, closeTable, keepTablePicture, dropTablePicture, validateTable]))}
<h1>${say('table.one', { number: table.number })} <small>${userText(table.place)}</small></h1>
${table.closed ? html`<p><b>${state(visit, table)}</b></p>${numbers(visit, one)}` : handingIn(visit, { ...one, number: table.number })}
${table.closed ? '' : lately(visit, one)}`;
}

function lately(visit: CommunityVisit, { table, marks, tried }: One): Markup {
  const { text, now } = visit;
  const { say, date } = text;
  const items = marks.map(({ id, number, serial, at, heardAt, isUndone, isOwn }) => {
    const canUndo = isOwn && !isUndone && now.getTime() - heardAt.getTime() < UNDO_MS;
    const undo = canUndo ? actForm(visit, undoMark, { at: `/tables/${table.number}`, tried, fields: { id: { hidden: id } }, isQuiet: true }) : '';
    return html`<li><div>${say('table.markOf', { number, serial: printedSerial(serial) })} <small>${date(at)}${isDatedBack({ at, heardAt }) ? ` ${say('table.heardAt', { at: date(heardAt) })}` : ''}</small>${isUndone ? html` <em>${say('table.undone')}</em>` : ''}</div>${undo}</li>\n`;
  });
  const shown = items.length > 0 ? html`<ul class="items">${items}</ul>` : html`<p>${say('table.noMarks')}</p>`;
  return html`<section data-lately><h2>${say('table.lately')}</h2><p>${state(visit, table)}</p>${shown}</section>`;
}

function numbers(visit: CommunityVisit, { table, pictures, tried }: One): Markup {
  const { number, opened, closed, marks, validated } = table;
  const { text, may } = visit;
  const { say, userText } = text;
  if (!closed) return html``;
  const { handedOut, spoiled, left, reason } = closed;
  const given = { at: `/tables/${number}`, tried, pictures, isClosed: validated !== undefined, hint: say('table.sheetHint') };
  const rows = entriesIn({ received: opened.received, handedOut, spoiled, left, marks }).map(
    ([name, count]) => html`<tr><th scope="row">${say(`table.${name === 'marks' ? 'markedSlips' : name}`)}</th><td>${count}</td></tr>\n`,
  );
  const by = [...new Set([...opened.by, ...closed.by])].join(say('and'));
  const isOpen = !validated || tried.typed?.incident;
  const form =
    isOpen && may(validateTable)
      ? html`<h2>${say('table.validate')}</h2>${actForm(visit, validateTable, { at: `/tables/${number}`, tried, fields: { incident: UNMARKED } })}`
      : '';
  return html`<table class="plain"><tbody>${rows}</tbody></table><p>${say('table.by')}${userText(by)}</p>
${reason ? html`<p>${say('table.reason')}${userText(reason)}</p>` : ''}
${validated ? html`<p>${say(validated.incident ? 'table.state.incident' : 'table.state.validated')} ${userText(validated.by)} ${validated.incident ? userText(validated.incident) : ''}</p>` : ''}
<section aria-labelledby="sheet"><h2 id="sheet">${say('table.sheet')}</h2>${picturePart(visit, keepTablePicture, dropTablePicture, given)}</section>${form}`;
}

interface Closing {
  readonly table: ReadTable;
  readonly helpers: Helpers;
  readonly tried: Tried;
}

const UNMARKED = { isUnmarked: true } as const;
const COUNT = { attributes: html` required inputmode="numeric" pattern="\\d{1,6}"` };

/** The count at the end, checked while it is typed. */
export function closePage(visit: CommunityVisit, { table, helpers, tried }: Closing): Markup {
  const { text, own, community, wordOfAct } = visit;
  const { say } = text;
  const { number, opened, marks, datedBack } = table;
  const at = `/tables/${number}`;
  const given = { at, tried, fields: { handedOut: COUNT, spoiled: COUNT, left: COUNT, reason: UNMARKED, other: secondName(visit, helpers) } };
  const one = (name: string) => actField(visit, closeTable, name, given);
  return html`${errorSummary(text, tried.mistakes ?? {})}<h1>${say('table.close')}</h1>
<p>${say('table.closeAbout')}</p><p><b>${say('table.has', { received: opened.received, marks })}</b>${datedBack > 0 ? html` ${say('table.datedBack', { count: datedBack })}` : ''}</p>
<form method="post" action="${own}${at}/close" class="narrow" data-marks="${community._id}/${number}" data-received="${opened.received}" data-marked="${marks}" data-agrees="${say('table.agrees')}" data-slips="${say('table.slipsDiffer')}" data-marks-differ="${say('table.marksDiffer')}">
${one('handedOut')}${one('spoiled')}${one('left')}<p role="status" data-check></p><p class="mistake" data-unsent hidden>${say('table.notAllIn')}</p>
${one('reason')}${one('other')}<button>${wordOfAct(closeTable.name, 'button')}</button> <a href="${own}${at}">${say('table.backToIt', { number })}</a></form>`;
}

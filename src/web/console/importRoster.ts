import { setImmediate as rest } from 'node:timers/promises';
import type { Router } from 'express';
import { isVoting } from '../../fund/cycles/index.ts';
import { type Doors, importResidents, importRoster, MOST_ROWS, previewRoster, type RosterPreview, uploadRoster } from '../../fund/files/index.ts';
import { countNeedingCards } from '../../fund/roster/index.ts';
import { CodedError, type Problem } from '../../store/codedError.ts';
import { entriesIn } from '../../store/names.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { routes } from '../routes.ts';
import { doneNotice, errorSummary, field, type Mistakes } from './frame.ts';
import { fieldValue, fieldWords, isColumn } from './people/residentWords.ts';
import { address, asked, numberIn, typed } from './query.ts';
import { sendTable } from './tableFiles.ts';
import { filesBody, formIn } from './uploads.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** The largest file that is taken, in bytes: more than any community's roster, and little enough to hold in memory. */
const LARGEST = 5_000_000;
/** Lines of each kind that are shown. */
const SHOWN = 100;
const MAX_REASON_CHARS = 300;
/** The columns of the empty table, the first ones first; those of the preview besides. */
const TEMPLATE = ['name', 'phone', 'building', 'door', 'role', 'id'] as const;
/** Its rows, whose cells are texts: Excel makes no day of `3-2` there. */
const TEMPLATE_ROWS = 500;

/** A roster as CSV or XLSX: uploaded, looked at, and only then imported. */
export function importPages(world: World, known: Visits): Router {
  const { ofCommunity, withFile } = known;
  const path = '/console/:slug/people/import';
  const own = (visit: CommunityVisit) => `${visit.own}/people/import`;

  const body = filesBody(
    known,
    LARGEST,
    (visit) => visit.may(importResidents),
    (visit, why, status) => show(visit, { file: visit.text.say(`import.refused.${why === 'tooLarge' ? 'tooBig' : 'busy'}`) }, status),
  );

  return routes()
    .page(path, ofCommunity, async (visit) => {
      mayImport(visit);
      await show(visit, {}, 200);
    })
    .post(
      path,
      ...body,
      withFile(async (visit) => {
        const file = formIn(visit.request)?.files.find(({ field: name }) => name === 'file')?.bytes;
        if (!file) return show(visit, { file: visit.text.say('import.refused.none') }, 422);
        const read = await uploadRoster(world, visit.community._id, file, visit.doer(importResidents)).catch((error: unknown) => {
          if (error instanceof CodedError && error.code === 'apart-limits') return { refused: 'tooBig' } as const;
          throw error;
        });
        if ('token' in read) return visit.lead(`${own(visit)}/${read.token}`);
        await show(visit, { file: visit.text.say(`import.refused.${read.refused}`, 'params' in read ? read.params : {}) }, 422);
      }),
    )
    .page(`${path}/template.xlsx`, withFile, async (visit) => {
      mayImport(visit);
      const { text, community, response } = visit;
      const columns = TEMPLATE.map((name) => ({ name, head: text.say(`import.template.${name}`) }));
      await sendTable(response, 'xlsx', () => `roster-${community._id}`, { columns, rows: emptyRows() });
    })
    .page(`${path}/:token`, withFile, (visit) => showPreview(visit, {}, 200))
    .form(`${path}/:token`, withFile, async (visit) => {
      const { request, community, text } = visit;
      const given = {
        ...{ token: String(request.params.token), shown: typed(request, 'shown'), doors: doorsOf(visit) },
        reason: cleanText(typed(request, 'reason', MAX_REASON_CHARS)),
      };
      const outcome = await importRoster(known.context, community._id, given, visit.doer(importResidents));
      if ('imported' in outcome)
        return visit.lead(address(own(visit), { done: 'imported', ...outcome.imported, ...(outcome.asked && { waits: outcome.asked.waits }) }));
      if (outcome.refused === 'needsReason') return showPreview(visit, { reason: text.say('import.reasonMissing') }, 422);
      await showPreview(visit, outcome.refused === 'problems' ? {} : { form: text.say('import.changed') }, 409);
    });

  async function show(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    const { text, request } = visit;
    const { say } = text;
    const voting = await isVoting(visit.community._id, visit.now);
    const counts = { added: numberIn(request.query.added) ?? 0, changed: numberIn(request.query.changed) ?? 0 };
    const waits = numberIn(request.query.waits);
    const isDone = asked(request, 'done') === 'imported';
    const about = { name: 'file', label: say('import.file'), hint: say('import.hint', { most: MOST_ROWS }), mistake: mistakes.file };
    await visit.send(
      say('import.title'),
      [
        doneNotice(isDone ? say('import.done', counts) : undefined),
        isDone ? await onwards(visit) : html``,
        waits === undefined
          ? html``
          : html`<p class="notice">${say('import.doneWaits')} <a href="${visit.own}/second/${waits}">${say('second.one', { number: waits })}</a></p>`,
        errorSummary(text, mistakes),
        html`<p><a href="${visit.own}/people">${say('import.back')}</a></p><h1>${say('import.title')}</h1><p>${say('import.about')}</p>
${voting ? html`<p class="notice">${say('import.voting')} <a href="${visit.own}/people/new">${say('people.add')}</a></p>` : ''}
<p><a href="${own(visit)}/template.xlsx">${say('import.getTemplate')}</a></p>
<form method="post" action="${own(visit)}" enctype="multipart/form-data" data-working="${say('import.reading')}">
${field({ ...about, attributes: html` type="file" accept=".csv,.xlsx,.txt" required` })}
<button>${say('import.look')}</button></form>`,
      ],
      { status, path: own(visit) },
    );
  }

  async function showPreview(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    const { text, request } = visit;
    const token = String(request.params.token);
    const found = await previewRoster(world, visit.community._id, token, visit.doer(importResidents), doorsOf(visit));
    if (!found) return show(visit, { form: text.say('import.over') }, 404);
    await visit.send(
      text.say('import.title'),
      [
        errorSummary(text, mistakes),
        html`<p><a href="${own(visit)}">${text.say('import.other')}</a></p><h1>${text.say('import.preview')}</h1>`,
        countsOf(visit, found),
        doorsPart(visit, `${own(visit)}/${token}`, found),
        found.problems.length > 0 ? html`` : takeForm(visit, address(`${own(visit)}/${token}`, { doors: wholeOnly(found.doors) }), found, mistakes),
        ...previewParts(visit, found),
      ],
      { status, path: address(`${own(visit)}/${token}`, { doors: wholeOnly(found.doors) }) },
    );
  }
}

/** What follows an import: cards for those who cannot vote by phone alone, and the roster. */
async function onwards({ community, own, text: { say } }: CommunityVisit): Promise<Markup> {
  const count = await countNeedingCards(community._id);
  const cards = count > 0 ? html`<li><a href="${own}/people/cards?way=needed">${say('import.needCards', { count })}</a></li>` : '';
  return html`<ul class="items">${cards}<li><a href="${own}/people">${say('import.toRoster')}</a></li></ul>`;
}

function mayImport(visit: CommunityVisit): void {
  if (!visit.may(importResidents)) throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres.');
}

/** Whether the address wants doors as the file has them. */
function doorsOf({ request }: CommunityVisit): Doors {
  return request.query.doors === 'whole' ? 'whole' : 'split';
}

/** What stands of it in an address. */
function wholeOnly(doors: RosterPreview['doors']): 'whole' | undefined {
  return doors === 'whole' ? doors : undefined;
}

/** That buildings were read from doors, and the way to leave that. */
function doorsPart({ text: { say } }: CommunityVisit, path: string, { doors }: RosterPreview): Markup {
  if (!doors) return html``;
  const other = doors === 'split' ? 'whole' : undefined;
  return html`<p class="notice">${say(`import.doors.${doors}`)} <a href="${address(path, { doors: other })}">${say(`import.doors.${doors}Not`)}</a></p>`;
}

function takeForm(
  { text: { say }, request }: CommunityVisit,
  path: string,
  { shown, needsReason, added, changed }: RosterPreview,
  mistakes: Mistakes,
): Markup {
  if (added.length + changed.length === 0) return html`<p>${say('import.nothing')}</p>`;
  const reason = { name: 'reason', label: say('import.reason'), hint: say('import.reasonHint'), value: typed(request, 'reason', MAX_REASON_CHARS) };
  const waiting = [...added, ...changed].filter(({ waits }) => waits).length;
  return html`<form method="post" action="${path}" data-working="${say('import.taking')}"><input type="hidden" name="shown" value="${shown}">
${waiting > 0 ? html`<p class="notice">${say('import.waiting', { count: waiting })}${needsReason ? html` ${say('import.newPhones')}` : ''}</p>` : ''}
${needsReason ? field({ ...reason, mistake: mistakes.reason }) : ''}
<button>${say('import.take', { added: added.length, changed: changed.length })}</button></form>`;
}

async function* emptyRows() {
  yield Array.from({ length: TEMPLATE_ROWS }, () => TEMPLATE.map(() => ''));
  await rest();
}

function countsOf({ text: { say, userText } }: CommunityVisit, { problems, added, changed, unchanged, left, ended, ignored }: RosterPreview): Markup {
  const phoneless = added.filter(({ phone }) => phone === undefined).length;
  const shared = added.filter(({ shares }) => shares !== undefined).length;
  const counts = { added: added.length, changed: changed.length, unchanged, phoneless, shared, left, ended };
  const facts = entriesIn(counts).filter(([name, count]) => count > 0 || (problems.length === 0 && (name === 'added' || name === 'changed')));
  return html`<ul class="counts">${facts.map(([name, count]) => html`<li><span class="count">${count}</span> ${say(`import.count.${name}`)}</li>`)}</ul>
${ignored.length > 0 ? html`<p>${say('import.ignored')} ${userText(ignored.join(say('and')))}</p>` : ''}`;
}

function previewParts(visit: CommunityVisit, { problems, added, changed }: RosterPreview): Markup[] {
  const { say, userText } = visit.text;
  const called = (name: string | undefined, id: string) => html`${userText(name ?? '')} <small>${id}</small>`;
  const section = (name: 'wrongLines' | 'changedLines', all: readonly unknown[], items: readonly Markup[]) =>
    all.length === 0
      ? html``
      : html`<section aria-labelledby="${name}"><h2 id="${name}">${say(`import.${name}`, { count: all.length })}</h2><ul class="lines">${items}</ul>${all.length > SHOWN ? html`<p>${say('import.more', { count: all.length - SHOWN })}</p>` : ''}</section>`;
  const wrong = problems.slice(0, SHOWN).map((problem) => html`<li>${say('import.line', { line: problem.line })} ${wrongIn(visit, problem)}</li>`);
  const changes = changed.slice(0, SHOWN).map(({ line, id, name, differing, isLate, waits }) => {
    const each = differing.map(({ field: what, here, file }) =>
      what === 'card'
        ? html`<dt>${fieldWords(visit, what)}</dt><dd>${say('import.newCard')}</dd>`
        : html`<dt>${fieldWords(visit, what)}</dt><dd><del>${fieldValue(visit, what, here)}</del> → <ins>${fieldValue(visit, what, file)}</ins></dd>`,
    );
    return html`<li>${say('import.line', { line })} ${called(name, id)}${waits ? html` <strong>${say('import.waits')}</strong>` : ''}${isLate ? html` <strong class="late">${say('import.late')}</strong>` : ''}<dl class="about-it">${each}</dl></li>`;
  });
  return [
    problems.length > 0
      ? html`<div class="mistakes" role="alert">${section('wrongLines', problems, wrong)}<p>${say('import.nothingDone')}</p></div>`
      : html``,
    section('changedLines', changed, changes),
    addedTable(visit, added),
  ];
}

/** Who would be added, those first whose phone is to be looked at. */
function addedTable(visit: CommunityVisit, added: RosterPreview['added']): Markup {
  const { say, userText, phone: spaced } = visit.text;
  if (added.length === 0) return html``;
  const isMarked = ({ phone, shares }: (typeof added)[number]) => phone === undefined || shares !== undefined;
  const shown = [...added.filter(isMarked), ...added.filter((each) => !isMarked(each))].slice(0, SHOWN);
  const heads = (['name', 'phone', 'building', 'door'] as const).map((name) => fieldWords(visit, name));
  const rows = shown.map(({ line, id, name, phone, building, door, shares, waits }) => {
    const marks = [
      ...(phone === undefined ? [say('people.noPhone')] : []),
      ...(shares === undefined ? [] : [shares === 'roster' ? say('import.onRoster') : say('import.sharesLine', { line: shares })]),
      ...(waits ? [say('import.waits')] : []),
    ];
    return html`<tr><td>${say('import.line', { line })}</td><td>${userText(name ?? '')}</td><td>${phone === undefined ? '' : spaced(phone)}</td><td>${userText(building ?? '')}</td><td>${userText(door ?? '')}</td><td><span class="named">${say('people.id')} </span>${id}</td><td class="block">${marks.length > 0 ? html`<strong>${marks.join(say('and'))}</strong>` : ''}</td></tr>
`;
  });
  return html`<section aria-labelledby="addedLines"><h2 id="addedLines">${say('import.addedLines', { count: added.length })}</h2>
<table class="list"><thead><tr><th scope="col">${say('import.row')}</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}<th scope="col">${say('people.id')}</th><th scope="col">${say('import.marks')}</th></tr></thead>
<tbody>${rows}</tbody></table>${added.length > SHOWN ? html`<p>${say('import.more', { count: added.length - SHOWN })}</p>` : ''}</section>`;
}

function wrongIn(visit: CommunityVisit, { what, why }: Problem): string {
  if (!why) return what;
  const { column, ...params } = { column: undefined, ...why.params };
  return visit.text.say(`import.wrong.${why.key}`, {
    ...params,
    ...(typeof column === 'string' && isColumn(column) && { column: fieldWords(visit, column) }),
  });
}

import { setImmediate as rest } from "node:timers/promises";
import { Router } from "express";
import { html } from "../html.js";
import { doneNotice, errorSummary, furtherLink } from "./frame.js";
import { keptIn, listState, listValues } from "./listState.js";
import { bulkForm, tickBox, tickLinks } from "./listTicks.js";
import { address, asked } from "./query.js";
import { FILE_KINDS, sendTable } from "./tableFiles.js";
const EACH = 50;
const PIECE = 25;
const MOST = 1e4;
const CHUNK = 500;
export function listRoutes(known, list) {
  const { ofCommunity } = known;
  const path = `/console/:slug/${list.name}`;
  return Router().use(fileRoutes(known, list)).get(
    path,
    ofCommunity((visit) => showList(visit, list))
  ).post(
    path,
    ofCommunity(async (visit) => visit.lead(listAddress(visit, list)))
    // to the page that follows, with the ticks of this one
  );
}
export function fileRoutes({ ofCommunity }, list) {
  const path = `/console/:slug/${list.name}`;
  const routes = Router();
  for (const kind of FILE_KINDS)
    routes.get(
      `${path}.${kind}`,
      ofCommunity(async (visit) => {
        const columns = list.columns(visit, listState(list, visit.request)).flatMap(({ name: name2, text }) => text ? [{ name: name2, text, head: visit.text.say(`${list.words}.${name2}`) }] : []);
        const { rows, isCut } = everyRow(visit, list);
        const name = () => `${nameOf(visit, list).replaceAll("/", "-")}-${visit.community._id}${isCut() ? `-first-${MOST}` : ""}`;
        await sendTable(visit.response, kind, name, { columns, rows: cellsOf(rows, (row) => columns.map(({ text }) => text(row))) });
      })
    );
  return routes;
}
async function* cellsOf(chunks, cells) {
  for await (const rows of chunks) yield rows.map(cells);
}
function everyRow(visit, list) {
  const state = listState(list, visit.request);
  let next;
  async function* chunks() {
    let left = MOST;
    do {
      const found = await list.read(visit, { ...state, after: next === void 0 ? void 0 : String(next) }, Math.min(list.chunk ?? CHUNK, left));
      yield found.rows;
      next = found.next;
      left -= found.rows.length;
      await rest();
    } while (next !== void 0 && left > 0);
  }
  return { rows: chunks(), isCut: () => next !== void 0 };
}
export async function chosenIn(visit, list) {
  const { isAll, ticked } = listState(list, visit.request);
  if (!isAll) return { keys: ticked };
  const { rows, isCut } = everyRow(visit, list);
  const keys = [];
  for await (const some of rows) keys.push(...some.map(list.bulk.keyOf));
  return asked(visit.request, "count") === String(keys.length) && !isCut() ? { keys } : { changed: true };
}
export async function showList(visit, list, mistakes = {}, status = 200) {
  const { text, own } = visit;
  const { say } = text;
  const state = listState(list, visit.request);
  const path = `${own}/${nameOf(visit, list)}`;
  const title = list.title?.(visit) ?? say(`tab.${list.name}`);
  const { rows, next, count } = await list.read(visit, state, EACH);
  const acts = rows.length > 0 ? list.bulk?.form(visit, mistakes) : void 0;
  const bulk = acts && list.bulk;
  const ticks = bulk && { path, state, keys: rows.map(bulk.keyOf), count: canChoose(count) };
  await visit.send(
    title,
    [
      doneNotice(list.done?.(visit)),
      errorSummary(text, mistakes),
      html`<h1>${title}${count === void 0 ? "" : html` <small>${say("list.count", { count })}</small>`}</h1>`,
      ...await list.above?.(visit, state, mistakes) ?? [],
      ticks ? tickLinks(visit, ticks) : html``,
      rows.length > 0 ? await table(visit, list, state, rows, bulk) : html`<p>${say(`${list.words}.nothing`)}</p>`,
      ticks && acts && bulk ? bulkForm(visit, ticks, `${own}/${bulk.path}`, acts, next) : furtherLink(text, next === void 0 ? void 0 : address(path, { ...listValues(state), after: next })),
      rows.length > 0 ? fileLinks(visit, path, state) : html``
    ],
    { status, path: address(path, listValues(state)), ...ticks && { script: "tickPage" } }
  );
}
export function listAddress(visit, list, more = {}) {
  return address(`${visit.own}/${nameOf(visit, list)}`, { ...keptIn(list, visit.request), ...more });
}
function nameOf({ request }, { name }) {
  return name.replaceAll(/:(\w+)/g, (_, parameter) => String(request.params[parameter]));
}
function canChoose(count) {
  return count !== void 0 && count <= MOST ? count : void 0;
}
async function table(visit, list, state, rows, bulk) {
  const columns = list.columns(visit, state).flatMap(({ name, cell, isBlock, isNamed }) => {
    if (!cell) return [];
    const begin = isBlock ? html`<td class="block">` : html`<td>`;
    return [{ name, cell, begin, named: isNamed ? html`<span class="named">${visit.text.say(`${list.words}.${name}`)} </span>` : "" }];
  });
  const heads = columns.map(({ name }) => head(visit, list, state, name));
  const lines = [];
  for (const row of rows) {
    if (lines.length % PIECE === 0) await rest();
    const cells = columns.map(({ cell, begin, named }) => {
      const value = cell(row);
      return html`${begin}${value === "" ? "" : named}${value}</td>`;
    });
    lines.push(html`<tr>${bulk ? tickBox(visit, bulk, state, row) : ""}${cells}</tr>
`);
  }
  await rest();
  return html`<table class="list"><thead${list.sorts ? html` class="sorts"` : ""}><tr>${bulk ? html`<td class="tick"></td>` : ""}${heads}</tr></thead>
<tbody>${lines}</tbody></table>`;
}
function head(visit, list, state, column) {
  const { say } = visit.text;
  const { words, sorts = [] } = list;
  const label = say(`${words}.${column}`);
  if (!sorts.includes(column)) return html`<th scope="col">${label}</th>`;
  const isBy = state.sort?.by === column;
  const isDescending = isBy && state.sort.isDescending;
  const sort = { by: column, isDescending: isBy && !isDescending };
  const link = address(`${visit.own}/${nameOf(visit, list)}`, listValues({ ...state, sort, after: void 0 }));
  const arrow = html` <span aria-hidden="true">${isDescending ? "\u2193" : "\u2191"}</span>`;
  const sorted = html` aria-sort="${isDescending ? "descending" : "ascending"}"`;
  return html`<th scope="col"${isBy ? sorted : ""}><a href="${link}">${label}${isBy ? arrow : ""}</a></th>`;
}
export function fileLinks({ text: { say } }, path, filtered) {
  const { filter, sort } = filtered ?? { filter: {}, sort: void 0 };
  const values = listValues({ filter, sort, after: void 0, ticked: [], isAll: false });
  const links = FILE_KINDS.map((kind) => html`<a href="${address(`${path}.${kind}`, values)}">${kind.toUpperCase()}</a> `);
  return html`<p class="files"><span>${say(filtered ? "list.files" : "list.asFile", { most: MOST })}</span> ${links}</p>`;
}

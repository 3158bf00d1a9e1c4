import { setImmediate as rest } from "node:timers/promises";
import { phone } from "../../contacts/phone.js";
import { cleanText } from "../../store/text.js";
import { LANGUAGES } from "../communities/index.js";
import { isCard, ROLES } from "../people/index.js";
import { doubledColumns, firstLineOf, readCsv, unknownColumns } from "./readCsv.js";
export const COLUMNS = ["id", "name", "phone", "card", "building", "language", "role"];
export function readResidents(file, text, near) {
  const { records, problem } = readCsv(file, text);
  const steps = reading(file, records, near, problem);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
export async function readInPauses(file, records, near) {
  const steps = reading(file, records, near);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % 50 === 0) await rest();
  }
}
function* reading(file, records, near, problem) {
  const unread = problem ? [problem] : [];
  const problems = [];
  const rows = [];
  let columns;
  let count = 0;
  for (const parsedRow of records) {
    const line = firstLineOf(parsedRow);
    if (!columns) {
      const names = parsedRow.record.map((name) => name.trim());
      const wrongHeader = headerProblems(names).map((what) => ({ file, line, what }));
      if (wrongHeader.length > 0) return { columns: [], rows: [], problems: [...wrongHeader, ...unread], isWhole: false };
      columns = names.flatMap((name) => COLUMNS.filter((column) => column === name));
      continue;
    }
    count += 1;
    const read = rowOf(parsedRow.record, columns, near);
    problems.push(...read.wrong.map((wrong) => ({ file, line, ...wrong })));
    if (read.row) rows.push({ line, ...read.row });
    yield;
  }
  if (!columns) {
    const missing = { file, line: 1, what: "there must be a first line with the names of the columns", why: { key: "noColumns" } };
    return { columns: [], rows: [], problems: problem ? unread : [missing], isWhole: false };
  }
  const found = [...problems, ...yield* doubled(file, rows, "id"), ...yield* doubled(file, rows, "card"), ...unread];
  return { columns, rows, problems: found, isWhole: !problem && rows.length === count };
}
function rowOf(record, columns, near) {
  if (record.length !== columns.length) return { wrong: [{ what: `there are ${record.length} cells for ${columns.length} columns` }] };
  const cell = Object.fromEntries(columns.map((column, index) => [column, cleanText(record[index] ?? "")]));
  const { id, name, building, language } = cell;
  const card = cell.card?.replace(/[\s-]/g, "");
  const number = cell.phone ? phone(cell.phone, near) : void 0;
  const role = ROLES.find((role2) => role2 === (cell.role || "resident"));
  const wrong = [
    ...id ? [] : [{ what: "id is missing", why: { key: "noId" } }],
    ...LENGTHS.flatMap(
      ([column, max]) => [...cell[column] ?? ""].length > max ? [{ what: `${column} must have at most ${max} characters`, why: { key: "tooLong", params: { column, max } } }] : []
    ),
    ...cell.phone && !number ? [{ what: "phone is not a phone number", why: { key: "badPhone" } }] : [],
    ...cardProblems(card),
    ...language && !LANGUAGES.some((known) => known === language) ? [{ what: `language must be one of ${LANGUAGES.join(", ")}`, why: { key: "badLanguage" } }] : [],
    ...role ? [] : [{ what: `role must be one of ${ROLES.join(", ")}`, why: { key: "badRole" } }]
  ];
  if (!id) return { wrong };
  return {
    row: {
      id,
      ...name && { name },
      ...number && { phone: number },
      ...card && { card },
      ...building && { building },
      ...language && { language },
      role: role ?? "resident"
    },
    wrong
  };
}
function cardProblems(card) {
  if (!card || isCard(card)) return [];
  const what = /^\d{8}$/.test(card) ? 'card has eight digits, cards have nine: leave the cell empty and make a new one with "npm run residents -- cards"' : "card is mistyped: it has nine digits, not beginning with 0, the last a check digit";
  return [{ what, why: { key: "badCard" } }];
}
const LENGTHS = [
  ["id", 64],
  ["name", 60],
  ["building", 60]
];
function* doubled(file, rows, column) {
  const first = /* @__PURE__ */ new Map();
  const problems = [];
  for (const { line, [column]: value } of rows) {
    yield;
    if (value === void 0) continue;
    const before = first.get(value);
    if (before === void 0) first.set(value, line);
    else problems.push({ file, line, what: `${column} is in line ${before} already`, why: { key: "doubled", params: { column, before } } });
  }
  return problems;
}
function headerProblems(names) {
  return [...unknownColumns(names, COLUMNS), ...doubledColumns(names), ...names.includes("id") ? [] : ["column id is missing"]];
}

import { createHash } from "node:crypto";
import { join } from "node:path";
import { setImmediate as rest } from "node:timers/promises";
import { apart } from "../../store/apart.js";
import { collection } from "../../store/collection.js";
import { findCommunity } from "../communities/index.js";
import { CALENDAR_FIELDS, Cycle, isUnsettled } from "../cycles/index.js";
import { withLog } from "../log/index.js";
import { checkRight } from "../people/index.js";
import { changedHere } from "./changedHere.js";
import { readInPauses } from "./readResidents.js";
import { applyChanges, residentChanges } from "./residentChanges.js";
import { dropUpload, keepUpload, openUpload } from "./upload.js";
export const MOST_ROWS = 3e4;
const LIMITS = { ms: 2e4, mebibytes: 320 };
const TABLE = join(import.meta.dirname, "table");
export function uploadRoster(world) {
  return async (community, bytes, actor) => {
    checkRight(actor, "importResidents", community);
    const read = await apart(
      TABLE,
      "readRosterFile",
      { bytes, mostRows: MOST_ROWS },
      LIMITS
    );
    return "refused" in read ? read : { token: await keepUpload(world, community, actor, read) };
  };
}
export function previewRoster(world) {
  return async (community, token, actor) => {
    checkRight(actor, "importResidents", community);
    const upload = await openUpload(world, community, actor, token);
    if (!upload) return null;
    return (await planned(world, community, await readAgain(community, upload), upload.ignored)).preview;
  };
}
export function importRoster(world) {
  return async (community, { token, shown, reason }, actor) => {
    const acting = checkRight(actor, "importResidents", community);
    const upload = await openUpload(world, community, actor, token);
    if (!upload) return { refused: "noUpload" };
    const read = await readAgain(community, upload);
    const outcome = await withLog(world)(community, async (session, write) => {
      const { preview, changes } = await planned(world, community, read, upload.ignored, session);
      if (preview.shown !== shown) return { refused: "changed" };
      if (preview.needsReason && reason === "") return { refused: "needsReason" };
      if (!changes || preview.problems.length > 0) return { refused: "problems" };
      const imported = { added: changes.added.length, changed: changes.changed.length };
      if (imported.added + imported.changed === 0) return { imported };
      await applyChanges(world, community, changes, { actor, reason: reason === "" ? void 0 : reason, at: world.now() }, session);
      const after = { ...imported, ...changes.keys.length > 0 && { keys: changes.keys.length } };
      await write({ ...acting, subject: community, detail: { after, ...reason !== "" && { reason } } });
      return { imported };
    });
    if ("imported" in outcome) await dropUpload(world, community, actor, token);
    return outcome;
  };
}
async function readAgain(community, { lines }) {
  const found = await findCommunity(community);
  return readInPauses(FILE, rowsIn(lines), found?.phone);
}
function* rowsIn(lines) {
  let line = 0;
  for (let begin = 0; begin <= lines.length; ) {
    const found = lines.indexOf("\n", begin);
    const end = found < 0 ? lines.length : found;
    line += 1;
    if (end > begin) yield { record: JSON.parse(lines.slice(begin, end)), lastLine: line };
    begin = end + 1;
  }
}
async function planned(world, community, read, ignored, session) {
  if (!read.isWhole) return { preview: await shownAs({ ...NOTHING, ignored, problems: read.problems.toSorted(byLine) }) };
  const now = world.now();
  const cycles = await collection(Cycle).find({ community }, { ...session && { session }, projection: CALENDAR_FIELDS }).toArray();
  const isVoting = cycles.some((cycle) => isUnsettled(cycle, now));
  const changes = await residentChanges(world, community, read, { replace: false, isVoting, isExplained: true, now, session });
  const { addedRows, changed, left, ended } = changes;
  const newCards = changed.filter(({ set }) => set.card !== void 0).map(({ row }) => row);
  const waits = isVoting ? [...addedRows, ...newCards].map(({ line }) => ({ file: FILE, line, ...NEEDS_SECOND })) : [];
  const late = new Set((await changedHere(world, community, { residents: changes })).map(({ line }) => line));
  const preview = await shownAs({
    added: addedRows.map(({ line, id, name, building }) => ({ line, id, name, building })),
    changed: changed.map(({ row: { line, id, name }, set, differing }) => ({
      ...{ line, id, name, isLate: late.has(line) },
      differing: [...differing, ...set.card === void 0 ? [] : [{ field: "card" }]]
    })),
    unchanged: read.rows.length - addedRows.length - changed.length - left,
    ...{ left, ended, ignored },
    problems: [...read.problems, ...changes.problems, ...waits].toSorted(byLine),
    needsReason: isVoting && changes.keys.length > 0
  });
  return { preview, changes };
}
function byLine(one, other) {
  return one.line - other.line;
}
const FILE = "residents.csv";
const NEEDS_SECOND = { what: "while voting is open somebody new, or a new card, needs a second person", why: { key: "needsSecond" } };
const NOTHING = { added: [], changed: [], unchanged: 0, left: 0, ended: 0, needsReason: false };
const EACH = 200;
async function shownAs(preview) {
  const { added, changed, problems, ...counts } = preview;
  const hash = createHash("sha256").update(JSON.stringify(counts));
  for (const lines of [added, changed, problems])
    for (let from = 0; from < lines.length; from += EACH) {
      hash.update(JSON.stringify(lines.slice(from, from + EACH)));
      await rest();
    }
  return { ...preview, shown: hash.digest("base64url") };
}

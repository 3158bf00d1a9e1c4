import { addressHmac, phoneContact } from "../../contacts/contact.js";
import { collection } from "../../store/collection.js";
import { pauses } from "../../store/inTime.js";
import {
  cardHmac,
  changeResidents,
  moveStops,
  personFields,
  personOf,
  Resident,
  recordKeyChanges,
  residentId,
  residentRecord
} from "../people/index.js";
const FILE = "residents.csv";
const PAUSE_MS = 1;
const GIVEN = ["name", "phone", "building", "language", "role"];
const PERSON = ["name", "phone"];
export async function residentChanges({ vault }, community, { rows, columns }, { replace, isVoting, isExplained, now, session }) {
  const turn = pauses(session ? void 0 : PAUSE_MS);
  const { known, cards, holders, held, withoutZeros } = await rosterNow(vault, community, { isVoting, session }, turn);
  const identified = [];
  const ids = /* @__PURE__ */ new Set();
  for (const row of rows) {
    await turn();
    const _id = residentId(vault, community, row.id);
    identified.push({ row, _id });
    ids.add(_id);
  }
  const gone = /* @__PURE__ */ new Set();
  const leftOut = /* @__PURE__ */ new Set();
  for (const resident of replace || isVoting ? known.values() : []) {
    await turn();
    if (resident.erasedAt || ids.has(resident._id)) continue;
    if (replace) gone.add(resident._id);
    const same = isVoting ? sameness(resident) : void 0;
    if (same !== void 0) leftOut.add(same);
  }
  const freed = /* @__PURE__ */ new Set();
  const comparing = {
    vault,
    community,
    columns,
    isVoting,
    isExplained,
    isMade: session !== void 0,
    withoutZeros,
    leftOut,
    held,
    holders
  };
  const problems = [];
  if (isVoting && gone.size > 0)
    problems.push({ file: FILE, line: 1, what: `${gone.size} residents are left out, and while voting is open none is removed` });
  const added = [];
  const addedRows = [];
  const changed = [];
  const claims = [];
  const keys = [];
  let left = 0;
  let ended = 0;
  for (const { row, _id } of identified) {
    await turn();
    const before = known.get(_id);
    if (before?.erasedAt) {
      left += 1;
      continue;
    }
    const given = row.card === void 0 ? void 0 : cardHmac(vault, community, row.card);
    const isEnded = given !== void 0 && before?.endedCards?.includes(given) === true;
    if (isEnded) ended += 1;
    const card = isEnded ? void 0 : given;
    if (card !== void 0) claims.push({ line: row.line, card, _id });
    if (!before) {
      const { wrong, sharesPhone } = newcomer(row, comparing);
      problems.push(...wrong);
      if (sharesPhone) keys.push({ resident: _id, what: "phone" });
      const { line: _, id, card: __, ...rest } = row;
      if (session) added.push(residentRecord(vault, { _id, community, rosterId: id, ...rest, ...card !== void 0 && { card }, addedAt: now }));
      addedRows.push(row);
      continue;
    }
    const change = changeOf(row, before, card, comparing);
    if (!change) continue;
    changed.push(change);
    if (change.endsLinks && before.card !== void 0) freed.add(before.card);
    if (!isVoting) continue;
    const keysHere = keysIn(change);
    problems.push(...whileVoting(row, change, keysHere, isExplained));
    keys.push(...keysHere.map((what) => ({ resident: _id, what })));
  }
  for (const { line, card, _id } of claims) {
    const holder = cards.get(card);
    if (holder === void 0 || holder === _id || freed.has(card) || gone.has(holder)) continue;
    const what = known.get(holder)?.erasedAt ? "card is that of somebody who asked to be deleted" : "card is that of somebody else on the roster";
    problems.push({ file: FILE, line, what, why: { key: "cardTaken" } });
  }
  return { added, addedRows, changed, removed: [...gone], left, ended, keys, problems };
}
const COMPARED = { person: 1, phoneId: 1, building: 1, language: 1, role: 1, card: 1, endedCards: 1, erasedAt: 1, "linkedContacts.id": 1 };
const AT_ONCE = 50;
async function rosterNow(vault, community, { isVoting, session }, turn) {
  const known = /* @__PURE__ */ new Map();
  const cards = /* @__PURE__ */ new Map();
  const holders = /* @__PURE__ */ new Map();
  const held = /* @__PURE__ */ new Set();
  const withoutZeros = /* @__PURE__ */ new Map();
  const stored = collection(Resident).find(
    { community },
    { ...session && { session }, batchSize: 1e3, projection: COMPARED, promoteBuffers: true }
  );
  for await (const first of stored)
    for (const { person, linkedContacts, ...compared } of [first, ...stored.readBufferedDocuments(AT_ONCE)]) {
      await turn();
      const resident = { ...compared, ...personOf(vault, { _id: compared._id, ...person && { person } }) };
      const { _id, rosterId, phone, phoneId, card, erasedAt } = resident;
      known.set(_id, resident);
      if (card !== void 0) cards.set(card, _id);
      if (phone !== void 0 && !erasedAt) holders.set(phone, (holders.get(phone) ?? 0) + 1);
      if (rosterId?.startsWith("0")) withoutZeros.set(rosterId.replace(/^0+/, ""), rosterId);
      if (!isVoting) continue;
      if (phoneId) held.add(phoneId);
      for (const { id } of linkedContacts) held.add(id);
    }
  return { known, cards, holders, held, withoutZeros };
}
function newcomer(row, { vault, community, isVoting, isExplained, withoutZeros, leftOut, held }) {
  const wrong = [];
  const add = (what, why) => wrong.push({ file: FILE, line: row.line, what, why });
  const whole = withoutZeros.get(row.id);
  if (whole !== void 0)
    add(`id ${row.id} is new, and ${whole} is on the roster: its zeros were lost, as Excel does`, { key: "zeros", params: { id: row.id, whole } });
  if (isVoting && row.role !== "resident") add(`role ${row.role} would be new, and while voting is open roles stay`, { key: "roleStays" });
  const same = sameness(row);
  const isSomebody = same !== void 0 && leftOut.has(same);
  if (isSomebody) add("id would change of somebody on the roster, and while voting is open none changes", { key: "idStays" });
  const sharesPhone = !isSomebody && held.size > 0 && row.phone !== void 0 && held.has(addressHmac(vault, { community, ...phoneContact(row.phone) }));
  if (sharesPhone && !isExplained) add(`phone is somebody\u2019s on the roster, and would be shared: ${NEEDS_REASON}`, { key: "needsReason" });
  return { wrong, sharesPhone };
}
function changeOf(row, before, card, { vault, community, columns, holders, isMade }) {
  const { _id } = before;
  const isNewCard = card !== void 0 && card !== before.card;
  const differing = GIVEN.filter((field) => columns.includes(field) && row[field] !== before[field]);
  if (!isNewCard && differing.length === 0) return void 0;
  const set = { ...isNewCard && { card } };
  const unset = [];
  for (const field of differing) {
    if (isOfPerson(field)) continue;
    if (row[field] === void 0) unset.push(field);
    else Object.assign(set, { [field]: row[field] });
  }
  if (differing.some(isOfPerson)) {
    const { rosterId = row.id, name, phone } = { ...before, ...Object.fromEntries(differing.map((field) => [field, row[field]])) };
    if (isMade) {
      const { person, searchKeys } = personFields(vault, { _id, community }, { rosterId, name, phone });
      Object.assign(set, { person, searchKeys });
    }
    if (differing.includes("phone") && phone === void 0) unset.push("phoneId");
    else if (differing.includes("phone") && phone !== void 0) set.phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
  }
  const isMoved = set.phoneId !== void 0 && before.phone !== void 0 && holders.get(before.phone) === 1;
  return {
    _id,
    row,
    differing: differing.map((field) => ({ field, here: before[field], file: row[field] })),
    set,
    unset,
    endsLinks: isNewCard && before.card !== void 0,
    ...isMoved && { phoneBefore: before.phoneId }
  };
}
function whileVoting({ line }, { set }, keys, isExplained) {
  const wrong = [];
  if (set.role !== void 0)
    wrong.push({ file: FILE, line, what: "role would change, and while voting is open roles stay", why: { key: "roleStays" } });
  if (keys.length > 0 && !isExplained)
    wrong.push({ file: FILE, line, what: `${keys.join(" and ")} would change: ${NEEDS_REASON}`, why: { key: "needsReason" } });
  return wrong;
}
export async function applyChanges(world, community, changes, { actor, reason, at }, session, progress) {
  await changeResidents(changes, session, progress);
  if (reason !== void 0) await recordKeyChanges(community, changes.keys, { actor, reason, at }, session);
  await moveStops(world, community, phonesIn(changes), session);
}
function phonesIn({ changed }) {
  return new Map(changed.flatMap(({ set, phoneBefore }) => set.phoneId && phoneBefore ? [[phoneBefore, set.phoneId]] : []));
}
const NEEDS_REASON = "while voting is open say who and why, with --by NAME --reason TEXT; how many change is public";
function keysIn({ set, unset }) {
  return [
    ...set.phoneId !== void 0 || unset.includes("phoneId") ? ["phone"] : [],
    ...set.card !== void 0 ? ["card"] : []
  ];
}
function isOfPerson(field) {
  return field === "name" || field === "phone";
}
function sameness({ name, phone }) {
  return name === void 0 || phone === void 0 ? void 0 : JSON.stringify([name, phone]);
}

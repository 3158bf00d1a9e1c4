import { Address } from "../../contacts/addressBook.js";
import { addressHmac } from "../../contacts/contact.js";
import { cached } from "../../store/cache.js";
import { collection } from "../../store/collection.js";
import { forReaders } from "../../store/connect.js";
import { readTogether } from "../../store/groupCommit.js";
import { perWorld } from "../../store/world.js";
import { checkView } from "./actor.js";
import { locksOf } from "./cardLocks.js";
import { contactIdsOf, contactsOf, Resident, ROLES } from "./resident.js";
import {
  BY_BUILDING,
  listedResident,
  pageOf,
  wayByName,
  waysTo
} from "./searchRoster.js";
export function readRoster(world) {
  return async (community, wanted, actor) => {
    checkView(actor, "people", community);
    const { text, limit, after } = wanted;
    if (text === void 0 && wanted.role === void 0) {
      const { building, buildings } = wanted;
      return pageTogether(world)(JSON.stringify({ community, building, buildings, after, limit }));
    }
    const ways = text === void 0 ? [everybody(community, wanted)] : await waysTo(world, community, text, wanted.building);
    const pages = await Promise.all(ways.map((way) => pageOf(world.vault, way, { community, ...filterOf(wanted) }, after, limit)));
    const found = new Map(pages.flatMap(({ residents }) => residents.map((resident) => [resident._id, resident])));
    const sorted = [...found.values()].toSorted((one, other) => one._id < other._id ? -1 : 1);
    return { residents: sorted.slice(0, limit), more: sorted.length > limit || pages.some(({ more }) => more) };
  };
}
const pageTogether = perWorld(
  (world) => readTogether((wanted) => pageByBuilding(world, JSON.parse(wanted)))
);
const MOST_SORTED = 500;
async function pageByBuilding(world, { community, building: only, buildings: known, after, limit }) {
  const last = after === void 0 ? null : await forReaders(Resident).findOne({ _id: after, community }, { projection: { building: 1 } });
  const lastIn = last?.building || void 0;
  const isKnown = known && (lastIn === void 0 || known.includes(lastIn));
  const all = async () => [...isKnown ? known : await buildingsThere(community), void 0];
  const buildings = only === void 0 ? await all() : [only];
  const from = last ? Math.max(0, buildings.indexOf(lastIn)) : 0;
  const residents = [];
  for (const [index, building] of buildings.slice(from).entries()) {
    const left = limit - residents.length;
    const page = await pageById(world, community, building, index === 0 ? after : void 0, Math.max(1, left));
    if (left === 0 && page.residents.length > 0) return { residents, more: true };
    residents.push(...page.residents);
    if (page.more) return { residents, more: true };
  }
  return { residents, more: false };
}
async function pageById(world, community, building, after, limit) {
  const base = { ...livingIn(community, building), erasedAt: { $exists: false } };
  const way = { which: {}, hint: BY_BUILDING };
  const byId = () => pageOf(world.vault, way, base, after, limit);
  if (await isLarge(world)(JSON.stringify([community, building]))) return byId();
  const all = await pageOf(world.vault, way, base, void 0, MOST_SORTED);
  if (all.more) return byId();
  const sorted = all.residents.toSorted((one, other) => IDS.compare(one.id, other.id));
  const from = sorted.findIndex(({ _id }) => _id === after) + 1;
  return { residents: sorted.slice(from, from + limit), more: from + limit < sorted.length };
}
const isLarge = perWorld(
  (world) => cached(world, 1e3, 1e4, async (key) => {
    const [community, building] = JSON.parse(key);
    const count = await forReaders(Resident).countDocuments(livingIn(community, building), { limit: MOST_SORTED + 1, hint: BY_BUILDING });
    return count > MOST_SORTED;
  })
);
function livingIn(community, building) {
  return { community, building: building ?? { $in: ["", void 0] } };
}
const IDS = new Intl.Collator("zh", { numeric: true });
function filterOf({ building, role }) {
  return { erasedAt: { $exists: false }, ...building !== void 0 && { building }, ...role !== void 0 && { role } };
}
function everybody(community, { building, role }) {
  if (building !== void 0) return { which: {}, hint: BY_BUILDING };
  return { which: { community, role: role ?? { $in: [...ROLES] } }, hint: { community: 1, role: 1, _id: 1 } };
}
export function readResident(world) {
  return async (community, _id, actor) => {
    checkView(actor, "people", community);
    const record = await collection(Resident).findOne({ _id, community, erasedAt: { $exists: false } }, { promoteBuffers: true });
    if (!record) return null;
    const contacts = contactsOf(world.vault, record);
    const [addresses, locks] = await Promise.all([
      collection(Address).find({ _id: { $in: contactIdsOf(record) } }, { projection: { stoppedAt: 1, newsOf: 1 } }).toArray(),
      locksOf(
        world,
        contacts.map((contact) => ({ community, ...contact }))
      )
    ]);
    const known = new Map(addresses.map((address) => [address._id, address]));
    return {
      ...listedResident(world.vault, record),
      contacts: contacts.map((contact, index) => {
        const id = addressHmac(world.vault, { community, ...contact });
        const address = known.get(id);
        return {
          ...contact,
          isOnRoster: id === record.phoneId,
          isStopped: address?.stoppedAt !== void 0,
          wantsNews: address?.newsOf === community,
          locks: locks[index] ?? { wrongCards: false, needsCard: false }
        };
      }),
      cardMade: record.cardMade,
      addedAt: record.addedAt
    };
  };
}
export async function readBuildings(community, actor) {
  checkView(actor, "people", community);
  return buildingsThere(community);
}
async function buildingsThere(community) {
  const found = await forReaders(Resident).distinct("building", { community, building: { $gt: "" } });
  return found.flatMap((building) => building ?? []).toSorted(ORDER.compare);
}
const ORDER = new Intl.Collator("zh-CN", { numeric: true });
const MOST_NEAR = 20;
export function nearNames(world) {
  return async (community, asker, actor) => {
    checkView(actor, "requests", community);
    const isSame = ({ name }) => name === asker.name;
    const isNear = (found2) => !isSame(found2) && [...asker.name].some((character) => found2.name?.includes(character) === true);
    const byName = await wayByName(world, community, asker.name);
    const inBuilding = { which: { building: asker.building }, hint: BY_BUILDING };
    const ways = [byName ? { ...byName, isMeant: isSame } : { ...inBuilding, isMeant: isSame }, { ...inBuilding, isMeant: isNear }];
    const base = { community, erasedAt: { $exists: false } };
    const pages = await Promise.all(ways.map((way) => pageOf(world.vault, way, base, void 0, MOST_NEAR)));
    const found = pages.flatMap(({ residents }) => residents).slice(0, MOST_NEAR);
    return found.map(({ id, name = "", building }) => ({ id, name, building }));
  };
}

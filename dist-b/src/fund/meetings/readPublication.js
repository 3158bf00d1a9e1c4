import { forReaders } from "../../store/connect.js";
import { pagesOf, readersLookUps } from "../../store/lookUps.js";
import { maskNumbers } from "../../store/text.js";
import { perWorld } from "../../store/world.js";
import { calendarMark, currentCycleForReaders, cycleForReaders, heldVote, periods, voteOf } from "../cycles/index.js";
import { checkView, maySee } from "../people/index.js";
import { picturesOf } from "../pictures/index.js";
import {
  countObjections,
  dueFrom,
  MOST_OPEN,
  Objection,
  objectionAnswer,
  objectionsOf,
  objectionText,
  WAITING
} from "./objection.js";
import {
  Publication,
  publicationState,
  publishedList,
  takesObjections
} from "./publication.js";
import { ofBoard } from "./publicPublication.js";
import { listOf } from "./publish.js";
export function readPublication(world) {
  return async (community, actor, wanted) => {
    checkView(actor, "publication", community);
    const now = world.now();
    const current = await currentCycleForReaders(world)(community, now);
    const cycle = wanted === void 0 ? current : await cycleForReaders(world)(wanted);
    if (cycle?.community !== community) return null;
    const isCurrent = cycle._id === current?._id;
    const [found, counts, open, answered, coming] = await Promise.all([
      forReaders(Publication).findOne({ "_id.cycle": cycle._id }, { sort: { "_id.number": -1 } }),
      countObjections(community, cycle._id, now),
      objectionsOf(cycle._id, false),
      objectionsOf(cycle._id, true),
      listOf(world, cycle)
    ]);
    const vote = voteOf(cycle, now);
    const held = heldVote(cycle, now);
    const pictures = found ? await picturesOf(community, ofBoard(cycle._id, found._id.number)) : [];
    const published = found && {
      ...{ number: found._id.number, list: publishedList(world.vault, found), state: publicationState(found, counts) },
      ...{ from: found.from, to: found.to, by: found.by, ...found.check && { check: found.check }, pictures }
    };
    return {
      ...{ cycle: cycle._id, title: cycle.title, currency: cycle.currency, isCurrent },
      takesObjections: isCurrent && takesObjections(cycle, found, now),
      isBefore: isCurrent && (!vote || now < vote.from),
      ...isCurrent && held && { held: held.from },
      calendar: calendarMark(cycle),
      ...published && { published },
      coming,
      objections: [...open, ...answered].map((objection) => listed(world.vault, objection, actor)),
      others: counts.open + counts.answered - open.length - answered.length
    };
  };
}
export function isTimeForObjections(world) {
  return async (community) => {
    const now = world.now();
    const cycle = await currentCycleForReaders(world)(community, now);
    if (!cycle) return false;
    const published = await forReaders(Publication).findOne({ "_id.cycle": cycle._id }, { sort: { "_id.number": -1 }, projection: { to: 1 } });
    return takesObjections(cycle, published, now);
  };
}
function listed(vault, objection, actor) {
  const { _id, origin, about, at, due, writtenBy, answer } = objection;
  const shown = (text) => maySee(actor, "proposalPhones", objection.community) ? text : maskNumbers(text);
  return {
    ...{ number: _id.number, origin, at, due, text: shown(objectionText(vault, objection)) },
    ...about !== void 0 && { about },
    ...writtenBy !== void 0 && { writtenBy },
    ...answer && { answer: { text: shown(objectionAnswer(vault, objection) ?? ""), by: answer.by, at: answer.at } }
  };
}
export function readObjections(world) {
  const ask = pages(world);
  return async (community, wanted, actor) => {
    checkView(actor, "publication", community);
    const found = await ask(JSON.stringify({ community, ...wanted }));
    return found.map((objection) => ({ ...listed(world.vault, objection, actor), cycle: objection._id.cycle }));
  };
}
const pages = perWorld((world) => readersLookUps(world)(pagesOf(Objection, pageOf, (objection) => objection)));
function pageOf({ community, isAnswered, skip, limit }) {
  return [
    { $match: { community, "answer.at": isAnswered ? { $gt: /* @__PURE__ */ new Date(0) } : null } },
    { $sort: isAnswered ? { "answer.at": -1, at: -1 } : { at: 1 } },
    ...skip > 0 ? [{ $skip: skip }] : [],
    { $limit: limit }
  ];
}
export function waitingPublication(world) {
  return async (community, actor) => {
    checkView(actor, "waiting", community);
    const now = world.now();
    const cycle = await currentCycleForReaders(world)(community, now);
    const [objections, overdue, earlier] = await openObjections(community, cycle?._id, now);
    const vote = cycle && voteOf(cycle, now);
    const held = cycle && heldVote(cycle, now);
    const stage = cycle && periods(cycle, now).findLast(({ from }) => from <= now);
    const isOver = vote && vote.from <= now;
    const newest = cycle && !isOver ? await forReaders(Publication).findOne({ "_id.cycle": cycle._id }, { sort: { "_id.number": -1 } }) : null;
    const waits = newest && (!newest.check || newest.check.finding !== void 0);
    return {
      ...{ objections, overdue, earlier },
      unpublished: stage?.stage === "publish" && !newest ? { count: 1, since: stage.from } : { count: 0 },
      differs: newest?.differs && !waits ? { count: 1, since: newest.differs } : { count: 0 },
      unchecked: waits ? { count: 1, since: newest.check?.at ?? newest.from } : { count: 0 },
      held: held ? { count: 1, since: held.from } : { count: 0 }
    };
  };
}
async function openObjections(community, current, now) {
  const open = { community, "answer.at": null };
  const first = await forReaders(Objection).findOne(open, FIRST);
  if (!first) return [{ count: 0 }, { count: 0 }, { count: 0 }];
  const before = first._id.cycle !== current ? first._id.cycle : void 0;
  const mine = { ...open, ...before !== void 0 && { "_id.cycle": current ?? "" } };
  return Promise.all([
    counted({ ...mine, at: { $gt: dueFrom(now) } }),
    counted({ ...mine, at: { $lte: dueFrom(now) } }),
    before === void 0 ? { count: 0 } : counted({ ...open, "_id.cycle": before }).then((waits) => ({ ...waits, cycle: before }))
  ]);
}
const FIRST = { sort: { at: 1 }, projection: { at: 1, due: 1 } };
async function counted(open) {
  const [count, first] = await Promise.all([
    forReaders(Objection).countDocuments(open, { limit: MOST_OPEN, hint: WAITING }),
    forReaders(Objection).findOne(open, { ...FIRST, hint: WAITING })
  ]);
  return { count, ...first && { since: first.at, due: first.due } };
}

import { todayIn } from "../../fund/communities/index.js";
import { currentCycleForReaders, cycleBefore, heldVote, periods, slipsClose, stageAt, voteOf } from "../../fund/cycles/index.js";
import { dueAt, waitingInquiries } from "../../fund/inquiries/index.js";
import { waitingMinutes, waitingPublication } from "../../fund/meetings/index.js";
import { waitingPaper } from "../../fund/paper/index.js";
import { checkView, waitingRequests } from "../../fund/people/index.js";
import { waitingProposals, waitingRecordings } from "../../fund/proposals/index.js";
import { waitingSeconds } from "../../fund/second/index.js";
import { supervisedAmong } from "../../fund/staff/index.js";
import { WORK_WARNINGS, waitingWorks } from "../../fund/works/index.js";
import { troubledBroadcasts } from "../../outreach/broadcasts/readBroadcasts.js";
import { DAY_MS, dayOf, HOUR_MS } from "../../store/wallTime.js";
import { html } from "../html.js";
import { whole } from "../public/pageText.js";
import { address } from "./query.js";
import { untilNextAct } from "./untilNextAct.js";
const SOON_MS = 7 * DAY_MS;
const RECENT_MS = 14 * DAY_MS;
export function todayPage(world) {
  const counts = untilNextAct(world, "waiting", (community, actor) => counted(world, community, actor));
  return async (visit) => {
    const { text, sees } = visit;
    if (!sees("today") && sees("table")) return visit.lead(`${visit.own}/tables`);
    if (!sees("today") && sees("works")) return visit.lead(`${visit.own}/works`);
    checkView(visit.reader("today"), "today", visit.community._id);
    const actor = visit.reader("waiting");
    const [waiting, next] = await Promise.all([
      sees("waiting") ? waitingFor(world, visit, counts(visit.community._id, actor)) : [],
      comesNext(world, visit)
    ]);
    await visit.send(text.say("tab.today"), [
      html`<h1>${text.say("tab.today")} <small>${text.day(visit.now)}</small></h1>`,
      ...sees("waiting") ? [waitingList(text, visit.now, waiting)] : [],
      next,
      quickLinks(visit)
    ]);
  };
}
function quickLinks({ text: { say }, own, may }) {
  const links = [
    ...may("createBroadcast") ? [html`<a class="more" href="${own}/messages/new">${say("message.new")}</a> `] : [],
    ...may("enterProposals") ? [html`<a class="more" href="${own}/proposals/new">${say("proposal.new")}</a> `] : []
  ];
  return links.length > 0 ? html`<p class="acts">${links}</p>` : html``;
}
async function counted(world, slug, actor) {
  return {
    requests: await waitingRequests(slug, actor),
    inquiries: await waitingInquiries(slug, actor),
    recordings: await waitingRecordings(slug, actor),
    proposals: await countedProposals(world, slug, actor),
    publication: await waitingPublication(world)(slug, actor),
    minutes: await waitingMinutes(world)(slug, actor),
    broadcasts: await troubledBroadcasts(slug, new Date(world.now().getTime() - RECENT_MS), actor),
    works: await waitingWorks(slug, await todayIn(world, slug), actor),
    blocks: await blocking(world, slug, actor)
  };
}
async function blocking(world, community, actor) {
  const now = world.now();
  const cycle = await currentCycleForReaders(world)(community, now);
  if (!cycle || stageAt(cycle, now) === "closed") return void 0;
  const vote = voteOf(cycle, now);
  const isSoon = vote !== void 0 && now < vote.from && now.getTime() > vote.from.getTime() - SOON_MS;
  const isHeld = heldVote(cycle, now) !== void 0;
  const isOver = vote !== void 0 && vote.to <= now;
  const [supervised, paper] = await Promise.all([
    supervisedAmong([community]),
    cycle.frozen ? waitingPaper(world)({ cycle: cycle._id, community, isOver }, actor) : void 0
  ]);
  return {
    noProjects: (isSoon || isHeld) && cycle.projects.length === 0 ? { count: 1, ...isSoon && { due: vote.from } } : { count: 0 },
    noSupervisor: !supervised.has(community),
    isSealed: cycle.sealedAt !== void 0,
    /** Until when slips are keyed, once the vote has closed. */
    until: isOver ? slipsClose(cycle, now) : void 0,
    paper
  };
}
async function countedProposals(world, community, actor) {
  const now = world.now();
  const cycle = await currentCycleForReaders(world)(community, now);
  if (!cycle) return [];
  const before = await cycleBefore(world)(cycle);
  const [{ unsorted, unanswered }, last] = await Promise.all([
    waitingProposals({ community, cycle: cycle._id }, actor),
    before ? waitingProposals({ community, cycle: before._id }, actor) : void 0
  ]);
  const stage = stageAt(cycle, now);
  const isDue = stage !== void 0 && stage !== "announce" && stage !== "propose";
  return [
    { what: "unsorted", view: "unsorted", cycle: void 0, ...unsorted },
    ...isDue ? [{ what: "unanswered", view: "unanswered", cycle: void 0, ...unanswered }] : [],
    ...last ? [{ what: "unansweredBefore", view: "unanswered", cycle: "before", ...last.unanswered }] : []
  ];
}
async function waitingFor(world, visit, counts) {
  const { community, own, now, sees } = visit;
  const { _id: slug } = community;
  const second = sees("second") ? waitingSeconds(world)(slug, visit.may("confirmSecond") ? visit.doer("confirmSecond") : visit.reader("second")) : NONE;
  const [{ requests, inquiries, recordings, proposals, publication, minutes, broadcasts, works, blocks }, { turn, others }] = await Promise.all([
    counts,
    second
  ]);
  const toPublication = sees("publication") ? `${own}/publication` : void 0;
  const toObjections = toPublication && `${toPublication}#objections`;
  const toOne = (list, { count, first }, filter = {}) => count === 1 && first !== void 0 ? `${own}/${list}/${first}` : address(`${own}/${list}`, filter);
  const messages = (which, view) => {
    const [only] = which;
    if (!sees("messages")) return void 0;
    return which.length === 1 && only ? `${own}/messages/${only._id}` : address(`${own}/messages`, { which: view });
  };
  const paused = broadcasts.filter(({ pausedAt }) => pausedAt !== void 0);
  const failed = broadcasts.filter(({ failed: count }) => count > 0);
  const secondPath = ({ only }) => only === void 0 ? `${own}/second` : `${own}/second/${only}`;
  const all = [
    { what: "held", ...publication.held, path: toPublication, blocks: "vote" },
    { what: "noSupervisor", count: blocks?.noSupervisor ? 1 : 0, path: sees("people") ? `${own}/people/staff` : void 0 },
    { what: "requests", ...requests, path: sees("requests") ? toOne("requests", requests) : void 0 },
    ...inquiries.map(({ kind, ...waits }) => ({
      ...{ what: `kind.${kind}`, ...waits, path: sees("inbox") ? toOne("inbox", waits, { kind }) : void 0 },
      isLate: dueAt(waits.since) < now
    })),
    { what: "recordings", ...recordings, path: sees("inbox") ? `${own}/recordings` : void 0 },
    ...proposals.map(({ view, cycle, ...some }) => ({
      ...{ ...some, path: sees("proposals") ? address(`${own}/proposals`, { view, cycle }) : void 0 },
      ...view === "unanswered" && { blocks: "closed" }
    })),
    { what: "minutes", ...minutes, path: sees("meetings") ? `${own}/meetings` : void 0 },
    { what: "second", ...turn, path: secondPath(turn) },
    { what: "othersSecond", ...others, path: secondPath(others) },
    { what: "overdueObjections", ...publication.overdue, path: toObjections, isLate: true, blocks: "vote" },
    { what: "objections", ...publication.objections, path: toObjections },
    {
      ...{ what: "earlierObjections", ...publication.earlier },
      path: toPublication && `${address(toPublication, { cycle: publication.earlier.cycle })}#objections`,
      isLate: publication.earlier.due !== void 0 && publication.earlier.due < now
    },
    { what: "unpublished", ...publication.unpublished, path: toPublication },
    { what: "unchecked", ...publication.unchecked, path: toPublication, blocks: "vote" },
    { what: "differs", ...publication.differs, path: toPublication, blocks: "vote" },
    { what: "noProjects", count: 0, ...blocks?.noProjects, path: sees("ballot") ? `${own}/ballot` : void 0, blocks: "vote" },
    ...paperWaits(visit, blocks),
    ...WORK_WARNINGS.map((warning) => ({
      ...{ what: `works.${warning}`, count: works[warning]?.count ?? 0, since: stoodSince(works[warning]?.since) },
      path: sees("works") ? address(`${own}/works`, { warning }) : void 0
    })),
    { what: "paused", count: paused.length, since: paused.at(-1)?.pausedAt, path: messages(paused, "paused") },
    { what: "failed", count: failed.reduce((sum, each) => sum + each.failed, 0), since: failed.at(-1)?.dueAt, path: messages(failed) }
  ];
  return all.filter(({ count }) => count > 0);
}
function stoodSince(day) {
  return day === void 0 ? void 0 : /* @__PURE__ */ new Date(`${day}T00:00Z`);
}
function paperWaits({ own, sees, now }, blocks) {
  const { paper, isSealed, until } = blocks ?? {};
  if (!paper) return [];
  const toOne = (list, { count, first }) => count === 1 && first ? `${own}/${list}/${first}` : `${own}/${list}`;
  const tables = (waits) => sees("table") ? toOne("tables", waits) : void 0;
  const slips = (waits) => sees("paper") ? toOne("slips", waits) : void 0;
  const keyed = until && !isSealed ? { blocks: "result", ...until > now && { due: until } } : {};
  return [
    { what: "openTables", ...paper.openTables, path: tables(paper.openTables), ...keyed },
    { what: "unvalidated", ...paper.unvalidated, path: tables(paper.unvalidated) },
    ...isSealed ? [] : [
      { what: "notKeyed", ...paper.notKeyed, path: slips(paper.notKeyed), ...keyed },
      { what: "batches", ...paper.batches, path: slips(paper.batches), ...keyed }
    ]
  ];
}
const NONE = { turn: { count: 0 }, others: { count: 0 } };
function waitingList({ say, date }, now, waiting) {
  const items = waiting.map(({ what, count, since, path, isLate, due, blocks }) => {
    const name = html`<span class="count">${count}</span> <span class="what">${say(`waits.${what}`, { count })}</span>`;
    const told = [
      ...blocks ? [html`<b>${say(`waits.blocks.${blocks}`)}</b>`] : [],
      ...since ? [ageOf(say, since, now)] : [],
      ...due ? [html`${say("waits.due", { at: date(due) })}`] : [],
      ...isLate && !due ? [say("waits.late")] : []
    ];
    const age = told.length > 0 ? html`<span class="age${isLate || blocks ? " late" : ""}">${told.map((each, index) => html`${index > 0 ? " \xB7 " : ""}${each}`)}</span>` : "";
    return html`<li>${path === void 0 ? html`<span class="task">${name}</span>` : html`<a class="task" href="${path}">${name}</a>`}${age}</li>`;
  });
  return html`<section aria-labelledby="waits"><h2 id="waits">${say("waits.title")}</h2>
${items.length > 0 ? html`<ul class="tasks">${items}</ul>` : html`<p>${say("waits.nothing")}</p>`}</section>`;
}
export function ageOf(say, since, now) {
  const hours = Math.floor((now.getTime() - since.getTime()) / HOUR_MS);
  if (hours < 1) return say("age.now");
  return hours < 24 ? say("age.hours", { count: hours }) : say("age.days", { count: Math.floor(hours / 24) });
}
async function comesNext(world, { community: { _id: slug, timezone }, now, text }) {
  const { say, date, theirs } = text;
  const cycle = await currentCycleForReaders(world)(slug, now);
  const vote = cycle && voteOf(cycle, now);
  const closes = vote && vote.from <= now && now < vote.to ? [{ what: say("next.closes"), at: vote.to }] : [];
  const until = cycle && slipsClose(cycle, now);
  const slips = vote && until && vote.to < until && now < until ? [{ what: say("next.slips"), at: until }] : [];
  const stages = cycle ? periods(cycle, now).filter(({ from }) => from > now) : [];
  const coming = [...closes, ...stages.map(({ stage, from }) => ({ what: say(`stage.${stage}`), at: from })), ...slips].toSorted(
    (one, other) => one.at.getTime() - other.at.getTime()
  );
  const items = coming.map(
    ({ what, at }) => html`<li><time datetime="${at.toISOString()}">${whole(date(at))}</time> <span>${what}</span> <span class="age">${inDays(text, at, now, timezone)}</span></li>`
  );
  return html`<section aria-labelledby="next"><h2 id="next">${say("next.title")}</h2>
${cycle ? html`<p>${theirs(cycle.title)}</p>` : ""}
${items.length > 0 ? html`<ol class="coming">${items}</ol>` : html`<p>${say("next.nothing")}</p>`}</section>`;
}
function inDays({ say }, at, now, timezone) {
  const [day = 0, today = 0] = [at, now].map((moment) => Date.parse(dayOf(moment, timezone)));
  return day === today ? say("next.today") : say("next.inDays", { count: (day - today) / DAY_MS });
}

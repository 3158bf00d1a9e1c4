import { type CycleRecord, comingCycle, periods, slipsClose, voteOf } from '../../fund/cycles/index.ts';
import { readBallot } from '../../fund/files/index.ts';
import { answerInquiry, dueAt, readInbox } from '../../fund/inquiries/index.ts';
import { checkPublication, readMeetings, readPublication, signMinutes } from '../../fund/meetings/index.ts';
import { sayMeant } from '../../fund/misses/index.ts';
import { acceptBatch, finishKeying, type PaperWaits, readBatches, readTables, validateTable } from '../../fund/paper/index.ts';
import { readRequests } from '../../fund/people/index.ts';
import { enterProposal, readProposals } from '../../fund/proposals/index.ts';
import { CONFIRMING, waitingSeconds } from '../../fund/second/index.ts';
import { readWorks, WORK_WARNINGS } from '../../fund/works/index.ts';
import { createBroadcast } from '../../outreach/broadcasts/changeBroadcast.ts';
import { readBroadcasts } from '../../outreach/broadcasts/readBroadcasts.ts';
import type { PageKey, PageKeyIn } from '../../store/textKeys.ts';
import { DAY_MS, dayOf, HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from '../public/pageText.ts';
import { bar } from '../public/projectList.ts';
import { LEADS, leadsOf, type Office, type Standing, type Step } from './leads.ts';
import { address } from './query.ts';
import { percent } from './turnout.ts';
import type { CommunityVisit } from './visits.ts';
import { byPage, type Counted, waitingIn } from './waiting.ts';

/** One line of what waits. */
type Waiting = Waits & {
  /** Absent of what goes on as long as the stage. */
  readonly count?: number;
  readonly since?: Date | undefined;
  /** Where it is done; absent if the reader may not go there, or there is no page for it yet. */
  readonly path?: string | undefined;
  readonly isLate?: boolean;
  /** Until when it is to be done. */
  readonly due?: Date | undefined;
  /** What cannot come before it is done. */
  readonly blocks?: 'vote' | 'result' | 'closed';
};

/** What waits, by the name of its text; or a step, with the key of its own. */
type Waits =
  | { readonly what: PageKeyIn<'console', 'waits'>; readonly words?: undefined }
  | { readonly what: Step; readonly words: PageKey<'console'> };

/** Today: what waits now, in the order in which it matters, and what comes next. A helper is led to the tables, an implementer to their works. */
export async function todayPage(world: World, visit: CommunityVisit): Promise<void> {
  const { text, may } = visit;
  if (!may(waitingIn) && may(readTables)) return visit.lead(`${visit.own}/tables`);
  if (!may(waitingIn) && may(readWorks)) return visit.lead(`${visit.own}/works`);
  const known = visit.read(waitingIn);
  const [waiting, { standing }, next] = await Promise.all([waitingFor(visit, known), known, comesNext(world, visit)]);
  await visit.send(
    text.say('tab.today'),
    [html`<h1>${text.say('tab.today')} <small>${text.day(visit.now)}</small></h1>`, ...ledThrough(visit, standing, waiting), next, quickLinks(visit)],
    { waiting: byPage(await known) },
  );
}

/** What is done most often and waits nowhere. */
function quickLinks({ text: { say }, own, may }: CommunityVisit): Markup {
  const links = [
    ...(may(createBroadcast) ? [html`<a class="more" href="${own}/messages/new">${say('message.new')}</a> `] : []),
    html`<a href="${own.replace('/console/', '/c/')}">${say('publicPage')}</a> `,
    ...(may(readBroadcasts) ? [html`<a href="${own}/group-texts">${say('group.texts')}</a> `] : []),
    ...(may(enterProposal) ? [html`<a class="more" href="${own}/proposals/new">${say('proposal.new')}</a> `] : []),
  ];
  return html`<p class="acts">${links}</p>`;
}

async function waitingFor(visit: CommunityVisit, counts: Promise<Counted>): Promise<Waiting[]> {
  const { own, now, may } = visit;
  const second = may(waitingSeconds) ? waitingSeconds.read(visit.reading(visit.may(CONFIRMING) ? CONFIRMING : waitingSeconds)) : NONE;
  const [{ requests, inquiries, recordings, misses, proposals, publication, minutes, broadcasts, works, blocks }, { turn, others }] =
    await Promise.all([counts, second]);
  const toPublication = may(readPublication) ? `${own}/publication` : undefined;
  const toObjections = toPublication && `${toPublication}#objections`;
  /** To the only one that waits, else to the list of them. */
  const toOne = (list: string, { count, first }: { readonly count: number; readonly first?: number }, filter = {}) =>
    count === 1 && first !== undefined ? `${own}/${list}/${first}` : address(`${own}/${list}`, filter);
  const messages = (which: readonly { readonly _id: string }[], view?: string) => {
    const [only] = which;
    if (!may(readBroadcasts)) return undefined;
    return which.length === 1 && only ? `${own}/messages/${only._id}` : address(`${own}/messages`, { which: view });
  };
  const paused = broadcasts.filter(({ pausedAt }) => pausedAt !== undefined);
  const failed = broadcasts.filter(({ failed: count }) => count > 0);
  const secondPath = ({ only }: { readonly count: number; readonly only?: number }) =>
    only === undefined ? `${own}/second` : `${own}/second/${only}`;
  const all = [
    { what: 'held', ...publication.held, path: toPublication, blocks: 'vote' },
    { what: 'requests', ...requests, path: may(readRequests) ? toOne('requests', requests) : undefined },
    ...inquiries.map(({ kind, ...waits }) => ({
      what: `kind.${kind}` as const,
      ...waits,
      path: may(readInbox) ? toOne('inbox', waits, { kind }) : undefined,
      isLate: dueAt(waits.since) < now,
    })),
    { what: 'recordings', ...recordings, path: may(readInbox) ? `${own}/recordings` : undefined },
    { what: 'misses', count: visit.may(sayMeant) ? misses.count : 0, path: `${own}/misses` },
    {
      what: 'unansweredBefore',
      ...proposals,
      blocks: 'closed',
      path: may(readProposals) ? address(`${own}/proposals`, { view: 'unanswered', cycle: 'before' }) : undefined,
    },
    { what: 'minutes', ...minutes, path: may(readMeetings) ? `${own}/meetings${onlyMeeting(minutes)}` : undefined },
    { what: 'second', ...turn, path: secondPath(turn) },
    { what: 'othersSecond', ...others, path: secondPath(others) },
    { what: 'overdueObjections', ...publication.overdue, path: toObjections, isLate: true, blocks: 'vote' },
    { what: 'objections', ...publication.objections, path: toObjections },
    {
      what: 'earlierObjections',
      ...publication.earlier,
      path: toPublication && `${address(toPublication, { cycle: publication.earlier.cycle })}#objections`,
      isLate: publication.earlier.due !== undefined && publication.earlier.due < now,
    },
    { what: 'unpublished', ...publication.unpublished, path: toPublication },
    { what: 'unchecked', ...publication.unchecked, path: toPublication, blocks: 'vote' },
    { what: 'differs', ...publication.differs, path: toPublication, blocks: 'vote' },
    { what: 'noProjects', count: 0, ...blocks?.noProjects, path: may(readBallot) ? `${own}/ballot` : undefined, blocks: 'vote' },
    ...paperWaits(visit, blocks),
    ...WORK_WARNINGS.map((warning) => ({
      what: `works.${warning}` as const,
      count: works[warning]?.count ?? 0,
      since: stoodSince(works[warning]?.since),
      path: may(readWorks) ? address(`${own}/works`, { warning }) : undefined,
    })),
    { what: 'paused', count: paused.length, since: paused.at(-1)?.pausedAt, path: messages(paused, 'paused') },
    { what: 'failed', count: failed.reduce((sum, each) => sum + each.failed, 0), since: failed.at(-1)?.dueAt, path: messages(failed) },
  ] satisfies Waiting[];
  return all.filter(({ count = 0 }) => count > 0);
}

/** The address of the only meeting whose minutes wait, behind the list’s. */
function onlyMeeting({ count, first }: Counted['minutes']): string {
  return count === 1 && first ? `/${first.cycle}/${first.number}` : '';
}

/** The beginning of a day, near enough for an age in days. */
function stoodSince(day: string | undefined): Date | undefined {
  return day === undefined ? undefined : new Date(`${day}T00:00Z`);
}

/** Tables, slips and batches that are not finished: the result waits for them until its day, and what is not keyed by then is not counted. */
function paperWaits({ own, may, now }: CommunityVisit, blocks: Counted['blocks']): Waiting[] {
  const { paper, isSealed, isShut, until } = blocks ?? {};
  if (!paper) return [];
  const toOne = (list: string, { count, first }: PaperWaits['batches']) => (count === 1 && first ? `${own}/${list}/${first}` : `${own}/${list}`);
  const tables = (waits: PaperWaits['openTables']) => (may(readTables) ? toOne('tables', waits) : undefined);
  const slips = (waits: PaperWaits['batches']) => (may(readBatches) ? toOne('slips', waits) : undefined);
  const keyed = until && !isSealed ? ({ blocks: 'result', ...(until > now && { due: until }) } as const) : {};
  return [
    { what: 'openTables', ...paper.openTables, path: tables(paper.openTables), ...keyed },
    { what: 'unvalidated', ...paper.unvalidated, path: tables(paper.unvalidated) },
    ...(isSealed || isShut
      ? []
      : [
          { what: 'notKeyed' as const, ...paper.notKeyed, path: slips(paper.notKeyed), ...keyed },
          { what: 'batches' as const, ...paper.batches, path: slips(paper.batches), ...keyed },
        ]),
  ];
}

const NONE = { turn: { count: 0 }, others: { count: 0 } } as const;

/** The act that settles what waits, where that is not a cadre's daily work. */
const SETTLED_BY: Readonly<Record<string, Parameters<CommunityVisit['may']>[0]>> = {
  minutes: signMinutes,
  unchecked: checkPublication,
  unvalidated: validateTable,
  notKeyed: finishKeying,
  batches: acceptBatch,
};

/** A line is red if it is late, or has so long left. */
const RED_MS = 3 * DAY_MS;

/** The stage, what it is for and the one act that it is about now; then what waits for the reader, and what others have to settle. */
function ledThrough(visit: CommunityVisit, standing: Standing, waiting: readonly Waiting[]): Markup[] {
  const { text, now, may, own: root } = visit;
  const { say, date } = text;
  const office: Office = may(answerInquiry) ? 'cadre' : may(checkPublication) ? 'supervisor' : may(signMinutes) ? 'council' : 'office';
  const isOwn = ({ what }: Waiting) => what === 'second' || (what !== 'othersSecond' && may(SETTLED_BY[what] ?? answerInquiry));
  const leads: Waiting[] = leadsOf(standing, office, visit.may).map((lead) => ({
    ...lead,
    words: `lead.step.${lead.what}`,
    path: `${root}${lead.path}`,
  }));
  const own = [...leads, ...waiting.filter(isOwn)];
  const [main] = LEADS[standing.stage][office].flatMap((what) => own.find((each) => each.what === what) ?? []);
  const rest = own.filter((each) => each !== main && each.count !== undefined).map(line);
  const others = office === 'council' ? [] : waiting.filter((each) => !isOwn(each)).map(line);
  return [
    html`<section class="lead" aria-labelledby="lead"><h2 id="lead">${standing.stage === 'none' ? say('lead.none') : say(`stage.${standing.stage}`)}${standing.ends ? html` <small>${daysLeft(visit, standing.ends)}</small>` : ''}${standing.begins ? html` <small>${say('lead.begins', { at: date(standing.begins) })}</small>` : ''}</h2>
<p>${say(`lead.of.${standing.stage}`)}</p>${standing.turnout ? turnoutLine(text, standing.turnout) : ''}
${main ? html`<p class="act"><a class="go" href="${main.path ?? ''}">${nameOf(main)}</a>${besides(main)}</p>` : ''}</section>`,
    html`<section aria-labelledby="waits"><h2 id="waits">${say('waits.title')}</h2>
${rest.length > 0 ? html`<ul class="tasks">${rest}</ul>` : html`<p>${say(others.length > 0 || main?.count !== undefined ? 'waits.nothingOwn' : 'waits.nothing')}</p>`}
${others.length > 0 ? html`<h3>${say('waits.others')}</h3><ul class="tasks">${others}</ul>` : ''}</section>`,
  ];

  function nameOf(waits: Waiting): Markup {
    const { count } = waits;
    const name = html`<span class="what">${say(waits.words ?? `waits.${waits.what}`, { count })}</span>`;
    return count === undefined ? name : html`<span class="count">${count}</span> ${name}`;
  }

  function line(waits: Waiting): Markup {
    const { path } = waits;
    const name = nameOf(waits);
    return html`<li>${path === undefined ? html`<span class="task">${name}</span>` : html`<a class="task" href="${path}">${name}</a>`}${besides(waits)}</li>`;
  }

  function besides({ since, isLate, due, blocks }: Waiting): Markup {
    const told = [
      ...(blocks ? [html`<b>${say(`waits.blocks.${blocks}`)}</b>`] : []),
      ...(since ? [ageOf(say, since, now)] : []),
      ...(due ? [html`${say('waits.due', { at: date(due) })}`] : []),
      ...(isLate && !due ? [say('waits.late')] : []),
    ];
    const isRed = isLate === true || (due !== undefined && due.getTime() - now.getTime() < RED_MS);
    return told.length === 0
      ? html``
      : html`<span class="age${isRed ? ' late' : ''}">${told.map((each, index) => html`${index > 0 ? ' · ' : ''}${each}`)}</span>`;
  }
}

function turnoutLine({ say }: PageText<'console'>, turnout: NonNullable<Standing['turnout']>): Markup {
  const { voters, residents } = turnout;
  if (voters === 0) return html`<p class="sum">${say('lead.fewVoted', { residents })}</p>`; // fewer than ten are not told
  return html`<p class="sum">${say('lead.turnout', { voters, residents, share: percent(turnout) })}${bar(voters, residents)}</p>`;
}

/** How long something has waited. */
export function ageOf(say: PageText<'console'>['say'], since: Date, now: Date): string {
  const hours = Math.floor((now.getTime() - since.getTime()) / HOUR_MS);
  if (hours < 1) return say('age.now');
  const days = Math.floor(hours / 24);
  if (days === 0) return say('age.hours', { count: hours });
  return days === 1 ? say('age.day') : say('age.days', { count: days });
}

/** What the calendar brings next, and when: of the current cycle, or, if that brings nothing more, of the one that comes. */
async function comesNext(world: World, { community: { _id: slug, timezone }, now, text, cycle: cycleOf }: CommunityVisit): Promise<Markup> {
  const { say, date, userText } = text;
  const current = await cycleOf();
  const cycle = current && ahead(current, now).length > 0 ? current : ((await comingCycle(world)(slug, now)) ?? current);
  const vote = cycle && voteOf(cycle, now);
  const closes = vote && vote.from <= now && now < vote.to ? [{ what: say('next.closes'), at: vote.to }] : [];
  const until = cycle && slipsClose(cycle, now);
  const slips = vote && until && vote.to < until && now < until ? [{ what: say('next.slips'), at: until }] : [];
  const stages = cycle ? ahead(cycle, now) : [];
  const coming = [...closes, ...stages.map(({ stage, from }) => ({ what: say(`stage.${stage}`), at: from })), ...slips].toSorted(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
  const items = coming.map(
    ({ what, at }) =>
      html`<li><time datetime="${at.toISOString()}">${noWrap(date(at))}</time> <span>${what}</span> <span class="age">${inDays(text, at, now, timezone)}</span></li>`,
  );
  return html`<section aria-labelledby="next"><h2 id="next">${say('next.title')}</h2>
${cycle ? html`<p>${userText(cycle.title)}</p>` : ''}
${items.length > 0 ? html`<ol class="coming">${items}</ol>` : html`<p>${say('next.nothing')}</p>`}</section>`;
}

function ahead(cycle: CycleRecord, now: Date) {
  return periods(cycle, now).filter(({ from }) => from > now);
}

function inDays({ say }: PageText<'console'>, at: Date, now: Date, timezone: string): string {
  const count = daysUntil(at, now, timezone);
  if (count < 2) return say(count === 0 ? 'next.today' : 'next.tomorrow');
  return say('next.inDays', { count });
}

function daysLeft({ text: { say }, now, community: { timezone } }: CommunityVisit, at: Date): string {
  const count = daysUntil(at, now, timezone);
  return count === 0 ? say('lead.endsToday') : say('lead.left', { count });
}

/** As people count: by the days of the calendar. */
function daysUntil(at: Date, now: Date, timezone: string): number {
  const [day = 0, today = 0] = [at, now].map((moment) => Date.parse(dayOf(moment, timezone)));
  return (day - today) / DAY_MS;
}

import { setImmediate as rest } from 'node:timers/promises';
import type { Router } from 'express';
import { confirmAct } from '../../fund/act/index.ts';
import {
  CONFIRMING,
  CONFIRMING_ANY,
  type Confirmation,
  type ListedSecond,
  REFUSING,
  readSecond,
  readSeconds,
  refuseSecond,
  type Waiting,
} from '../../fund/second/index.ts';
import { CodedError } from '../../store/codedError.ts';
import { isOneOf } from '../../store/names.ts';
import { cleanText } from '../../store/text.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { noWrap } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import { ACTS } from './acts.ts';
import { detailLines, subjectWords } from './actWords.ts';
import { doneNotice, errorSummary, field, type Mistakes, views } from './frame.ts';
import { chosenIn, type List, listAddress, listRoutes, showList, through } from './list.ts';
import { keptIn, listValues, stringsIn } from './listState.ts';
import type { Bulk } from './listTicks.ts';
import { address, numberIn, numberOf, oneOf, typed, type Values } from './query.ts';
import { ageOf } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';
import { waitingRows } from './waitingRows.ts';
import { moneyFacts } from './works/moneyFacts.ts';

const STATES = ['waiting', 'over'] as const;
const MAX_REASON_CHARS = 300;
/** So many are read, and confirmed, on one page. */
const MOST_AT_ONCE = 50;

/** Leads to the page of an act that waits now for a second person. */
export function toSecond(visit: CommunityVisit, { waits, already }: Waiting): void {
  visit.lead(address(`${visit.own}/second/${waits}`, { done: already ? 'already' : 'asked' }));
}

/** What waits for a second person: the list, one act, and what that person decides. */
export function secondPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = secondList();
  const confirm = confirmAct(known.context, ACTS);

  return routes()
    .use(listRoutes(known, list))
    .form('/console/:slug/second/several', ofCommunity, several)
    .form('/console/:slug/second/several/confirm', ofCommunity, confirmSeveral)
    .page('/console/:slug/second/:number', ofCommunity, (visit) => show(visit, '', {}, 200))
    .form('/console/:slug/second/:number/confirm', ofCommunity, async (visit) => {
      const number = numberOf(visit.request);
      const why = await confirmedOne(visit, number, typed(visit.request, 'seen'));
      if (why === undefined) return visit.lead(listAddress(visit, list, { done: 'confirmed', number }));
      await show(visit, '', { form: why }, 409);
    })
    .form('/console/:slug/second/:number/refuse', ofCommunity, async (visit) => {
      const reason = cleanText(typed(visit.request, 'reason', MAX_REASON_CHARS * 10));
      if ([...reason].length > MAX_REASON_CHARS)
        return show(visit, reason, { reason: visit.text.say('second.longReason', { most: MAX_REASON_CHARS }) }, 422);
      const actor = visit.doer(REFUSING);
      if (reason === '' && visit.may(REFUSING)) return show(visit, '', { reason: visit.text.say('second.noReason') }, 422);
      const number = numberOf(visit.request);
      const outcome = await refuseSecond(world, { community: visit.community._id, number, reason, actor });
      if ('done' in outcome) return visit.lead(listAddress(visit, list, { done: 'refused', number }));
      if (outcome.refused === 'noSecond') throw new Refusal(404, 'Nothing waits under this number.');
      await show(visit, reason, { form: visit.text.say(`second.not.${outcome.refused}`) }, 409);
    });

  /** What was ticked in the list, each whole, to be confirmed at once. */
  async function several(visit: CommunityVisit): Promise<void> {
    mayAny(visit);
    const chosen = await chosenIn(visit, list);
    const numbers = 'keys' in chosen ? chosen.keys.map(Number) : [];
    if (numbers.length === 0) return showList(visit, list, { form: visit.text.say('changed' in chosen ? 'list.changed' : 'list.noneTicked') }, 422);
    await showSeveral(visit, numbers, {}, 200);
  }

  async function showSeveral(visit: CommunityVisit, numbers: readonly number[], mistakes: Mistakes, status: number): Promise<void> {
    const { text, own } = visit;
    const { say } = text;
    const found = await Promise.all(numbers.slice(0, MOST_AT_ONCE).map((number) => visit.read(readSecond, number)));
    const waiting = found.flatMap((second) => (second?.state === 'waiting' ? [second] : []));
    const parts: Markup[] = [];
    const ready: number[] = [];
    for (const second of waiting) {
      const { shown, seen } = await moneyFacts(visit, second);
      const may = mayConfirm(visit, second);
      if (may) ready.push(second.number);
      const fields = may
        ? html`<input type="hidden" name="number" value="${second.number}">${seen ? html`<input type="hidden" name="seen-${second.number}" value="${seen}">` : ''}`
        : html`<p class="notice">${whyNot(visit, second)}</p>`;
      parts.push(html`<section aria-labelledby="second-${second.number}"><h2 id="second-${second.number}">${nameOf(visit, second)} <small>${say('second.one', { number: second.number })}</small></h2>
${about(visit, second)}${changes(visit, second, 'h3')}${shown}${fields}</section>`);
      await rest();
    }
    const button = ready.length > 0 ? html`<button>${say('second.confirmAll', { count: ready.length })}</button>` : '';
    await visit.send(
      say('second.several'),
      [
        errorSummary(text, mistakes),
        html`<p><a href="${listAddress(visit, list)}">${say('back')}</a></p><h1>${say('second.several')}</h1><p>${say('second.severalAbout')}</p>`,
        parts.length > 0
          ? html`<form method="post" action="${own}/second/several/confirm">${parts}${button}</form>`
          : html`<p>${say('second.nothing')}</p>`,
      ],
      { status, path: `${own}/second` },
    );
  }

  /** Confirms one after the other; what could not be done is said, and shown with what is left. */
  async function confirmSeveral(visit: CommunityVisit): Promise<void> {
    mayAny(visit);
    const numbers = stringsIn(visit.request.body, 'number').flatMap((number) => numberIn(number) ?? []);
    const mistakes: Record<string, string> = {};
    let done = 0;
    for (const number of numbers.slice(0, MOST_AT_ONCE)) {
      const why = await confirmedOne(visit, number, typed(visit.request, `seen-${number}`));
      if (why === undefined) done += 1;
      else mistakes[`second-${number}`] = `${visit.text.say('second.one', { number })}：${why}`;
    }
    if (Object.keys(mistakes).length === 0 && done > 0) return visit.lead(listAddress(visit, list, { done: 'allConfirmed', number: done }));
    await showSeveral(visit, numbers, { ...(done > 0 && { form: visit.text.say('second.done.allConfirmed', { number: done }) }), ...mistakes }, 409);
  }

  /** Confirms an act; why it was not done, if it was not. */
  async function confirmedOne(visit: CommunityVisit, number: number, seen: string): Promise<string | undefined> {
    if (await hasChanged(visit, number, seen)) return visit.text.say('second.not.otherNow');
    const outcome = await confirm({
      community: visit.community._id,
      number,
      actor: visit.doer(visit.may(CONFIRMING) ? CONFIRMING : CONFIRMING_ANY),
    });
    if ('confirmed' in outcome) return undefined;
    if (outcome.refused === 'noSecond') throw new Refusal(404, 'Nothing waits under this number.');
    return refusalText(visit, outcome);
  }

  /** Whether what stands beside an act has changed since its page was read: another paper, another payment. */
  async function hasChanged(visit: CommunityVisit, number: number, seen: string): Promise<boolean> {
    const second = seen !== '' && visit.may(CONFIRMING) ? await visit.read(readSecond, number) : null;
    const now = second && (await moneyFacts(visit, second)).seen;
    return now !== null && now !== '' && now !== seen;
  }

  /** One act as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, reason: string, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own, request } = visit;
    const second = await visit.read(readSecond, numberOf(request));
    if (!second) throw new Refusal(404, 'Nothing waits under this number.');
    const { shown, seen } = await moneyFacts(visit, second);
    const title = text.say('second.one', { number: second.number });
    const done = oneOf(request, 'done', ['', 'asked', 'already']);
    await visit.send(
      title,
      [
        errorSummary(text, mistakes),
        doneNotice(done ? text.say(`second.done.${done}`) : undefined),
        done ? another(visit, second.act) : html``,
        html`<p><a href="${listAddress(visit, list)}">${text.say('back')}</a></p><h1>${title} <small>${nameOf(visit, second)}</small></h1>`,
        html`<div class="sides"><div>${about(visit, second)}${changes(visit, second)}${shown}</div><div>${forms(visit, second, { inList: keptIn(list, request), seen }, reason, mistakes)}</div></div>`,
      ],
      { status, path: `${own}/second/${second.number}` },
    );
  }
}

/** Back to the form of the act, which has one address for the whole community. */
function another({ text: { say }, own }: CommunityVisit, name: string): Markup {
  const { path = ':' } = ACTS.find((act) => act.name === name) ?? {};
  return path.includes(':') ? html`` : html`<p><a class="more" href="${own}${path}">${say('second.another')}</a></p>`;
}

/** What the act is called in the log. */
function nameOf({ wordOfAct }: CommunityVisit, { act }: Pick<ListedSecond, 'act'>): string {
  return wordOfAct(act, 'did');
}

/** What waits, the oldest first, or what is over, the newest first. */
function secondList(): List<ListedSecond, PageKeyIn<'console', 'second'>> & { readonly bulk: Bulk<ListedSecond> } {
  return {
    name: 'second',
    title: ({ text }) => text.say('second.title'),
    head: (column) => `second.${column}`,
    nothing: 'second.nothing',
    filters: { state: (given) => STATES.find((state) => state === given) },
    columns: (visit, state) => {
      const { text, own, now } = visit;
      const { say, userText, date } = text;
      const kept = address('', listValues(state));
      return [
        { name: 'number', cell: ({ number }) => number, text: ({ number }) => number },
        {
          name: 'act',
          cell: (second) => html`<a href="${own}/second/${second.number}${kept}">${nameOf(visit, second)}</a>`,
          text: (second) => nameOf(visit, second),
        },
        { name: 'what', isBlock: true, cell: (second) => whatIn(visit, second) },
        { name: 'askedBy', cell: ({ asked }) => userText(asked.by), text: ({ asked }) => asked.by },
        {
          name: 'when',
          isBlock: true,
          cell: ({ state: became, asked, until, decided }) => {
            if (became === 'waiting') return html`${ageOf(say, asked.at, now)} · ${say('second.until', { at: date(until) })}`;
            return html`${say(`second.state.${became}`)}${decided ? html` · ${userText(decided.by)} · ${noWrap(date(decided.at))}` : ''}`;
          },
          text: ({ asked }) => asked.at.toISOString(),
        },
        { name: 'waitsUntil', text: ({ until }) => until.toISOString() },
        { name: 'became', text: ({ state: became }) => say(`second.state.${became}`) },
        { name: 'decidedBy', text: ({ decided }) => decided?.by ?? '' },
        { name: 'why', text: ({ decided }) => decided?.reason ?? '' },
      ];
    },
    read: through(readSeconds, async (ask, _, { filter, after }, limit) => {
      const wanted = { state: STATES.find((state) => state === filter.state) ?? 'waiting', after: numberIn(after), limit };
      const { seconds, more } = await ask(wanted);
      return { rows: seconds, next: more ? seconds.at(-1)?.number : undefined };
    }),
    done: ({ text, request }) => {
      const done = oneOf(request, 'done', ['', 'confirmed', 'refused', 'allConfirmed']);
      const number = numberIn(request.query.number);
      return done && number ? text.say(`second.done.${done}`, { number }) : undefined;
    },
    above: ({ text, own }, { filter: { state = 'waiting' } }) => [
      html`<p>${text.say('second.about')}</p>`,
      views(text, `${own}/second`, 'state', STATES, state, (value) => `second.view.${value}`),
    ],
    bulk: {
      path: 'second/several',
      keyOf: ({ number }) => String(number),
      labelOf: ({ number }) => String(number),
      form: (visit) =>
        visit.request.query.state !== 'over' && (visit.may(CONFIRMING) || visit.may(CONFIRMING_ANY))
          ? html`<button>${visit.text.say('second.lookAtAll')}</button>`
          : undefined,
    },
  };
}

/** Whom it is about and what it brings, in a line: the phone with which somebody would sign in among it. */
function whatIn(visit: CommunityVisit, { detail, act }: ListedSecond): Markup | string {
  const part = detail?.after ?? detail?.before;
  if (typeof part !== 'object' || part === null || 'rows' in part) return '';
  const lines = detailLines({ ...visit, act }, part).slice(0, MOST_IN_LINE);
  return html`${lines.map(({ value }, index) => html`${index > 0 ? ' · ' : ''}${value}`)}`;
}

const MOST_IN_LINE = 4;

function mayAny(visit: CommunityVisit): void {
  if (!visit.may(CONFIRMING) && !visit.may(CONFIRMING_ANY))
    throw new CodedError('not-allowed', 'You may not confirm anything in this community; ask one of its supervisors.');
}

function mayConfirm(visit: CommunityVisit, { isOwn, role }: ListedSecond): boolean {
  return !isOwn && visit.may(role === 'any' ? CONFIRMING_ANY : CONFIRMING);
}

function whyNot({ text: { say } }: CommunityVisit, { isOwn, role }: ListedSecond): string {
  return say(isOwn ? 'second.own' : 'second.waitsFor', { role: say(`role.${role}`) });
}

type Line = [PageKeyIn<'console', 'second'>, Markup | string];

function about(visit: CommunityVisit, second: ListedSecond): Markup {
  const { say, userText, date } = visit.text;
  const { act, asked, until, state, decided, subject } = second;
  const lines: Line[] = [
    ['subject', subjectWords(visit, subject, act)],
    ['askedBy', html`${userText(asked.by)} · ${noWrap(date(asked.at))}`],
    state === 'waiting' ? ['waitsUntil', noWrap(date(until))] : ['became', say(`second.state.${state}`)],
    ...(decided ? [['decidedBy', html`${userText(decided.by)} · ${noWrap(date(decided.at))}`] satisfies Line] : []),
    ...(decided?.reason ? [['why', userText(decided.reason)] satisfies Line] : []),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`second.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What it would change, or has changed: before and after, side by side. */
function changes(visit: CommunityVisit, { detail, act }: ListedSecond, head: 'h2' | 'h3' = 'h2'): Markup {
  const { say, userText } = visit.text;
  if (!detail) return html`<p>${say('second.noDetail')}</p>`;
  const rows = waitingRows(visit, detail.after);
  const parts = (
    [
      ['before', detail.before],
      ['after', detail.after],
    ] as const
  ).map(([name, part]) => {
    const lines = detailLines({ ...visit, act }, rows && typeof part === 'object' ? { ...part, rows: undefined } : part).map(
      (line) => html`<dt>${line.name}</dt><dd>${line.value}</dd>`,
    );
    return lines.length > 0
      ? html`<div>${head === 'h2' ? html`<h2>${say(`second.head.${name}`)}</h2>` : html`<h3>${say(`second.head.${name}`)}</h3>`}<dl class="about-it">${lines}</dl></div>`
      : html``;
  });
  return html`<div class="beside">${parts}</div>${rows ?? ''}${detail.reason ? html`<p>${say('second.reason')}${userText(detail.reason)}</p>` : ''}`;
}

/** `inList`: what stays in addresses of the list from which one came. `seen`: what was looked at beside it. */
function forms(
  visit: CommunityVisit,
  second: ListedSecond,
  { inList, seen }: { readonly inList: Values; readonly seen: string },
  reason: string,
  mistakes: Mistakes,
): Markup {
  const { say } = visit.text;
  const { number, state, isOwn } = second;
  if (state !== 'waiting') return html``;
  const isReady = mayConfirm(visit, second);
  const path = `${visit.own}/second/${number}`;
  const confirming = isReady
    ? html`<section aria-labelledby="confirm"><h2 id="confirm">${say('second.confirm')}</h2><p>${say('second.confirmAbout')}</p>
<form method="post" action="${address(`${path}/confirm`, inList)}">${seen ? html`<input type="hidden" name="seen" value="${seen}">` : ''}<button>${say('second.confirm')}</button></form></section>`
    : html`<p>${whyNot(visit, second)}</p>`;
  if (!isReady && !(isOwn && visit.may(REFUSING))) return confirming;
  const what = isOwn ? 'withdraw' : 'refuse';
  return html`${confirming}<section aria-labelledby="refuse"><h2 id="refuse">${say(`second.${what}`)}</h2>
<form method="post" action="${address(`${path}/refuse`, inList)}">
${field({ name: 'reason', label: say('second.why'), hint: say('second.whyHint'), value: reason, mistake: mistakes.reason, longest: MAX_REASON_CHARS })}
<button class="quiet">${say(`second.${what}`)}</button></form></section>`;
}

/** Why nothing was done. */
function refusalText(
  { text: { say }, wordOfAct }: CommunityVisit,
  outcome: Exclude<Extract<Confirmation, { refused: unknown }>, { refused: 'noSecond' }>,
): string {
  if (outcome.refused !== 'notHeld') return say(`second.not.${outcome.refused}`);
  const [act = '', refused] = outcome.why.split('.not.');
  if (refused !== undefined) return say('second.notHeld.because', { why: wordOfAct(act, `not.${refused}`) });
  return say(isOneOf(WHYS, outcome.why) ? `second.notHeld.${outcome.why}` : 'second.notHeld.other');
}

const WHYS = ['decided', 'changed', 'gone', 'nothing', 'passed', 'backwards', 'notLocked', 'already'] as const;

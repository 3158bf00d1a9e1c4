import { Router } from 'express';
import { RIGHTS } from '../../fund/people/index.ts';
import { type Confirmation, confirmSecond, type ListedSecond, readSecond, readSeconds, refuseSecond, type Waiting } from '../../fund/second/index.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from '../public/pageText.ts';
import { detailLines, subjectWords } from './actWords.ts';
import { doneNotice, errorSummary, field, furtherLink, type Mistakes, views } from './frame.ts';
import { address, numberIn, numberOf, oneOf, typed } from './query.ts';
import { secondRuns } from './secondRuns.ts';
import { ageOf } from './today.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const EACH = 50;
const LONGEST = 300;

/** Leads to the page of an act that waits now for a second person. */
export function toSecond(visit: CommunityVisit, { waits, already }: Waiting): void {
  visit.lead(address(`${visit.own}/second/${waits}`, { done: already ? 'already' : 'asked' }));
}

/** What waits for a second person: the list, one act, and what that person decides. */
export function secondPages(world: World, { ofCommunity }: Visits): Router {
  const read = readSeconds(world);
  const readOne = readSecond(world);
  const confirm = confirmSecond(world, secondRuns(world));
  const refuse = refuseSecond(world);

  return Router()
    .get(
      '/console/:slug/second',
      ofCommunity(async (visit) => {
        const { state, after } = listOf(visit);
        const { seconds, more } = await read(visit.community._id, { state, after, limit: EACH }, visit.reader('second'));
        await visit.send(visit.text.say('second.title'), listPage(visit, seconds, more));
      }),
    )
    .get(
      '/console/:slug/second/:number',
      ofCommunity((visit) => show(visit, '', {}, 200)),
    )
    .post(
      '/console/:slug/second/:number/confirm',
      ofCommunity(async (visit) => {
        const number = numberOf(visit.request);
        const outcome = await confirm({ community: visit.community._id, number, actor: visit.doer('confirmSecond') });
        if ('confirmed' in outcome) return back(visit, 'confirmed');
        if (outcome.refused === 'noSecond') throw new Refusal(404, 'Nothing waits under this number.');
        await show(visit, '', { form: told(visit.text, outcome) }, 409);
      }),
    )
    .post(
      '/console/:slug/second/:number/refuse',
      ofCommunity(async (visit) => {
        const reason = cleanText(typed(visit.request, 'reason', LONGEST));
        const actor = visit.doer('refuseSecond');
        if (reason === '' && visit.may('refuseSecond')) return show(visit, '', { reason: visit.text.say('second.noReason') }, 422);
        const outcome = await refuse({ community: visit.community._id, number: numberOf(visit.request), reason, actor });
        if ('done' in outcome) return back(visit, 'refused');
        if (outcome.refused === 'noSecond') throw new Refusal(404, 'Nothing waits under this number.');
        await show(visit, reason, { form: visit.text.say(`second.not.${outcome.refused}`) }, 409);
      }),
    );

  /** One act as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, reason: string, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own, community, request } = visit;
    const second = await readOne(community._id, numberOf(request), visit.may('confirmSecond') ? visit.doer('confirmSecond') : visit.reader('second'));
    if (!second) throw new Refusal(404, 'Nothing waits under this number.');
    const title = text.say('second.one', { number: second.number });
    const done = oneOf(request, 'done', ['', 'asked', 'already']);
    await visit.send(
      title,
      [
        errorSummary(text, mistakes),
        doneNotice(done ? text.say(`second.done.${done}`) : undefined),
        html`<p><a href="${own}/second">${text.say('back')}</a></p><h1>${title} <small>${nameOf(text, second)}</small></h1>`,
        html`<div class="sides"><div>${about(visit, second)}${changes(text, second)}</div><div>${forms(visit, second, reason, mistakes)}</div></div>`,
      ],
      { status, path: `${own}/second/${second.number}` },
    );
  }
}

function listOf({ request }: CommunityVisit): { state: 'waiting' | 'over'; after: number | undefined } {
  return { state: oneOf(request, 'state', ['waiting', 'over']), after: numberIn(request.query.after) };
}

/** Back to what waits still; the list tells what was done. */
function back(visit: CommunityVisit, done: 'confirmed' | 'refused'): void {
  visit.lead(address(`${visit.own}/second`, { done, number: numberOf(visit.request) }));
}

/** What the act is called in the log. */
function nameOf({ say }: PageText, { act }: Pick<ListedSecond, 'act'>): string {
  return say(`act.${RIGHTS[act].entry}`);
}

function listPage(visit: CommunityVisit, seconds: readonly ListedSecond[], more: boolean): Markup[] {
  const { text, own, now, request } = visit;
  const { say, theirs, date } = text;
  const { state } = listOf(visit);
  const done = oneOf(request, 'done', ['', 'confirmed', 'refused']);
  const number = numberIn(request.query.number);
  const rows = seconds.map((second) => {
    const when =
      second.state === 'waiting'
        ? html`${ageOf(say, second.asked.at, now)} · ${say('second.until', { at: date(second.until) })}`
        : html`${say(`second.state.${second.state}`)}${second.decided ? html` · ${theirs(second.decided.by)} · ${whole(date(second.decided.at))}` : ''}`;
    return html`<tr><td>${second.number}</td><td><a href="${own}/second/${second.number}">${nameOf(text, second)}</a></td><td>${theirs(second.asked.by)}</td><td class="block">${when}</td></tr>
`;
  });
  const heads = ['number', 'act', 'askedBy', 'when'].map((head) => html`<th scope="col">${say(`second.${head}`)}</th>`);
  const last = seconds.at(-1);
  return [
    doneNotice(done && number ? say(`second.done.${done}`, { number }) : undefined),
    html`<h1>${say('second.title')}</h1><p>${say('second.about')}</p>`,
    views(text, `${own}/second`, 'state', ['waiting', 'over'], state, 'second.view'),
    seconds.length > 0
      ? html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`
      : html`<p>${say('second.nothing')}</p>`,
    furtherLink(text, more && last ? address(`${own}/second`, { state, after: last.number }) : undefined),
  ];
}

function about(visit: CommunityVisit, second: ListedSecond): Markup {
  const { say, theirs, date } = visit.text;
  const { asked, until, state, decided, subject } = second;
  const lines: [string, Markup | string][] = [
    ['subject', subjectWords(visit, subject)],
    ['askedBy', html`${theirs(asked.by)} · ${whole(date(asked.at))}`],
    state === 'waiting' ? ['waitsUntil', whole(date(until))] : ['became', say(`second.state.${state}`)],
    ...(decided ? [['decidedBy', html`${theirs(decided.by)} · ${whole(date(decided.at))}`] satisfies [string, Markup]] : []),
    ...(decided?.reason ? [['why', theirs(decided.reason)] satisfies [string, Markup]] : []),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`second.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What it would change, or has changed: before and after, side by side. */
function changes(text: PageText, { detail }: ListedSecond): Markup {
  const { say, theirs } = text;
  if (!detail) return html`<p>${say('second.noDetail')}</p>`;
  const parts = (
    [
      ['before', detail.before],
      ['after', detail.after],
    ] as const
  ).map(([name, part]) => {
    const lines = detailLines(text, part).map((line) => html`<dt>${line.name}</dt><dd>${line.value}</dd>`);
    return lines.length > 0 ? html`<div><h2>${say(`second.head.${name}`)}</h2><dl class="about-it">${lines}</dl></div>` : html``;
  });
  return html`<div class="beside">${parts}</div>${detail.reason ? html`<p>${say('second.reason')}${theirs(detail.reason)}</p>` : ''}`;
}

function forms(visit: CommunityVisit, { number, state, isOwn, role }: ListedSecond, reason: string, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  if (state !== 'waiting') return html``;
  const mayConfirm = !isOwn && visit.may('confirmSecond') && visit.doer('confirmSecond').role === role;
  const path = `${visit.own}/second/${number}`;
  const confirming = mayConfirm
    ? html`<section aria-labelledby="confirm"><h2 id="confirm">${say('second.confirm')}</h2><p>${say('second.confirmAbout')}</p>
<form method="post" action="${path}/confirm"><button>${say('second.confirm')}</button></form></section>`
    : html`<p>${say(isOwn ? 'second.own' : 'second.waitsFor', { role: say(`role.${role}`) })}</p>`;
  if (!mayConfirm && !(isOwn && visit.may('refuseSecond'))) return confirming;
  const what = isOwn ? 'withdraw' : 'refuse';
  return html`${confirming}<section aria-labelledby="refuse"><h2 id="refuse">${say(`second.${what}`)}</h2>
<form method="post" action="${path}/refuse">
${field({ name: 'reason', label: say('second.why'), hint: say('second.whyHint'), value: reason, mistake: mistakes.reason, attributes: html` maxlength="${LONGEST}"` })}
<button class="quiet">${say(`second.${what}`)}</button></form></section>`;
}

/** Why nothing was done. */
function told({ say }: PageText, outcome: Extract<Confirmation, { refused: unknown }>): string {
  if (outcome.refused !== 'notHeld') return say(`second.not.${outcome.refused}`);
  return say(WHYS.has(outcome.why) ? `second.notHeld.${outcome.why}` : 'second.notHeld.other');
}

const WHYS: ReadonlySet<string> = new Set(['decided', 'changed', 'gone', 'passed', 'backwards', 'notLocked', 'already']);

import type { Router } from 'express';
import { boxesOpen, slipsClose } from '../../../fund/cycles/index.ts';
import {
  acceptBatch,
  type BatchOpened,
  finishKeying,
  type Keyed,
  keySlip,
  type OddSlips,
  openBatch,
  printedSerial,
  type ReadBatch,
  type ReadTable,
  readBatch,
  readBatches,
  readOddSlips,
  readTablesToKey,
  typedSlip,
} from '../../../fund/paper/index.ts';
import { entriesIn } from '../../../store/names.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, field, furtherLink, type Mistakes, type Tried } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed, through } from '../list.ts';
import { address, asked, numberIn, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

const BATCHES = 50;
const ODD = 100;

/** `…/slips`: what slips say is keyed twice by two people, the second without seeing the first; a third settles what differs, two accept it. */
export function slipRoutes(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const at = (rest = '') => `/console/:slug/slips${rest}`;

  return routes()
    .use(fileRoutes(known, slipFiles()))
    .page(at(), ofCommunity, (visit) => showList(visit, undefined, 200))
    .form(at('/open'), ofCommunity, async (visit) => {
      const table = numberIn(typed(visit.request, 'table')) ?? 0;
      const outcome = await openBatch(world, { cycle: await cycleOf(visit), table, actor: visit.doer(finishKeying) });
      if ('batch' in outcome) return visit.lead(`${visit.own}/slips/${outcome.batch}`);
      await showList(visit, outcome.refused, 409);
    })
    .page(at('/:number'), ofCommunity, (visit) => showOne(visit, {}, 200))
    .form(at('/:number/slip'), ofCommunity, async (visit) => {
      const line = typed(visit.request, 'line');
      const batch = numberOf(visit.request);
      const outcome = await keySlip(world, { cycle: await cycleOf(visit), batch, ...typedSlip(line), actor: visit.doer(finishKeying) });
      if ('refused' in outcome) return showOne(visit, { line, wrong: outcome.refused }, OF_LINE.has(outcome.refused) ? 422 : 409);
      visit.lead(address(`${visit.own}/slips/${batch}`, { keyed: outcome.keyed, wrong: outcome.invalid }));
    })
    .use(
      actRoutes(known, [finishKeying, acceptBatch], {
        at: async (visit) => ({ cycle: await cycleOf(visit) }),
        onward: (visit, act, result: { accepted?: number }) =>
          visit.lead(doneAt(visit, `/slips/${numberOf(visit.request)}`, result.accepted === 1 ? ONCE : act)),
        show: (visit, tried, status) => showOne(visit, { tried }, status),
      }),
    );

  async function showList(visit: CommunityVisit, wrong: Wrong | undefined, status: number): Promise<void> {
    const { now, request, text, own } = visit;
    const { say, date } = text;
    const cycle = await visit.cycle();
    const until = cycle && slipsClose(cycle, now);
    const from = cycle ? boxesOpen(cycle, now) : undefined;
    const isShut = from !== undefined && now < from;
    const after = numberIn(asked(request, 'after'));
    const [batches, tables, odd] = await Promise.all([
      cycle ? visit.read(readBatches, cycle._id, { limit: BATCHES, ...(after !== undefined && { after }) }) : [],
      cycle && visit.may(finishKeying) ? visit.read(readTablesToKey, cycle._id) : [],
      cycle && visit.read(readOddSlips, cycle._id, ODD),
    ]);
    const next = batches.length === BATCHES ? address(`${own}/slips`, { after: batches.at(-1)?.number }) : undefined;
    await visit.send(
      say('slips.title'),
      [
        errorSummary(text, wrong ? { form: wrongWords(visit, wrong) } : {}),
        html`<h1>${say('slips.title')}</h1><p>${say('slips.about')}</p>${cycle?.sealedAt ? html`<p><a href="${own}/compare">${say('compare.title')}</a></p>` : ''}${from && isShut ? html`<p><b>${say('slips.shut', { at: date(from) })}</b></p>` : ''}${until ? html`<p>${say('slips.until', { at: date(until) })}</p>` : ''}`,
        until && now < until && !isShut ? openForms(visit, tables) : html``,
        batchList(visit, batches),
        furtherLink(text, next),
        batches.length > 0 ? fileLinks(visit, `${own}/slips`) : html``,
        odd ? oddPart(visit, odd) : html``,
      ],
      { status, path: `${own}/slips` },
    );
  }

  async function showOne(visit: CommunityVisit, given: Given, status: number): Promise<void> {
    const { text, own, request } = visit;
    const number = numberOf(request);
    const batch = await visit.read(readBatch, await cycleOf(visit), number);
    if (!batch) throw new Refusal(404, 'There is no such batch.');
    await visit.send(text.say('slips.one', { number }), batchPage(visit, batch, given), { status, path: `${own}/slips/${number}` });
  }

  async function cycleOf(visit: CommunityVisit): Promise<string> {
    const cycle = await visit.cycle();
    if (!cycle) throw new Refusal(404, 'No cycle has begun here.');
    return cycle._id;
  }
}

interface Given {
  readonly line?: string;
  readonly wrong?: Wrong | undefined;
  readonly tried?: Tried;
}

/** What an acceptance is that has to wait for a second one. */
const ONCE = { name: 'batch.acceptedOnce' };

/** Why a slip is not keyed, or no batch opened; much of it is why none is finished. */
function wrongWords({ text, wordOfAct }: CommunityVisit, why: Wrong): string {
  return isOfKeying(why) ? wordOfAct(finishKeying.name, `not.${why}`) : text.say(`slips.wrong.${why}`);
}

type Wrong = Extract<BatchOpened | Keyed, { refused: unknown }>['refused'];

function isOfKeying(why: Wrong): why is Wrong & keyof typeof finishKeying.refusals {
  return why in finishKeying.refusals;
}

/** The batches of the current cycle, in numbers: what a slip says is in no file before the ledger is public. */
function slipFiles(): Listed<ReadBatch, PageKeyIn<'console', 'slips'>> {
  return {
    name: 'slips',
    head: (column) => `slips.${column}`,
    filters: {},
    columns: ({ text: { say } }) => [
      { name: 'number', text: ({ number }) => number },
      { name: 'table', text: ({ table }) => table },
      { name: 'at', text: ({ at }) => at.toISOString() },
      { name: 'became', text: ({ state }) => say(`slips.state.${state}`) },
      { name: 'count', text: ({ slips = '' }) => slips },
      { name: 'keyedBy', text: ({ by }) => by.join('; ') },
      { name: 'takenBy', text: ({ acceptedBy }) => acceptedBy.join('; ') },
    ],
    read: through(readBatches, async (ask, visit, { after }, limit) => {
      const cycle = await visit.cycle();
      const from = numberIn(after);
      const rows = cycle ? await ask(cycle._id, { limit, ...(from !== undefined && { after: from }) }) : [];
      return { rows, next: rows.length === limit ? rows.at(-1)?.number : undefined };
    }),
  };
}

function openForms({ text: { say, userText }, own }: CommunityVisit, tables: readonly ReadTable[]): Markup {
  if (tables.length === 0) return html``;
  const buttons = tables.map(
    ({ number, place, marks }) =>
      html`<button class="quiet" name="table" value="${number}">${say('table.one', { number })} ${userText(place)} · ${marks}</button> `,
  );
  return html`<h2>${say('slips.open')}</h2><form method="post" action="${own}/slips/open" class="row">${buttons}</form>`;
}

function batchList({ text: { say, userText }, own }: CommunityVisit, batches: readonly ReadBatch[]): Markup {
  const items = batches.map(
    ({ number, table, state, by }) =>
      html`<li><div><a href="${own}/slips/${number}"><b>${say('slips.one', { number })}</b></a> ${say('table.one', { number: table })}<br>${say(`slips.state.${state}`)}${by.length > 0 ? html` · ${userText(by.join('、'))}` : ''}</div></li>\n`,
  );
  return items.length > 0 ? html`<h2>${say('slips.batches')}</h2><ul class="items">${items}</ul>` : html`<p>${say('slips.none')}</p>`;
}

/** The slips to look for, and those that count nowhere. */
function oddPart({ text: { say } }: CommunityVisit, { notKeyed, uncounted }: OddSlips): Markup {
  const left = notKeyed.map(({ serial, table }) => html`<li>${printedSerial(serial)} · ${say('table.one', { number: table })}</li>\n`);
  const others = uncounted.map(
    ({ serial, batch, outcome }) =>
      html`<li>${printedSerial(serial)} · ${say('slips.one', { number: batch })} · ${say(`slips.outcome.${outcome}`)}</li>\n`,
  );
  const more = (count: number) => (count === ODD ? html`<p>${say('slips.firstOf', { count })}</p>` : '');
  return html`${left.length > 0 ? html`<details><summary>${say('slips.notKeyed', { count: left.length })}</summary>${more(left.length)}<ul class="items">${left}</ul></details>` : ''}
${others.length > 0 ? html`<details><summary>${say('slips.uncounted', { count: others.length })}</summary>${more(others.length)}<ul class="items">${others}</ul></details>` : ''}`;
}

/** Refusals that are about the line, not about the batch. */
const OF_LINE: ReadonlySet<string> = new Set([
  'serial',
  'allDigits',
  'noneEnds',
  'usedSerial',
  'otherTable',
  'unknown',
  'doubled',
  'full',
  'notAsked',
]);

const KEYED = ['first', 'second', 'differences'];

function batchPage(visit: CommunityVisit, batch: ReadBatch, { line = '', wrong, tried = {} }: Given): Markup {
  const { text, own, request, may } = visit;
  const { say, userText } = text;
  const { number, table, state, by, acceptedBy, hasAccepted, own: mine = [], differ, outcomes } = batch;
  const mistakes: Mistakes = wrong ? { [OF_LINE.has(wrong) ? 'line' : 'form']: wrongWords(visit, wrong) } : (tried.mistakes ?? {});
  const keyed = asked(request, 'keyed');
  const invalid = asked(request, 'wrong');
  const given = { at: `/slips/${number}`, tried };
  const told = keyed
    ? `${say('slips.keyed', { serial: serialOf(keyed) })}${invalid === 'tooMany' || invalid === 'tooFew' ? say(`slips.invalid.${invalid}`) : ''}`
    : doneIn(visit, [finishKeying, acceptBatch, ONCE]);
  const pickedOn = (picks: readonly number[] | undefined) =>
    picks?.length === 0 ? say('slips.blank') : (picks?.join(' ') ?? say('slips.unreadable'));
  const rows = mine
    .toReversed()
    .map(({ serial, picks, isAbsent }) => html`<li><b>${serialOf(serial)}</b> ${isAbsent ? say('slips.absent') : pickedOn(picks)}</li>\n`);
  const form = html`<form method="post" action="${own}${given.at}/slip" class="narrow">${field({ name: 'line', label: say('slips.line'), hint: say('slips.lineHint'), value: line, mistake: mistakes.line, attributes: html` autofocus autocomplete="off" inputmode="text" required` })}<button>${say('slips.key')}</button></form>
${actForm(visit, finishKeying, { ...given, isQuiet: true })}`;
  const accept = html`<p>${say('slips.ready', { count: batch.slips ?? 0 })}</p>${hasAccepted ? html`<p>${say('slips.hasAccepted')}</p>` : actForm(visit, acceptBatch, given)}`;
  const became = entriesIn(outcomes ?? {}).map(([outcome, count]) => html`<li>${say(`slips.outcome.${outcome}`)} <b>${count}</b></li>`);
  return html`${errorSummary(text, mistakes)}${doneNotice(told)}
<h1>${say('slips.one', { number })} <small>${say('table.one', { number: table })}</small></h1>
<p><b>${say(`slips.state.${state}`)}</b>${by.length > 0 ? html` · ${userText(by.join('、'))}` : ''}${acceptedBy.length > 0 ? html` · ${say('slips.acceptedBy')}${userText(acceptedBy.join('、'))}` : ''}</p>
${batch.datedBack > 0 ? html`<p>${say('slips.datedBack', { count: batch.datedBack })}</p>` : ''}${state === 'differences' && differ.length > 0 ? html`<p>${say('slips.differ')}</p><ul class="items">${differ.map((serial) => html`<li>${serialOf(serial)}</li>`)}</ul>` : ''}
${KEYED.includes(state) && may(finishKeying) ? form : ''}${state === 'ready' && may(acceptBatch) ? accept : ''}
${became.length > 0 ? html`<ul class="items">${became}</ul>` : ''}
${rows.length > 0 && KEYED.includes(state) ? html`<h2>${say('slips.mine', { count: rows.length })}</h2><ul class="items">${rows}</ul>` : ''}`;
}

function serialOf(serial: string): string {
  return serial.startsWith('?') ? serial : printedSerial(serial);
}

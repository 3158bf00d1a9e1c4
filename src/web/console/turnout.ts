import type { Router } from 'express';
import { type DaysShare, inTens, LEAST, type Results, type Share, type TurnoutShares, turnout, turnoutShares } from '../../fund/ballots/index.ts';
import { begunCycles, type CycleRecord, keyingUntil, voteOf } from '../../fund/cycles/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import type { World } from '../../store/world.ts';
import { barChart } from '../charts.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from '../public/pageText.ts';
import { bar } from '../public/projectList.ts';
import { routes } from '../routes.ts';
import { besideLastYear, readLastYear } from './lastYear.ts';
import { fileRoutes, type Listed, through } from './list.ts';
import { NotBegun } from './notBegun.ts';
import { address, asked } from './query.ts';
import { FILE_KINDS } from './tableFiles.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** How many took part in a cycle, as far as it may be told. */
interface ShownTurnout {
  readonly shares: TurnoutShares;
  readonly residents: number;
  /** How many voted after the last day of `shares`, in tens; absent if they are fewer than ten. */
  readonly since?: number;
  /** Only after the close. */
  readonly byChannel?: Results['turnout']['byChannel'];
}

/** Turnout: by day and by building, after the close by channel. Never by project before it, and never who. */
export function turnoutPages(world: World, known: Visits): Router {
  return routes()
    .use(fileRoutes(known, turnoutFiles(world)))
    .page('/console/:slug/turnout', known.ofCommunity, (visit) => turnoutPage(world, visit));
}

async function turnoutPage(world: World, visit: CommunityVisit): Promise<void> {
  const { text, own } = visit;
  const { say, userText, date } = text;
  const cycle = await cycleAsked(visit);
  const [told, begun] = await Promise.all([readTurnout(world, visit, cycle), begunCycles(visit.community._id, visit.now)]);
  const last = told && (await readLastYear(world, visit, cycle));
  const vote = voteOf(cycle, visit.now);
  const keyedUntil = keyingUntil(cycle, visit.now);
  const others = begun
    .filter(({ id }) => id !== cycle._id)
    .map(({ id, title }) => html`<li><a href="${address(`${own}/turnout`, { cycle: id })}">${userText(title)}</a></li>`);
  await visit.send(say('tab.turnout'), [
    html`<h1>${say('tab.turnout')} <small>${userText(cycle.title)}</small></h1>`,
    ...(keyedUntil ? [html`<p>${say('turnout.keying', { at: date(new Date(keyedUntil)) })}</p>`] : []),
    ...(told ? parts(visit, told) : [html`<p>${vote ? say('turnout.opens', { at: date(vote.from) }) : say('turnout.none')}</p>`]),
    ...(told && last ? [besideLastYear(visit, cycle, told.shares, told.residents, last)] : []),
    ...(told ? [files(visit, cycle)] : []),
    ...(others.length > 0 ? [html`<h2>${say('turnout.others')}</h2><ul class="items">${others}</ul>`] : []),
  ]);
}

/** A day, a building or a channel in the files. */
interface Told {
  readonly kind: 'day' | 'building' | 'channel';
  readonly what: string;
  readonly residents?: number;
  readonly voters: number;
}

/** Turnout as a table, a row for each day, building and channel. */
function turnoutFiles(world: World): Listed<Told, PageKeyIn<'console', 'turnout.head'>> {
  const shown = new WeakMap<CommunityVisit, CycleRecord>();
  return {
    name: 'turnout',
    head: (column) => `turnout.head.${column}`,
    filters: {},
    file: (visit) => `turnout-${shown.get(visit)?._id}`,
    columns: () => [
      { name: 'kind', text: ({ kind }) => kind },
      { name: 'what', text: ({ what }) => what },
      { name: 'residents', text: ({ residents = '' }) => residents },
      { name: 'voters', text: ({ voters }) => voters },
    ],
    read: through(turnoutShares, async (_, visit) => {
      const { say } = visit.text;
      const cycle = await cycleAsked(visit);
      shown.set(visit, cycle);
      const told = await readTurnout(world, visit, cycle);
      if (!told) throw new Refusal(404, 'Voting has not opened yet.');
      const { days, buildings = [], rest } = told.shares;
      const all = [...buildings, ...(rest ? [{ building: say('turnout.rest'), ...rest }] : [])];
      const rows: Told[] = [
        ...days.map(({ from, to, voters }) => ({ kind: 'day' as const, what: from === to ? from : `${from}/${to}`, voters })),
        ...all.map(({ building: what, residents, voters }) => ({ kind: 'building' as const, what, residents, voters })),
        ...entriesIn(told.byChannel ?? {}).map(([by, voters]) => ({ kind: 'channel' as const, what: say(`turnout.by.${by}`), voters })),
      ];
      return { rows, next: undefined };
    }),
  };
}

/** The cycle that the address names, else the current one. */
async function cycleAsked({ request, cycle }: CommunityVisit): Promise<CycleRecord> {
  const id = asked(request, 'cycle');
  const found = await cycle(id);
  if (found) return found;
  if (id === undefined) throw new NotBegun();
  throw new Refusal(404, 'There is no such cycle.');
}

async function readTurnout(world: World, visit: CommunityVisit, cycle: CycleRecord): Promise<ShownTurnout | null> {
  const turnoutOf = turnout(world);
  const shares = await visit.read(turnoutShares, cycle);
  if (!shares) return null;
  const { voters, residents, byChannel } = await turnoutOf(cycle._id);
  const since = inTens(voters - shares.voters);
  return { shares, residents, ...(since >= LEAST && { since }), ...(byChannel && { byChannel }) };
}

function parts(visit: CommunityVisit, { shares, residents, since, byChannel }: ShownTurnout): Markup[] {
  const { text } = visit;
  const { days, buildings, rest } = shares;
  const voters = shares.voters + (since ?? 0);
  const last = days.at(-1);
  return [
    ...(voters === 0 ? [] : [sum(text, { voters, residents })]),
    ...(byChannel ? [] : [html`<p class="hint">${sinceWhen(visit, last, since)}</p>`]),
    ...(last ? [byDay(visit, days)] : []),
    ...(last && buildings
      ? [byBuilding(text, [...buildings.map(({ building, ...share }) => ({ name: building, share })), ...others(text, rest)])]
      : []),
    ...(byChannel ? [channels(text, byChannel)] : []),
  ];
}

function sum({ say }: PageText<'console'>, share: Share): Markup {
  return html`<p class="sum">${say('turnout.sum', { ...share, share: percent(share) })}${bar(share.voters, share.residents)}</p>`;
}

/** Up to when these are the numbers. */
function sinceWhen(visit: CommunityVisit, last: DaysShare | undefined, since: number | undefined): string {
  const { say } = visit.text;
  if (since !== undefined) return last ? say('turnout.since', { day: visit.text.day(last.to), count: since }) : say('turnout.untilNow');
  return last ? say('turnout.until', { day: visit.text.day(last.to) }) : say('turnout.few');
}

function byDay(visit: CommunityVisit, days: readonly DaysShare[]): Markup {
  const { text } = visit;
  const { say } = text;
  let sum = 0;
  const rows = days.map((some) => {
    sum += some.voters;
    return html`<tr><th scope="row">${noWrap(daysOf(visit, some))}</th><td>${some.voters}</td><td>${sum}</td></tr>
`;
  });
  const bars = days.map((some) => ({ label: daysOf(visit, some), value: some.voters }));
  return html`<section aria-labelledby="days"><h2 id="days">${say('turnout.days')}</h2>
${barChart(bars, say('turnout.daysPicture'))}
<details><summary>${say('turnout.asTable')}</summary><table class="plain"><thead><tr>${heads(text, ['day', 'voters', 'soFar'])}</tr></thead><tbody>${rows}</tbody></table></details>
<p class="hint">${say('turnout.joinedDays')}</p></section>`;
}

function byBuilding(text: PageText<'console'>, shares: readonly { readonly name: string; readonly share: Share }[]): Markup {
  const { say } = text;
  const rows = shares.map(
    ({ name, share: { voters, residents } }) =>
      html`<tr><th scope="row">${name}</th><td>${residents}</td><td>${voters}</td><td class="share">${percent({ voters, residents })}%${bar(voters, residents)}</td></tr>
`,
  );
  return html`<section aria-labelledby="buildings"><h2 id="buildings">${say('turnout.buildings')}</h2>
<table class="plain"><thead><tr>${heads(text, ['building', 'residents', 'voters', 'share'])}</tr></thead><tbody>${rows}</tbody></table>
<p class="hint">${say('turnout.joinedBuildings')}</p></section>`;
}

function others({ say }: PageText<'console'>, rest: Share | undefined): { name: string; share: Share }[] {
  return rest ? [{ name: say('turnout.rest'), share: rest }] : [];
}

function channels(text: PageText<'console'>, byChannel: Required<ShownTurnout>['byChannel']): Markup {
  const { say } = text;
  const rows = entriesIn(byChannel).map(([channel, count]) => html`<tr><th scope="row">${say(`turnout.by.${channel}`)}</th><td>${count}</td></tr>`);
  return html`<section aria-labelledby="channels"><h2 id="channels">${say('turnout.channels')}</h2>
<table class="plain"><thead><tr>${heads(text, ['channel', 'voters'])}</tr></thead><tbody>${rows}</tbody></table></section>`;
}

function heads({ say }: PageText<'console'>, names: readonly PageKeyIn<'console', 'turnout.head'>[]): Markup[] {
  return names.map((name) => html`<th scope="col">${say(`turnout.head.${name}`)}</th>`);
}

function files({ text: { say }, own }: CommunityVisit, { _id }: CycleRecord): Markup {
  const links = FILE_KINDS.map((kind) => html`<a href="${address(`${own}/turnout.${kind}`, { cycle: _id })}">${kind.toUpperCase()}</a> `);
  return html`<p class="files"><span>${say('turnout.files')}</span> ${links}</p>`;
}

/** `12月1日`, or `12月1日–12月3日`. */
function daysOf({ text: { day } }: CommunityVisit, { from, to }: Pick<DaysShare, 'from' | 'to'>): string {
  return from === to ? day(from) : `${day(from)}–${day(to)}`;
}

export function percent({ voters, residents }: Share): number {
  return residents > 0 ? Math.round((voters / residents) * 100) : 0;
}

import { Router } from 'express';
import { openAccounts, type Sums } from '../../../fund/accounts/index.ts';
import type { CycleRecord } from '../../../fund/cycles/index.ts';
import { organisationsOf, readWorks, WORK_STATES, WORK_WARNINGS, type WorkRecord, type WorkWarning, warningsOf } from '../../../fund/works/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { barChart } from '../../charts.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { choice, filterForm } from '../frame.ts';
import { type List, listRoutes, through } from '../list.ts';
import { type ListState, listValues } from '../listState.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { accountOf, cycleAsked, cycleLinks, titleOf, warningList } from './ofCycle.ts';
import { workPages } from './workPages.ts';

/** `/console/SLUG/works`: the works of a cycle, and each one. */
export function worksPages(world: World, known: Visits): Router {
  return Router().use(listRoutes(known, worksList())).use(workPages(world, known));
}

interface Row {
  readonly work: WorkRecord;
  readonly title: string;
  /** The cycle's title, where works of several cycles are shown. */
  readonly year: string | undefined;
  readonly currency: string;
  readonly sums: Sums | undefined;
  readonly organisation: string;
  readonly warnings: readonly WorkWarning[];
}

/** The works of a cycle, as many as it has winners; with a warning and no cycle, those of all accounts that are open, as Today counts them. */
function worksList(): List<Row, PageKeyIn<'console', 'works'>> {
  const shown = new WeakMap<CommunityVisit, readonly CycleRecord[]>();
  const rated = new WeakMap<CommunityVisit, readonly Row[]>();
  return {
    name: 'works',
    title: ({ text }) => text.say('tab.works'),
    head: (column) => `works.${column}`,
    nothing: 'works.nothing',
    filters: {
      cycle: (given) => given,
      state: (given) => WORK_STATES.find((state) => state === given),
      warning: (given) => ['any', ...WORK_WARNINGS].find((warning) => warning === given),
    },
    columns: ({ text, own, now, community }) => {
      const { say, userText, money, date } = text;
      const sum = (name: 'granted' | 'contracted' | 'paid') => ({
        ...{ name, isNamed: true, isNumber: true },
        cell: ({ sums, currency }: Row) => (sums?.[name] ? money(sums[name], currency) : '–'),
        text: ({ sums }: Row) => sums?.[name] ?? 0,
      });
      return [
        { name: 'number', cell: ({ work }) => work._id.number, text: ({ work }) => work._id.number },
        {
          name: 'title',
          isBlock: true,
          cell: ({ work, title, year }) =>
            html`<a href="${own}/works/${work._id.cycle}/${work._id.number}">${userText(title)}</a>${year === undefined ? '' : html` <small>${userText(year)}</small>`}`,
          text: ({ title }) => title,
        },
        {
          name: 'state',
          cell: ({ work }) =>
            html`${say(`works.states.${work.state}`)} <small>${noWrap(date(work.steps.at(-1)?.day ?? dayOf(now, community.timezone)))}</small>`,
          text: ({ work }) => work.state,
        },
        { name: 'since', text: ({ work }) => work.steps.at(-1)?.day ?? '' },
        { name: 'organisation', cell: ({ organisation }) => (organisation ? userText(organisation) : '–'), text: ({ organisation }) => organisation },
        sum('granted'),
        sum('contracted'),
        sum('paid'),
        {
          name: 'rating',
          isNamed: true,
          cell: ({ work }) => (work.rating ? say('works.ratedBy', { ...work.rating }) : '–'),
          text: ({ work }) => work.rating?.mean ?? '',
        },
        { name: 'ratings', text: ({ work }) => work.rating?.count ?? '' },
        {
          name: 'warnings',
          isBlock: true,
          cell: ({ warnings }) => warningList(say, warnings),
          text: ({ warnings }) => warnings.join(' '),
        },
      ];
    },
    read: through(readWorks, async (ask, visit, { filter }) => {
      const cycles = await shownCycles(visit, filter);
      shown.set(visit, cycles);
      const all = await Promise.all(cycles.map(async (cycle) => rowsOf(visit, cycle, await ask(cycle._id), cycles.length > 1)));
      const rows = all
        .flat()
        .filter(
          ({ work, warnings }) =>
            (filter.state === undefined || work.state === filter.state) &&
            (filter.warning === undefined || (filter.warning === 'any' ? warnings.length > 0 : warnings.some((each) => each === filter.warning))),
        );
      rated.set(visit, rows);
      return { rows, next: undefined, count: rows.length };
    }),
    above: async (visit, state) => {
      const { text, own } = visit;
      const { say } = text;
      const [one, another] = shown.get(visit) ?? [];
      const every = { value: '', label: say('list.all') };
      const states = [every, ...WORK_STATES.map((value) => ({ value, label: say(`works.states.${value}`) }))];
      const warnings = [
        every,
        { value: 'any', label: say('works.any') },
        ...WORK_WARNINGS.map((value) => ({ value, label: say(`works.warning.${value}`) })),
      ];
      return [
        await cycleLinks(visit, 'works', another ? undefined : one?._id),
        filterForm(text, `${own}/works`, { ...listValues(state), state: undefined, warning: undefined }, [
          choice({ name: 'state', label: say('works.state'), value: state.filter.state, values: states }),
          choice({ name: 'warning', label: say('works.warnings'), value: state.filter.warning, values: warnings }),
        ]),
        ratings(visit, rated.get(visit) ?? []),
      ];
    },
  };
}

const BEST = 5;
/** Of a title so many characters stand beside a bar. */
const BESIDE_A_BAR = 8;

/** How residents rate the works that are shown; the same numbers stand in the list. */
function ratings({ text: { say } }: CommunityVisit, rows: readonly Row[]): Markup {
  const bars = rows.flatMap(({ work: { _id, rating }, title }) => {
    const characters = [...title];
    const name = characters.length > BESIDE_A_BAR ? `${characters.slice(0, BESIDE_A_BAR - 1).join('')}…` : title;
    return rating ? [{ label: `${_id.number} ${name}`, value: rating.mean, said: say('works.ratedBy', { ...rating }) }] : [];
  });
  return bars.length === 0 ? html`` : barChart(bars, say('works.ratingsPicture', { best: BEST }), BEST);
}

async function shownCycles(visit: CommunityVisit, { cycle, warning }: ListState['filter']): Promise<CycleRecord[]> {
  const open = cycle === undefined && warning !== undefined ? [...(await openAccounts([visit.community._id])).keys()] : [];
  const found = await Promise.all(open.length > 0 ? open.map((id) => visit.cycle(id)) : [cycleAsked(visit, cycle)]);
  return found.flatMap((each) => each ?? []);
}

async function rowsOf(visit: CommunityVisit, cycle: CycleRecord, works: readonly WorkRecord[], isOneOfMany: boolean): Promise<Row[]> {
  const { community, now } = visit;
  const chosen = works.flatMap(({ chosen: who }) => who?.implementer ?? []);
  const [account, organisations] = await Promise.all([accountOf(visit, cycle._id), organisationsOf(community._id, chosen)]);
  const today = dayOf(now, community.timezone);
  return works.map((work) => {
    const sums = account?.works.find((each) => each.work === work._id.number);
    return {
      ...{ work, sums, currency: cycle.currency, title: titleOf(cycle, work._id.number), year: isOneOfMany ? cycle.title : undefined },
      organisation: work.chosen ? (organisations.get(work.chosen.implementer) ?? '') : '',
      warnings: sums && !account?.closed ? warningsOf(work, sums, today) : [],
    };
  });
}

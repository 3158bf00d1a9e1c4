import { type CycleRecord, cycleBefore } from '../../../fund/cycles/index.ts';
import {
  countExamined,
  draftOpinions,
  enterProposal,
  enterProposals,
  giveOpinions,
  PROPOSAL_STATES,
  PROPOSAL_VIEWS,
  type ProposalsWanted,
  proposalNames,
  readProposals,
  type StaffProposal,
  sortProposals,
  type WhichCycle,
} from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import type { World } from '../../../store/world.ts';
import { html, type Markup } from '../../html.ts';
import { bar } from '../../public/projectList.ts';
import { doneIn, idOf, typedInto } from '../actForm.ts';
import { choice, field, filterForm, type Mistakes } from '../frame.ts';
import { type List, through } from '../list.ts';
import { type ListState, listValues } from '../listState.ts';
import type { Bulk } from '../listTicks.ts';
import { NotBegun } from '../notBegun.ts';
import { address, numberIn } from '../query.ts';
import { ageOf } from '../today.ts';
import type { CommunityVisit } from '../visits.ts';

export type ProposalList = List<StaffProposal, PageKeyIn<'console', 'proposal'>> & { readonly bulk: Bulk<StaffProposal> };

/** Characters of a text in the list. */
const SHOWN = 60;

/** The proposals of the current cycle, the oldest first or as the address says. */
export function proposalList(world: World): ProposalList {
  return {
    name: 'proposals',
    title: ({ text }) => text.say('tab.proposals'),
    head: (column) => `proposal.${column}`,
    nothing: 'proposal.nothing',
    filters: {
      cycle: (given) => (given === 'before' ? given : undefined),
      view: (given) => PROPOSAL_VIEWS.find((view) => view === given),
      state: (given) => PROPOSAL_STATES.find((state) => state === given),
      category: (given) => given,
      search: (given) => given,
    },
    sorts: ['number', 'supports'],
    columns: (visit, state) => columns(visit, state),
    read: through(readProposals, async (ask, visit, state, limit) => {
      const of = await cycleHere(world, visit);
      if (!of) return { rows: [], next: undefined, count: 0 };
      const wanted = { ...wantedIn(state), after: numberIn(state.after), limit };
      const { proposals, next, count } = await ask(of.cycle, wanted);
      return { rows: proposals, next, count };
    }),
    done: (visit) => {
      const count = numberIn(visit.request.query.number);
      return count ? doneIn(visit, [sortProposals, enterProposals, giveOpinions], { count }) : undefined;
    },
    above: async (visit, state) => {
      const of = await cycleHere(world, visit);
      if (!of) return above(visit, state, NONE);
      const [counts, cycle] = await Promise.all([visit.read(countExamined, of.cycle, wantedIn(state)), visit.cycle(of.cycle)]);
      return [sums(visit, counts, cycle), ...above(visit, state, counts)];
    },
    bulk: {
      path: 'proposals/sortMany',
      keyOf: ({ number }) => String(number),
      labelOf: ({ number, text }) => `${number} ${shortened(text)}`,
      form: sortTicked,
    },
  };
}

/** The current cycle of the community, or the one before, where the address says so; undefined if there is none. */
export async function cycleHere(
  world: World,
  { community: { _id: community }, request, cycle: cycleOf }: CommunityVisit,
): Promise<WhichCycle | undefined> {
  const current = await cycleOf();
  const cycle = current && request.query.cycle === 'before' ? await cycleBefore(world)(current) : current;
  return cycle ? { community, cycle: cycle._id } : undefined;
}

/** The cycle that `cycleHere` gives; without one the reader is told what comes. */
export async function cycleOf(world: World, visit: CommunityVisit): Promise<WhichCycle> {
  const of = await cycleHere(world, visit);
  if (!of) throw new NotBegun();
  return of;
}

/** Which proposals the address of the list asks for. */
export function wantedIn({ filter, sort }: ListState): ProposalsWanted {
  return {
    view: PROPOSAL_VIEWS.find((view) => view === filter.view) ?? 'all',
    state: PROPOSAL_STATES.find((state) => state === filter.state),
    category: filter.category,
    search: filter.search,
    ...(sort && { by: sort.by === 'supports' ? 'supports' : 'number', isDescending: sort.isDescending }),
  };
}

/** The beginning of a proposal's text. */
export function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`;
}

/** What stands for a text in a list: its beginning, or that it is spoken. */
export function textOf({ text: { say, userText } }: CommunityVisit, { text, isSpoken }: Pick<StaffProposal, 'text' | 'isSpoken'>): Markup | string {
  return isSpoken ? say('proposal.spoken') : userText(shortened(text));
}

function columns(visit: CommunityVisit, state: ListState): ReturnType<ProposalList['columns']> {
  const { text, own, now, may } = visit;
  const { say, userText } = text;
  const kept = address('', listValues(state));
  return [
    { name: 'number', isNumber: true, cell: ({ number }) => html`<b class="no">${number}</b>`, text: ({ number }) => number },
    {
      name: 'text',
      isBlock: true,
      cell: (row) => html`<a href="${own}/proposals/${row.number}${kept}">${textOf(visit, row)}</a>`,
      text: ({ text: words }) => words,
    },
    { name: 'category', cell: ({ category }) => (category ? userText(category) : say('proposal.none')), text: ({ category }) => category ?? '' },
    { name: 'state', cell: (row) => stateOf(visit, row), text: ({ state: is }) => say(`proposal.stateOf.${is}`) },
    {
      name: 'supports',
      isNumber: true,
      cell: ({ supports }) => html`<span class="named">${say('proposal.supports')}</span> ${supports}`,
      text: ({ supports }) => supports,
    },
    { name: 'origin', cell: ({ origin }) => say(`proposal.originOf.${origin}`), text: ({ origin }) => say(`proposal.originOf.${origin}`) },
    { name: 'age', cell: ({ at }) => html`<span class="age">${ageOf(say, at, now)}</span>`, text: ({ at }) => at.toISOString() },
    { name: 'writtenBy', text: ({ writtenBy }) => writtenBy ?? '' },
    ...(may(proposalNames) ? [{ name: 'whose' as const, text: ({ whose }: StaffProposal) => whose ?? '' }] : []),
    { name: 'mergedInto', text: ({ mergedInto }) => mergedInto ?? '' },
    { name: 'opinion', text: ({ opinion }) => (opinion ? say(opinion.given ? 'proposal.given' : 'proposal.draft') : '') },
    {
      name: 'cost',
      isNumber: true,
      isNamed: true,
      cell: ({ opinion }) => opinion?.cost?.toLocaleString('en') ?? '',
      text: ({ opinion }) => opinion?.cost ?? '',
    },
    { name: 'reason', text: ({ opinion }) => (opinion?.reason ? say(`proposal.reasonOf.${opinion.reason}`) : '') },
    { name: 'sentence', text: ({ opinion }) => opinion?.sentence ?? '' },
  ];
}

/** The state in words, with what stands beside it: a draft, not on the public list. */
export function stateOf({ text: { say } }: CommunityVisit, { state, opinion, isPublic, hidden, late }: StaffProposal): string {
  return [
    say(`proposal.stateOf.${state}`),
    ...(late ? [say('proposal.late')] : []),
    ...(opinion && !opinion.given ? [say('proposal.draft')] : []),
    ...(hidden ? [say('proposal.hidden')] : isPublic ? [] : [say('proposal.notPublic')]),
  ].join(' · ');
}

type Counts = Awaited<ReturnType<typeof countExamined.read>>;
const NONE: Counts = { examined: 0, all: 0, feasible: 0, cost: 0 };

/** What the feasible ones cost together, beside the cycle's money. */
function sums({ text: { say, money } }: CommunityVisit, { feasible, cost }: Counts, cycle: CycleRecord | null): Markup {
  if (feasible === 0 || !cycle) return html``;
  const { budget, currency } = cycle;
  const sum = say('proposal.sum', { count: feasible, sum: money(cost, currency) });
  return html`<p class="sum">${sum}${budget === undefined ? '' : html` ${say('proposal.ofBudget', { budget: money(budget, currency) })}${bar(cost, budget)}`}</p>`;
}

function above({ text, own, community, may }: CommunityVisit, { filter }: ListState, { examined, all }: Counts): Markup[] {
  const { say } = text;
  const path = `${own}/proposals`;
  const { view = 'all', ...others } = filter;
  const views = PROPOSAL_VIEWS.map(
    (each) =>
      html`<a href="${address(path, { ...others, view: each })}"${each === view ? html` aria-current="true"` : ''}>${say(`proposal.view.${each}`)}</a>`,
  );
  const any = { value: '', label: say('list.all') };
  const states = PROPOSAL_STATES.map((value) => ({ value, label: say(`proposal.stateOf.${value}`) }));
  const categories = (community.categories ?? []).map(({ name }) => ({ value: name, label: name }));
  const acts = [
    ...(may(enterProposal) ? [html`<a class="more" href="${path}/new">${say('proposal.new')}</a>`] : []),
    ...(may(draftOpinions) ? [html`<a class="more" href="${address(`${path}/opinions`, filter)}">${say('proposal.table.title')}</a>`] : []),
    ...(may(giveOpinions) ? [html`<a class="more" href="${address(`${path}/round`, filter)}">${say('proposal.round')}</a>`] : []),
    html`<a href="${own}/places">${say('places.link')}</a>`,
  ];
  return [
    html`<p>${say('proposal.examined', { count: examined, all })}</p>`,
    html`<div class="acts">${acts}</div>`,
    html`<nav class="views" aria-label="${say('views')}">${views}</nav>`,
    filterForm(
      text,
      path,
      { view },
      [field({ name: 'search', label: say('proposal.search'), value: filter.search, attributes: html` type="search"` })],
      [
        choice({ name: 'state', label: say('proposal.state'), value: filter.state, values: [any, ...states] }),
        categories.length > 0
          ? choice({ name: 'category', label: say('proposal.category'), value: filter.category, values: [any, ...categories] })
          : html``,
      ],
      filter.state !== undefined || filter.category !== undefined,
    ),
  ];
}

function sortTicked(visit: CommunityVisit, mistakes: Mistakes): Markup | undefined {
  const { text, community, may, request } = visit;
  const categories = community.categories ?? [];
  if (!may(sortProposals) || categories.length === 0) return undefined;
  const values = [{ value: '', label: text.say('proposal.choose') }, ...categories.map(({ name }) => ({ value: name, label: name }))];
  const given = { value: typedInto(request, sortProposals).category, mistake: mistakes[idOf(sortProposals, 'category')] };
  const said = visit.actWords('proposal.sortMany.button');
  return html`<h2>${said}</h2>
<div class="row">${choice({ name: 'category', id: idOf(sortProposals, 'category'), label: text.say('proposal.category'), values, ...given })}<button>${said}</button></div>`;
}

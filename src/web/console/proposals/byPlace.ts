import type { Project } from '../../../fund/cycles/index.ts';
import { countByBuilding } from '../../../fund/people/index.ts';
import { placesIn, readProposals, type StaffProposal } from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { type List, through } from '../list.ts';
import type { CommunityVisit } from '../visits.ts';

/** A courtyard or a building, as `placesIn` writes it. */
interface Place {
  readonly place: string;
  /** Absent for those who do not read the roster. */
  readonly residents?: number;
  readonly proposals: readonly StaffProposal[];
  readonly projects: readonly Project[];
}

/** More proposals are not looked at. */
const MAX_PROPOSALS = 2_000;
const IS_PLACE = /(?:号院|栋)$/;

/** `/console/SLUG/places`: the current cycle by courtyard and building, with a plan where the community gives one. */
export function placeList(): List<Place, PageKeyIn<'console', 'places'>> {
  const shown = new WeakMap<CommunityVisit, readonly Place[]>();
  return {
    name: 'places',
    title: ({ text }) => text.say('places.title'),
    head: (column) => `places.${column}`,
    nothing: 'places.nothing',
    filters: {},
    columns: ({ text, own, may }) => [
      { name: 'place', cell: ({ place }) => text.userText(place), text: ({ place }) => place },
      ...(may(countByBuilding)
        ? [
            {
              name: 'residents' as const,
              isNumber: true,
              isNamed: true,
              cell: ({ residents }: Place) => residents ?? '',
              text: ({ residents }: Place) => residents ?? '',
            },
          ]
        : []),
      {
        name: 'proposals',
        isBlock: true,
        cell: ({ proposals }) =>
          proposals.length === 0
            ? ''
            : html`${proposals.length} <small>${proposals.map(({ number }) => html`<a href="${own}/proposals/${number}"><b class="no">${number}</b></a> `)}</small>`,
        text: ({ proposals }) => proposals.map(({ number }) => number).join(' '),
      },
      {
        name: 'supports',
        isNumber: true,
        isNamed: true,
        cell: ({ proposals }) => supportsOf(proposals) || '',
        text: ({ proposals }) => supportsOf(proposals),
      },
      {
        name: 'projects',
        isBlock: true,
        cell: ({ projects }) =>
          html`${projects.map(({ number, title }, index) => html`${index > 0 ? html`<br>` : ''}<b class="no">${number}</b> ${text.userText(title)}`)}`,
        text: ({ projects }) => projects.map(({ number }) => number).join(' '),
      },
    ],
    read: through(readProposals, async (ask, visit) => {
      const cycle = await visit.cycle();
      const [proposals, living] = await Promise.all([
        cycle ? ask(cycle._id, { view: 'all', after: undefined, limit: MAX_PROPOSALS }).then((found) => found.proposals) : [],
        visit.may(countByBuilding) ? visit.read(countByBuilding) : undefined,
      ]);
      const rows = placesOf(visit, cycle?.projects ?? [], proposals, living);
      shown.set(visit, rows);
      return { rows, next: undefined };
    }),
    above: (visit) => [
      html`<p><a href="${visit.own}/proposals">${visit.text.say('back')}</a></p><p>${visit.text.say('places.about')}</p>`,
      plan(visit, shown.get(visit) ?? []),
    ],
  };
}

function supportsOf(proposals: readonly StaffProposal[]): number {
  return proposals.reduce((sum, { supports }) => sum + supports, 0);
}

/** Those that somebody lives in, that the plan has, or that a project or a proposal names, its parts included; `2栋` before `10栋`. */
function placesOf(
  { community }: CommunityVisit,
  of: readonly Project[],
  found: readonly StaffProposal[],
  living: ReadonlyMap<string, number> | undefined,
): readonly Place[] {
  const partsOf = (head: number) => found.filter(({ number, mergedInto = number }) => mergedInto === head);
  const heads = found.filter(({ mergedInto }) => mergedInto === undefined);
  const proposals = grouped(heads, ({ number }) =>
    partsOf(number)
      .map(({ text }) => text)
      .join('\n'),
  );
  const projects = grouped(of, ({ title, place = '', detail = '' }) => `${title} ${place} ${detail}`);
  const residents = new Map<string, number>();
  for (const [building, count] of living ?? []) for (const place of knownPlaces(building)) residents.set(place, (residents.get(place) ?? 0) + count);
  const onPlan = (community.plan ?? []).flatMap(({ place }) => knownPlaces(place));
  const all = new Set([...residents.keys(), ...proposals.keys(), ...projects.keys(), ...onPlan]);
  return [...all].toSorted(ORDER.compare).map((place) => ({
    ...{ place, proposals: proposals.get(place) ?? [], projects: projects.get(place) ?? [] },
    ...(living && { residents: residents.get(place) ?? 0 }),
  }));
}

const ORDER = new Intl.Collator('zh-CN', { numeric: true });

/** The courtyards and buildings that a name or a text names; a name without any is a place itself. */
function knownPlaces(name: string): string[] {
  const places = placesIn(name).filter((place) => IS_PLACE.test(place));
  return places.length > 0 ? places : [name.trim()];
}

function grouped<One>(all: readonly One[], textOf: (one: One) => string): Map<string, One[]> {
  const found = new Map<string, One[]>();
  for (const one of all)
    for (const place of placesIn(textOf(one)).filter((each) => IS_PLACE.test(each))) found.set(place, [...(found.get(place) ?? []), one]);
  return found;
}

/** The plan: its height and the room around it, in pixels; across it is as wide as its place. */
const [HIGH, AROUND] = [300, 36];
/** The least circle, and how much larger the largest is. */
const [LEAST, MORE] = [7, 13];

/** Where the places lie, north above, as far as the community says so. */
function plan({ text: { say }, community: { plan: given = [] } }: CommunityVisit, places: readonly Place[]): Markup {
  if (given.length < 2) return html``;
  const counts = new Map(places.map(({ place, proposals }) => [place, proposals.length]));
  const [west, south] = [Math.min(...given.map(({ x }) => x)), Math.min(...given.map(({ y }) => y))];
  const [wide, high] = [Math.max(...given.map(({ x }) => x)) - west || 1, Math.max(...given.map(({ y }) => y)) - south || 1];
  const most = Math.max(1, ...counts.values());
  const drawn = given.map(({ place, x, y }) => {
    const [count, left, top] = [
      counts.get(knownPlaces(place)[0] ?? place) ?? 0,
      (8 + (84 * (x - west)) / wide).toFixed(1),
      (AROUND + (HIGH - 2 * AROUND) * (1 - (y - south) / high)).toFixed(1),
    ];
    const size = count === 0 ? LEAST : LEAST + (MORE * count) / most;
    return html`<circle cx="${left}%" cy="${top}" r="${size.toFixed(1)}"${count === 0 ? html` class="none"` : ''}/><text x="${left}%" y="${top}" dy="${(size + 12).toFixed(1)}" text-anchor="middle">${place}${count > 0 ? ` · ${count}` : ''}</text>
`;
  });
  return html`<svg class="chart plan" role="img" aria-label="${say('places.plan')}" width="100%" height="${HIGH}">${drawn}</svg>`;
}

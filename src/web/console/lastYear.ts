import { type DaysShare, LEAST, type TurnoutShares, turnout, turnoutShares } from '../../fund/ballots/index.ts';
import { type CycleRecord, cycleBefore, voteOf } from '../../fund/cycles/index.ts';
import { DAY_MS, dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { lineChart } from '../charts.ts';
import { html, type Markup } from '../html.ts';
import type { CommunityVisit } from './visits.ts';

/** How many had voted at the end of a day of a vote; its first day is 1. */
interface SoFar {
  readonly day: number;
  readonly voters: number;
}

/** A vote from its first day on: as many rows as are told of it, and how many could vote. */
interface Year {
  readonly soFar: readonly SoFar[];
  readonly residents: number;
}

/** The vote of the cycle before, to be set beside this one; null if there was none. */
export async function readLastYear(world: World, visit: CommunityVisit, cycle: CycleRecord): Promise<Year | null> {
  const before = cycleBefore(world);
  const turnoutOf = turnout(world);
  const last = await before(cycle);
  const shares = last && (await visit.read(turnoutShares, last));
  if (!last || !shares || shares.voters < LEAST) return null;
  const { residents } = await turnoutOf(last._id);
  return { soFar: byDayOfVote(visit, last, shares.days), residents };
}

/** This vote beside last year's, on the same day of the vote: in words, as a picture, and as a table. */
export function besideLastYear(visit: CommunityVisit, cycle: CycleRecord, shares: TurnoutShares, residents: number, last: Year): Markup {
  const { say } = visit.text;
  const now = byDayOfVote(visit, cycle, shares.days);
  const latest = now.at(-1);
  if (!latest) return html``;
  const days = [...new Set([...now, ...last.soFar].map(({ day }) => day))].toSorted((one, other) => one - other);
  const rows = days.map(
    (day) =>
      html`<tr><th scope="row">${say('turnout.dayOf', { day })}</th>${cell(day > latest.day ? undefined : until(now, day), residents)}${cell(until(last.soFar, day), last.residents)}</tr>
`,
  );
  const lines = [
    { label: say('turnout.thisYear'), points: pointsOf(now, residents) },
    { label: say('turnout.lastYear'), points: pointsOf(last.soFar, last.residents) },
  ];
  const then = until(last.soFar, latest.day);
  const known = { day: latest.day, voters: latest.voters, share: share(latest.voters, residents) };
  const heads = (['day', 'thisYear', 'lastYear'] as const).map(
    (name) => html`<th scope="col">${say(name === 'day' ? 'turnout.head.day' : `turnout.${name}`)}</th>`,
  );
  return html`<section aria-labelledby="years"><h2 id="years">${say('turnout.years')}</h2>
<p>${then === 0 ? say('turnout.besideFew', known) : say('turnout.beside', { ...known, before: then, shareBefore: share(then, last.residents) })}</p>
${lineChart(lines, [say('turnout.dayOf', { day: 1 }), say('turnout.dayOf', { day: days.at(-1) ?? 1 })], say('turnout.yearsPicture'))}
<details><summary>${say('turnout.asTable')}</summary><table class="plain"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></details></section>`;
}

function cell(voters: number | undefined, residents: number): Markup {
  return html`<td class="num">${voters === undefined || voters === 0 ? '–' : html`${voters} <small>${share(voters, residents)}%</small>`}</td>`;
}

function pointsOf(soFar: readonly SoFar[], residents: number): { x: number; y: number }[] {
  return soFar.map(({ day, voters }) => ({ x: day, y: residents > 0 ? voters / residents : 0 }));
}

function byDayOfVote({ community: { timezone }, now }: CommunityVisit, cycle: CycleRecord, days: readonly DaysShare[]): SoFar[] {
  const opened = voteOf(cycle, now)?.from;
  if (!opened) return [];
  let voters = 0;
  return days.map(({ to, voters: more }) => {
    voters += more;
    return { day: (Date.parse(to) - Date.parse(dayOf(opened, timezone))) / DAY_MS + 1, voters };
  });
}

/** How many had voted at the end of this day of the vote, as far as it is told. */
function until(soFar: readonly SoFar[], day: number): number {
  return soFar.findLast((each) => each.day <= day)?.voters ?? 0;
}

function share(voters: number, residents: number): number {
  return residents > 0 ? Math.round((voters / residents) * 100) : 0;
}

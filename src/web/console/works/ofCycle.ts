import { type AccountRead, firstWithAccount, readAccount } from '../../../fund/accounts/index.ts';
import { begunCycles, type CycleRecord } from '../../../fund/cycles/index.ts';
import { SERVICE_NAME } from '../../../fund/log/index.ts';
import type { WorkWarning } from '../../../fund/works/index.ts';
import { html, type Markup } from '../../html.ts';
import { address } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Links to the same page of other cycles; nothing where there is only one. `shown`: the cycle that the page shows, if it is one. */
export async function cycleLinks(visit: CommunityVisit, page: string, shown: string | undefined): Promise<Markup> {
  const { say, userText } = visit.text;
  const cycles = await begun(visit);
  if (cycles.length < 2) return html``;
  const links = cycles
    .slice(0, MOST_CYCLES)
    .map(
      ({ id, title }) =>
        html`<a href="${address(`${visit.own}/${page}`, { cycle: id })}"${id === shown ? html` aria-current="true"` : ''}>${userText(title)}</a>`,
    );
  return html`<nav class="views" aria-label="${say('works.cycles')}">${links}</nav>`;
}

const MOST_CYCLES = 8;

/** The cycle that an address names, of this community; without one the newest that has an account, or else the current one. */
export async function cycleAsked(visit: CommunityVisit, asked: string | undefined): Promise<CycleRecord | null> {
  return visit.cycle(asked ?? (await firstWithAccount((await begun(visit)).map((cycle) => cycle.id))));
}

/** The cycles that have begun, looked up once for each request. */
function begun(visit: CommunityVisit): ReturnType<typeof begunCycles> {
  const known = BEGUN.get(visit) ?? begunCycles(visit.community._id, visit.now);
  BEGUN.set(visit, known);
  return known;
}

const BEGUN = new WeakMap<CommunityVisit, ReturnType<typeof begunCycles>>();

/** The account, for those who may see it. */
export async function accountOf(visit: CommunityVisit, cycle: string): Promise<AccountRead | null> {
  return visit.may(readAccount) ? visit.read(readAccount, cycle) : null;
}

export function titleOf({ projects }: Pick<CycleRecord, 'projects'>, number: number): string {
  return projects.find((project) => project.number === number)?.title ?? '';
}

export function warningList(say: CommunityVisit['text']['say'], warnings: readonly WorkWarning[]): Markup {
  const items = warnings.map((warning) => html`<li class="late">${say(`works.warning.${warning}`)}</li>`);
  return items.length > 0 ? html`<ul class="warned">${items}</ul>` : html``;
}

/** Who did something, and who confirmed it. */
export function namesOf({ by, second }: { readonly by: string; readonly second?: string }, say: CommunityVisit['text']['say']): string {
  const who = by === SERVICE_NAME ? say('byItself') : by;
  return second === undefined ? who : `${who}${say('and')}${second}`;
}

import type { Router } from 'express';
import { turnoutStep } from '../../../fund/ballots/index.ts';
import { type CycleRecord, currentCycleForReaders, heldVote, stageAt, voteOf } from '../../../fund/cycles/index.ts';
import { OVERSEES, view } from '../../../fund/people/index.ts';
import { worksOfMany } from '../../../fund/works/index.ts';
import type { World } from '../../../store/world.ts';
import { html } from '../../html.ts';
import { routes } from '../../routes.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

const TEXTS = ['propose', 'publish', 'remind', 'turnout', 'result'] as const;
type GroupText = (typeof TEXTS)[number];

/** The cycle of which groups are told. */
export const currentToTell = view({
  name: 'broadcast.groupTexts',
  may: OVERSEES,
  query: ({ world, community }) => currentCycleForReaders(world)(community, world.now()),
});

/**
 * `/console/SLUG/group-texts`: what a cadre copies into a building's group, by the stage. Each names every project or none; of the turnout as much as everybody is
 * told, in tens; the result once two have released it.
 */
export function groupTextPages(world: World, { ofCommunity }: Visits, publicUrl: string): Router {
  const works = worksOfMany(world);
  return routes().page('/console/:slug/group-texts', ofCommunity, async (visit) => {
    const { text, own } = visit;
    const { say } = text;
    const cycle = await visit.read(currentToTell);
    const texts = cycle ? await textsNow(visit, cycle) : [];
    const parts = texts.map(
      ({ name, words }) =>
        html`<section aria-labelledby="${name}"><h2 id="${name}">${say(`group.text.${name}`)}</h2><textarea readonly rows="7" aria-labelledby="${name}" data-copy="${say('group.copy')}" data-copied="${say('group.copied')}">
${words}</textarea></section>`,
    );
    await visit.send(
      say('group.texts'),
      [
        html`<p><a href="${own}/messages">${say('back')}</a></p><h1>${say('group.texts')}</h1><p>${say('group.about')}</p>`,
        ...(parts.length > 0 ? parts : [html`<p>${say('group.none')}</p>`]),
      ],
      { script: 'copyTexts' },
    );
  });

  async function textsNow(visit: CommunityVisit, cycle: CycleRecord): Promise<{ readonly name: GroupText; readonly words: string }[]> {
    const { text, now, community } = visit;
    const { say, date, money, phone } = text;
    const stage = stageAt(cycle, now);
    const vote = voteOf(cycle, now) ?? heldVote(cycle, now);
    const known = { phone: phone(community.phone), page: `${publicUrl}/c/${community._id}`, name: community.name, until: vote ? date(vote.to) : '' };
    const listed = (projects: CycleRecord['projects']) =>
      projects
        .toSorted((one, other) => one.number - other.number)
        .map(({ number, title, cost }) => say('group.line', { number, title, cost: money(cost, cycle.currency) }))
        .join('\n');
    const list = listed(cycle.projects);
    const of = (name: GroupText, more: object = {}) => ({ name, words: say(`group.say.${name}`, { ...known, list, ...more }) });
    if (stage === 'propose' || stage === 'announce') return [of('propose')];
    if (stage === 'publish') return [of('publish')];
    if (stage === 'vote') {
      const { voters, residents } = await turnoutStep(world, cycle._id);
      return [of('remind'), ...(voters > 0 ? [of('turnout', { voters, residents })] : [])];
    }
    if (!cycle.released) return [];
    const chosen = new Set((await works(cycle._id)).map(({ _id: { number } }) => number));
    return [of('result', { list: listed(cycle.projects.filter(({ number }) => chosen.has(number))) })];
  }
}

import type { Router } from 'express';
import type { i18n } from 'i18next';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { publicMeetings, publishedWith } from '../../fund/meetings/index.ts';
import { answersTo, proposalShelf, proposalStory } from '../../fund/proposals/index.ts';
import { workStory } from '../../fund/works/index.ts';
import type { Printed } from '../../print/index.ts';
import type { World } from '../../store/world.ts';
import { textsAbout, yearReport } from '../documents.ts';
import { wholeNumber } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { routes } from '../routes.ts';
import { outcomeOf, projectsOf } from './cycleView.ts';
import { projectsIn } from './inLanguage.ts';
import { type Frame, layout } from './layout.ts';
import { meetingsPage } from './meetings.ts';
import type { Chosen } from './pageText.ts';
import { type freshPages, type PageVisits, rendered, send, text } from './pageVisits.ts';
import { printedBlock } from './printedBlock.ts';
import { type ProposalsWanted, proposalAddress, proposalsPage, proposalsQuery, storyPage } from './proposalsPage.ts';
import { workPage } from './workPage.ts';

/** What the routes of public pages have in common. */
export interface Around {
  readonly visits: PageVisits;
  /** The pages that are kept for a moment. */
  readonly kept: ReturnType<typeof freshPages>;
}

/** What a community's page leads to of one cycle: its proposals, each one's story, works, the year's report, meetings. */
export function cyclePages(world: World, catalogue: i18n, { visits: { frame, ofCycle, lost }, kept }: Around): Router {
  return routes()
    .page('/c/:slug/proposals', ofCycle, async ({ request, response, community, slug, chosen, cycle, id }) => {
      const wanted: ProposalsWanted = {
        category: text(request, 'category'),
        state: text(request, 'state'),
        place: text(request, 'place'),
        find: text(request, 'find'),
        order: text(request, 'order'),
      };
      const page = wholeNumber(request, 'page', 1) ?? 1;
      const asked = proposalsQuery(wanted, id, page);
      const own = `/c/${slug}/proposals${asked ? `?${asked}` : ''}`;
      const render = async (): Promise<Markup> => {
        const [shelf, answers, around] = await Promise.all([
          proposalShelf(world)(cycle._id),
          answersTo(world)(cycle._id),
          frame(chosen, own, community),
        ]);
        const address = proposalAddress(slug, id);
        return proposalsPage({ community, cycle, shelf, answers, address, earlier: id }, wanted, page, around);
      };
      send(response, await kept(`${own} ${keyOf(chosen)} ${cycle._id}`, render));
    })
    .page('/c/:slug/proposals/:number', ofCycle, async ({ request, response, community, slug, chosen, cycle, id, query }) => {
      const number = numberOf(request);
      const story = number === undefined ? null : await proposalStory(world, cycle._id, number);
      const address = proposalAddress(slug, id);
      if (!story) return lost(response, chosen, 'proposal', { path: address(), name: 'proposals.all' });
      const own = `/c/${slug}${query}`;
      const onBallot = projectsOf(cycle).find((each) => each.number === story.proposal.project);
      const [project] = onBallot ? projectsIn([onBallot], chosen.language) : [];
      const [around, outcome, published] = await Promise.all([
        frame(chosen, address(story.proposal.number), community),
        cycle.sealedAt ? outcomeOf(world, cycle) : undefined,
        publishedWith(world, cycle._id, story.proposal.number, onBallot),
      ]);
      send(response, rendered(storyPage({ community, cycle, story, project, published, outcome, address, own }, around)));
    })
    .page('/c/:slug/works/:number', ofCycle, async ({ request, response, community, slug, chosen, cycle, query }) => {
      const own = `/c/${slug}${query}`;
      const number = numberOf(request);
      const project = projectsIn(projectsOf(cycle), chosen.language).find((each) => each.number === number);
      const story = project && (await workStory(cycle._id, project.number));
      if (!project || !story) return lost(response, chosen, 'work', { path: own, name: 'proposals.back' });
      const render = async () => {
        const [around, outcome] = await Promise.all([
          frame(chosen, `/c/${slug}/works/${project.number}${query}`, community),
          cycle.sealedAt ? outcomeOf(world, cycle) : undefined,
        ]);
        return workPage({ community, cycle, project, story, outcome, own }, around);
      };
      send(response, rendered(await render()));
    })
    .page('/c/:slug/report', ofCycle, async ({ response, community, slug, chosen, cycle, query }) => {
      const [path, own] = [`/c/${slug}/report${query}`, `/c/${slug}${query}`];
      const render = async () => {
        const about = {
          ...textsAbout(world, catalogue, community, chosen.language),
          cycle,
          projects: projectsIn(projectsOf(cycle), chosen.language),
          from: '',
        };
        return reportPage({ community, printed: await yearReport(world, about), own }, await frame(chosen, path, community));
      };
      send(response, await kept(`${path} ${keyOf(chosen)} ${cycle._id} ${cycle.sealedAt !== undefined}`, render));
    })
    .page('/c/:slug/meetings', ofCycle, async ({ response, community, slug, chosen, cycle, id, query }) => {
      const own = `/c/${slug}/meetings${query}`;
      const render = async () => {
        const [meetings, { newest }] = await Promise.all([publicMeetings(world, slug, cycle._id), proposalShelf(world)(cycle._id)]);
        const texts = new Map(newest.map((proposal) => [proposal.number, proposal.text]));
        return meetingsPage({ community, cycle, id, meetings, texts }, await frame(chosen, own, community));
      };
      send(response, await kept(`${own} ${keyOf(chosen)} ${cycle._id}`, render));
    });
}

/** What of the reader's choices makes a page another one. */
export function keyOf({ language, byLink }: Chosen): string {
  return `${language}${byLink}`;
}

/** The number of a proposal or project in the address. */
function numberOf({ params }: { readonly params: { readonly [name: string]: string } }): number | undefined {
  return /^[1-9]\d{0,8}$/.test(params.number ?? '') ? Number(params.number) : undefined;
}

/** `/c/SLUG/report`: the year's report as a page, with the same words and numbers as the PDF. */
function reportPage(
  { community, printed, own }: { readonly community: CommunityRecord; readonly printed: Printed; readonly own: string },
  frame: Frame,
): Markup {
  const { say, link } = frame.pageText;
  const content = html`<div class="wide content"><section class="report">
${printed.blocks.map(printedBlock)}
<p><a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${printed.title} · ${community.name}`, content);
}

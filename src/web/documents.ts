import type { i18n } from 'i18next';
import { results, turnout } from '../fund/ballots/index.ts';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { currentCycleForReaders } from '../fund/cycles/index.ts';
import { publicPublication } from '../fund/meetings/index.ts';
import { type Actor, checkView } from '../fund/people/index.ts';
import { answersTo, type PublicProposal, publicProposals } from '../fund/proposals/index.ts';
import { type About, board, brochure, type Printed, poster, report, tableSheets } from '../print/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { World } from '../store/world.ts';
import { projectsOf } from './public/cycleView.ts';
import type { PagesDeps } from './public/pages.ts';
import { type PageLanguage, pageText } from './public/pageText.ts';
import { stateOf } from './public/proposalList.ts';

/** What can be printed at any time, and makes nothing. */
export const DOCUMENTS = ['poster', 'brochure', 'board', 'table', 'report'] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

export interface DocumentsDeps extends Pick<PagesDeps, 'publicUrl' | 'chatCode'> {
  readonly catalogue: i18n;
}

/** The most proposals in a report. */
const MOST_PROPOSALS = 1_000;

/**
 * A document about a community's current cycle, to be given to `printPdf`. Rejects with `not-allowed` (`checkView`), with `no-cycle` if none has begun, and
 * with `not-published` if a list for the board is wanted and none is published.
 */
export function documents(
  world: World,
  { catalogue, publicUrl, chatCode }: DocumentsDeps,
): (name: DocumentName, community: CommunityRecord, language: PageLanguage, actor: Actor) => Promise<Printed> {
  return async (name, community, language, actor) => {
    const about = await documentAbout(world, catalogue, community, language, actor);
    const address = `${publicUrl}/c/${community._id}`;
    const { cycle } = about;
    switch (name) {
      case 'poster':
        return poster(about, { address, chatCode: await chatCode?.({ community: community._id, language }) });
      case 'brochure':
        return brochure(about, { address, hasChat: chatCode !== undefined });
      case 'table':
        return tableSheets(about);
      case 'board': {
        const published = await publicPublication(world, cycle._id);
        if (!published) throw new CodedError('not-published', 'No list is published yet: publish it first.');
        return board(about, published);
      }
      case 'report': {
        const [answers, proposals, taken, counted] = await Promise.all([
          answersTo(world)(cycle._id),
          allProposals(world, cycle._id),
          cycle.frozen ? turnout(world)(cycle._id) : undefined,
          cycle.sealedAt ? results(world)(cycle._id) : undefined,
        ]);
        const told = proposals.map((proposal) => ({ proposal, became: stateOf(proposal, about.page) }));
        return report(about, { answers, proposals: told, turnout: taken, results: counted });
      }
    }
  };
}

async function documentAbout(world: World, catalogue: i18n, community: CommunityRecord, language: PageLanguage, actor: Actor): Promise<About> {
  checkView(actor, 'print', community._id);
  const texts = textsAbout(world, catalogue, community, language);
  const cycle = await currentCycleForReaders(world)(community._id, texts.now);
  if (!cycle) throw new CodedError('no-cycle', 'No cycle has begun yet.');
  return { ...texts, cycle, projects: projectsOf(cycle) };
}

/** The language in which a community's documents are, unless another is chosen. */
export function documentLanguage({ language }: CommunityRecord): PageLanguage {
  return language.startsWith('en') ? 'en' : 'zh-CN';
}

/** The words for a document of a community, whether it has a cycle or not. */
export function textsAbout(
  world: World,
  catalogue: i18n,
  community: CommunityRecord,
  language = documentLanguage(community),
): Omit<About, 'cycle' | 'projects'> {
  const now = world.now();
  const chosen = { language, byLink: false };
  return {
    ...{ community, now },
    text: pageText(catalogue, chosen, now, community, 'print'),
    page: pageText(catalogue, chosen, now, community),
  };
}

async function allProposals(world: World, cycle: string): Promise<PublicProposal[]> {
  const all: PublicProposal[] = [];
  for (;;) {
    const some = await publicProposals(world, cycle, all.at(-1)?.number);
    all.push(...some);
    if (some.length === 0 || all.length >= MOST_PROPOSALS) return all.slice(0, MOST_PROPOSALS);
  }
}

import type { i18n } from 'i18next';
import { publicAccount } from '../fund/accounts/index.ts';
import { results, turnout } from '../fund/ballots/index.ts';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { findCycle, type Project, readPrinted } from '../fund/cycles/index.ts';
import { publishedCheckpoint } from '../fund/heads/index.ts';
import { publicMeetings, publicPublication, readMeeting, readMeetings } from '../fund/meetings/index.ts';
import { hasSlips, makeSlips, printedSerial, publicPaper, readSlipAudit, slipBallot } from '../fund/paper/index.ts';
import { type Actor, checkRight } from '../fund/people/index.ts';
import { readPicture } from '../fund/pictures/index.ts';
import { ballotPictures } from '../fund/projects/index.ts';
import { answersTo, type PublicProposal, publicProposals } from '../fund/proposals/index.ts';
import { publicWorks } from '../fund/works/index.ts';
import { enqueue } from '../outreach/outbox/enqueue.ts';
import {
  type About,
  type Block,
  board,
  brochure,
  compareSheet,
  type PosterWays,
  type Printed,
  poster,
  printPdf,
  report,
  result,
  slipSheets,
  tableSheets,
} from '../print/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { World } from '../store/world.ts';
import { withLogMark } from './logMark.ts';
import { projectsOf } from './public/cycleView.ts';
import { communityIn, projectsIn } from './public/inLanguage.ts';
import { minutesPrinted } from './public/meetings.ts';
import { type PageLanguage, pageText } from './public/pageText.ts';
import { stateOf } from './public/proposalsPage.ts';

/** What can be printed at any time, and makes nothing. */
export const DOCUMENTS = ['poster', 'brochure', 'board', 'minutes', 'table', 'result', 'report', 'compare'] as const;
type DocumentName = (typeof DOCUMENTS)[number];

interface Which {
  /** The number of the meeting whose minutes are wanted; the newest if absent. */
  readonly meeting?: number | undefined;
  /** `_id`; the current one if absent. */
  readonly cycle?: string | undefined;
}

export interface DocumentsDeps {
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  /** The code that leads to the chat from a community's poster, as a picture (PNG); gives undefined if there is none, or none just now. */
  readonly chatCode: (poster: { readonly community: string; readonly language?: string }) => Promise<Uint8Array | undefined>;
  readonly catalogue: i18n;
}

/**
 * A document about a community's current cycle, or another one of it, to be given to `printPdf`. Rejects with `not-allowed` (`readPrinted`), with `no-cycle`
 * if none has begun or there is no such one, with `not-published` if a list for the board is wanted and none is published, with `no-meeting` if there is
 * none, with `not-released` if the result is wanted and not released, with `not-drawn` if no slips are drawn.
 */
export async function documents(
  world: World,
  { catalogue, publicUrl, chatCode }: DocumentsDeps,
  name: DocumentName,
  community: CommunityRecord,
  language: PageLanguage,
  actor: Actor,
  { meeting, cycle: wanted }: Which = {},
): Promise<Printed> {
  const about = await documentAbout(world, catalogue, community, language, actor, wanted);
  const address = isForAll(publicUrl) ? `${publicUrl}/c/${community._id}` : undefined;
  const { cycle } = about;
  const reading = { world, community: community._id, actor };
  switch (name) {
    case 'poster':
      return poster(about, {
        address,
        chatCode: await chatCode({ community: community._id, language }),
        pictures: await picturesOf(world, about),
        takesSlips: await hasSlips(cycle._id),
      });
    case 'brochure': {
      const hasChat = (await chatCode({ community: community._id, language })) !== undefined; // as the poster has
      return brochure(about, { address, hasChat, takesSlips: await hasSlips(cycle._id) });
    }
    case 'table':
      return tableSheets(about);
    case 'board': {
      const published = await publicPublication(world, cycle._id);
      if (!published) throw new CodedError('not-published', 'No list is published yet: publish it first.');
      return board(about, published);
    }
    case 'minutes': {
      const number = meeting ?? (await readMeetings.read(reading, cycle._id))[0]?.number;
      const read = number === undefined ? null : await readMeeting.read(reading, { cycle: cycle._id, number });
      if (!read) throw new CodedError('no-meeting', 'There is no such meeting of the council: plan it first.');
      return withLogMark(minutesPrinted(read, about, about.page), community, about.page, about.now);
    }
    case 'result': {
      const released = (await findCycle(cycle._id))?.released;
      if (!released) throw new CodedError('not-released', 'The result is not released for paper: two persons do that once it is sealed.');
      return result(about, { results: await results(world, cycle._id), by: released.by, address });
    }
    case 'report':
      return yearReport(world, { ...about, from: isForAll(publicUrl) ? publicUrl : undefined });
    case 'compare': {
      const drawn = cycle.sealedAt && (await readSlipAudit.read(reading, cycle._id));
      if (!drawn) throw new CodedError('not-drawn', 'No slips are drawn: that is done once the ledger is sealed, and there were slips.');
      return compareSheet(about, drawn, printedSerial);
    }
  }
}

/** Whether others can open an address, so that it may stand on paper: not one that leads each reader to their own machine. */
export function isForAll(publicUrl: string): boolean {
  return !/^(?:localhost|127\..*|\[::1\])$/.test(new URL(publicUrl).hostname);
}

/** The most slips in one file. */
export const MOST_PRINTED = 1_000;

/**
 * New slips for a community's current cycle, as PDF. One is printed first for nothing, so that none is made that cannot be printed. Rejects with
 * `not-allowed` (`checkRight`), `slip-count`, `no-cycle`, `no-projects`, and as `printPdf` does.
 */
export async function printSlips(
  world: World,
  catalogue: i18n,
  {
    community,
    language,
    count,
    allTheSame,
    actor,
  }: { community: CommunityRecord; language: PageLanguage; count: number; allTheSame: boolean; actor: Actor },
): Promise<Uint8Array> {
  checkRight(actor, makeSlips, community._id);
  const about = await documentAbout(world, catalogue, community, language, actor);
  if (!Number.isInteger(count) || count < 1 || count > MOST_PRINTED)
    throw new CodedError('slip-count', `From 1 to ${MOST_PRINTED.toLocaleString('en')} slips are printed at once.`);
  if (about.projects.length === 0) throw new CodedError('no-projects', 'There are no projects on the ballot yet.');
  const printed = (serials: readonly string[]) => printPdf(slipSheets(serials, printedSerial, about), allTheSame);
  await printed(['00000000']);
  const asked = { community: community._id, at: { cycle: about.cycle._id }, input: { count, ballot: slipBallot(about.cycle) }, actor };
  const made = await makeSlips.perform({ world, notify: enqueue(world) }, asked);
  if (made.is !== 'done') throw new CodedError('slip-count', 'So many slips cannot be made at once.');
  return printed(made.result.serials);
}

async function documentAbout(
  world: World,
  catalogue: i18n,
  community: CommunityRecord,
  language: PageLanguage,
  actor: Actor,
  wanted?: string,
): Promise<About> {
  const texts = textsAbout(world, catalogue, community, language);
  const cycle = await readPrinted.read({ world, community: community._id, actor }, wanted);
  if (!cycle) throw new CodedError('no-cycle', 'No cycle has begun yet, or the community has no such one.');
  return { ...texts, cycle, projects: named(projectsOf(cycle), language) };
}

/** In English each project has both names on paper: its own stands on the notice board as well. */
function named(projects: readonly Project[], language: PageLanguage): readonly Project[] {
  const inLanguage = projectsIn(projects, language);
  return projects.map((project, index) => {
    const { title } = inLanguage[index] ?? project;
    return title === project.title ? project : { ...project, title: `${title} · ${project.title}` };
  });
}

/** The projects' pictures, if all have one. */
async function picturesOf(world: World, { cycle, projects }: About): Promise<PosterWays['pictures']> {
  const kept = await ballotPictures(
    cycle,
    projects.map(({ number }) => number),
  );
  const found = await Promise.all(
    [...kept].map(async ([number, { id, width, height }]) => ({
      number,
      picture: await readPicture(world, cycle.community, id, 'small'),
      pixels: { width, height },
    })),
  );
  return new Map(found.flatMap(({ number, picture, pixels }) => (picture ? [[number, { picture, pixels }] as const] : [])));
}

/** The most proposals in a report. */
const MOST_PROPOSALS = 1_000;

/** The year's report of a cycle: only what everybody may read at this moment. */
export async function yearReport(world: World, about: About): Promise<Printed> {
  const { cycle } = about;
  const isSealed = cycle.sealedAt !== undefined;
  const [answers, proposals, taken, counted, account, works, meetings, paper] = await Promise.all([
    answersTo(world)(cycle._id),
    allProposals(world, cycle._id),
    cycle.frozen ? turnout(world)(cycle._id) : undefined,
    isSealed ? results(world, cycle._id) : undefined,
    isSealed ? publicAccount(cycle._id) : null,
    isSealed ? publicWorks(cycle._id) : [],
    publicMeetings(world, cycle.community, cycle._id),
    isSealed ? publicPaper(cycle._id) : undefined,
  ]);
  const told = proposals.map((proposal) => ({ proposal, became: stateOf(proposal, about.page) }));
  const printed = report(about, { answers, proposals: told, turnout: taken, results: counted, account, works, meetings, paper });
  const note = await publishedCheckpoint();
  const marked = await withLogMark(printed, about.community, about.page, about.now);
  return note === undefined ? marked : { ...marked, blocks: [...marked.blocks, newestPage(note, about)] };
}

/** The checkpoint of the log of heads, for who keeps the paper. */
function newestPage(note: string, { page }: About): Block {
  return {
    beside: [
      { share: 2, blocks: [{ qr: note, side: 60 }] },
      { share: 3, blocks: [{ text: page.say('watch.printed'), size: 9 }] },
    ],
    middle: true,
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
  const named = communityIn(community, language);
  return {
    ...{ community: named, now },
    text: pageText('print', catalogue, chosen, now, named),
    page: pageText('page', catalogue, chosen, now, named),
  };
}

import type { RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import { ballotSchema, ledgerLine, proofSchema, proofText, resultsSchema, slipsSchema, slipsText } from '../../fund/ballots/audit/index.ts';
import {
  type LedgerRow,
  ledgerHead,
  ledgerOf,
  type PublishedFileRecord,
  type PublishedName,
  publishedFiles,
  receiptByCode,
  turnout,
} from '../../fund/ballots/index.ts';
import { communityNumbers } from '../../fund/communities/index.ts';
import { type CycleRecord, currentCycleForReaders, heldVote, periods, slipsClose, stageAt, voteOf } from '../../fund/cycles/index.ts';
import { headProofs } from '../../fund/heads/index.ts';
import { type PublicPicture, publicMeetings, publicPublication } from '../../fund/meetings/index.ts';
import { publicPaper, slipAudit } from '../../fund/paper/index.ts';
import { answersTo, publicProposals } from '../../fund/proposals/index.ts';
import { cached } from '../../store/cache.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import type { Signer } from '../../transparency/note.ts';
import { Refusal } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';
import { adminApi } from './admin.ts';
import {
  ballotsLine,
  type CycleNow,
  communitiesAnswer,
  cycleNowAnswer,
  meetingsAnswer,
  paperAnswer,
  proposalsAnswer,
  publicationAnswer,
  receiptAnswer,
} from './answers.ts';
import { cycleById } from './cycleById.ts';
import { type Declared, declared, declaredRoutes, wholeNumber } from './declared.ts';
import { openApi } from './openApi.ts';
import { sendPublished } from './published.ts';
import { resultTables } from './resultTables.ts';
import { worksApi } from './works.ts';

/** What each answer of `/api` has, an error's too: a page of another origin reads it all. */
export const apiHeaders: RequestHandler = (_request, response, next) => {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' });
  next();
};

/** A proof is given again for so long, in milliseconds: it reads some sixty tiles. Of so many cycles it is kept. */
const PROOF_MS = 60_000;
const PROOFS = 100;

/** `/api`: what the whole world may read, what a street office sends (docs/contract.md: API), and how it is asked (`/api/openapi.json`). Behind `apiHeaders`. */
export function api(world: World, readerLimit: ReaderLimit, signer?: Signer): Router {
  const all = [...publicApi(world, readerLimit, signer), ...adminApi(world)];
  const document = JSON.stringify(openApi(all));
  return declaredRoutes(all)
    .get('/api/openapi.json', (_request, response) => void response.type('json').send(document))
    .use('/api', ({ method }, response: Response) => {
      if (method === 'GET' || method === 'HEAD') throw new Refusal(404, 'There is nothing at this address; /data lists what there is.');
      response.set('Allow', 'GET, HEAD');
      throw new Refusal(405, 'This is for reading only: GET.');
    });
}

/** Every address of it, with what it is asked and gives. */
function publicApi(world: World, paced: ReaderLimit, signer: Signer | undefined): Declared[] {
  const files = publishedFiles(world);
  const proofs = cached(world, PROOF_MS, PROOFS, async (of) => {
    const [cycle = '', community = ''] = of.split(' ');
    const seal = await ledgerHead(cycle);
    return seal && signer && headProofs(signer, { cycle, community, seal });
  });
  return [
    declared({
      path: '/api/communities',
      says: 'The communities, with the numbers that residents write to.',
      query: {},
      gives: { json: communitiesAnswer },
      paced,
      answer: async (_asked, response) => void response.json(await communities()),
    }),
    declared({
      path: '/api/cycles/current',
      says: 'The cycle whose vote is open, else the newest that has begun. Counts are at most five seconds old; never one by project.',
      query: { community: z.string(NAME_ONE).min(1, NAME_ONE).describe('Its slug.') },
      gives: { json: cycleNowAnswer },
      refuses: { 404: 'No cycle of a community with this name has begun.' },
      paced,
      answer: async ({ community }, response) => {
        const cycle = await currentCycleForReaders(world)(community, world.now());
        if (!cycle) throw new Refusal(404, 'No cycle of a community with this name has begun.');
        response.json(await cycleNow(world, cycle));
      },
    }),
    declared({
      path: '/api/cycles/{id}/proposals',
      says: 'The public proposals, newest first, 200 at a time.',
      query: { before: wholeNumber('before', 1).describe('Only proposals with lower numbers.') },
      gives: { json: proposalsAnswer },
      refuses: { 404: NO_CYCLE },
      paced,
      answer: async ({ id, before }, response) => void response.json(await publicProposals(world, (await cycleById(world, id))._id, before)),
    }),
    declared({
      path: '/api/cycles/{id}/publication',
      says: 'What is published before the vote, and what was objected and answered.',
      query: {},
      gives: { json: publicationAnswer },
      refuses: { 404: 'There is no such cycle, or nothing is published for it.' },
      paced,
      answer: async ({ id }, response) => {
        const { _id, community } = await cycleById(world, id);
        const publication = await publicPublication(world, _id);
        if (!publication) throw new Refusal(404, 'Nothing is published for this cycle.');
        const pictures = publication.pictures.map((picture) => pictureAddress(community, picture));
        response.json({ ...publication, pictures });
      },
    }),
    declared({
      path: '/api/cycles/{id}/meetings',
      says: 'The council’s meetings, newest first; before the minutes are final nothing is counted or decided.',
      query: {},
      gives: { json: meetingsAnswer },
      refuses: { 404: NO_CYCLE },
      paced,
      answer: async ({ id }, response) => {
        const { _id, community } = await cycleById(world, id);
        const meetings = await publicMeetings(world, community, _id);
        response.json(meetings.map((meeting) => ({ ...meeting, pictures: meeting.pictures.map((picture) => pictureAddress(community, picture)) })));
      },
    }),
    declared({
      path: '/api/cycles/{id}/ballot',
      says: 'The ballot as it was frozen when voting opened; its bytes never change.',
      query: {},
      gives: { json: ballotSchema },
      refuses: { 404: NO_CYCLE, 409: 'Voting has not opened yet.' },
      paced,
      answer: async ({ id }, response) => {
        const { frozen } = await cycleById(world, id);
        if (!frozen) throw new Refusal(409, 'The ballot is frozen when voting opens; it has not opened yet.');
        response.set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `"${frozen.hash}"` });
        response.type('json').send(frozen.ballot);
      },
    }),
    declared({
      path: '/api/cycles/{id}/ledger',
      says: 'The ledger, an entry a line: entries of days that are over, all after the slips are closed.',
      query: { after: wholeNumber('after', 0).describe('Only entries behind this seq.') },
      gives: { type: LINES, json: ledgerLine },
      refuses: { 404: NO_CYCLE },
      answer: async ({ id, after }, response, request) => {
        const { _id, sealedAt } = await paced.enter(() => cycleById(world, id));
        if (sealedAt) return sendPublished(paced, files, await made({ _id }, 'ledger'), request, response, after);
        if (request.method === 'HEAD') return void response.type(LINES).end();
        await paced.send(response, inLines(ledgerOf(world, _id, after)), () => response.type(LINES));
      },
    }),
    declared({
      path: '/api/cycles/{id}/results',
      says: 'The result, once the ledger is sealed.',
      query: {},
      gives: { json: resultsSchema },
      refuses: { 404: NO_CYCLE, 409: 'The ledger is not sealed yet.' },
      answer: async ({ id }, response, request) =>
        sendPublished(paced, files, await made(await paced.enter(() => cycleById(world, id)), 'results'), request, response),
    }),
    declared({
      path: '/api/cycles/{id}/ballots',
      says: 'The counted picks, an array a line, shuffled, once the ledger is sealed.',
      query: {},
      gives: { type: LINES, json: ballotsLine },
      refuses: { 403: 'This community gives its ballots to supervisors alone.', 404: NO_CYCLE, 409: 'The ledger is not sealed yet.' },
      answer: async ({ id }, response, request) =>
        sendPublished(paced, files, await made(await paced.enter(() => cycleById(world, id)), 'ballots'), request, response),
    }),
    declared({
      path: '/api/cycles/{id}/paper',
      says: 'The numbers of the paper, table by table, after the close.',
      query: {},
      gives: { json: paperAnswer },
      refuses: { 404: 'There is no such cycle, or no paper in its vote.', 409: 'The vote has not closed yet.' },
      paced,
      answer: async ({ id }, response) => {
        const cycle = await cycleById(world, id);
        const vote = voteOf(cycle, world.now());
        if (!vote || world.now() < vote.to) throw new Refusal(409, 'The vote has not closed yet; the numbers of its paper come after it.');
        const paper = await publicPaper(cycle._id);
        if (!paper) throw new Refusal(404, 'There was no paper in this vote.');
        response.json(paper);
      },
    }),
    declared({
      path: '/api/cycles/{id}/slips',
      says: 'The slips that were drawn to be compared with the box, and what was found.',
      query: {},
      gives: { json: slipsSchema },
      refuses: { 404: 'There is no such cycle, or no paper in its vote.', 409: 'The ledger is not sealed yet.' },
      paced,
      answer: async ({ id }, response) => {
        const audit = await slipAudit(world)((await cycleById(world, id))._id);
        if (!audit) throw new Refusal(404, 'There was no paper in this vote.');
        response.type('json').send(slipsText(audit));
      },
    }),
    declared({
      path: '/api/cycles/{id}/proof',
      says: 'Where the heads of the ledger and of the community’s log stand in the log of heads.',
      query: {},
      gives: { json: proofSchema },
      refuses: { 404: 'There is no such cycle, or its seal is not in the log of heads yet.' },
      paced,
      answer: async ({ id }, response) => {
        const { _id: cycle, community, sealedAt } = await cycleById(world, id);
        const proof = sealedAt && (await proofs(`${cycle} ${community}`));
        if (!proof) throw new Refusal(404, 'The seal is not in the log of heads; it comes there within minutes after the close.');
        response.type('json').send(proofText(proof));
      },
    }),
    declared({
      path: '/api/receipts/{code}',
      says: 'That the ballot of a receipt is in a ledger: not what it says, nor whether a later one replaced it.',
      query: {},
      gives: { json: receiptAnswer },
      refuses: { 404: 'No ballot in any ledger has this receipt.' },
      paced,
      answer: async ({ code }, response) => {
        const digits = code.replace(/ /g, '');
        const found = /^\d{10}$/.test(digits) ? await receiptByCode(world, digits) : null;
        if (!found) throw new Refusal(404, 'No ballot in any ledger has this receipt.');
        response.json({ cycle: found.cycle, at: found.at });
      },
    }),
    ...worksApi(world, paced),
    ...resultTables(world, paced),
  ];

  /** It is made once; a reader who asks before it exists does not wait for it. */
  function made({ _id }: Pick<CycleRecord, '_id'>, name: PublishedName): Promise<PublishedFileRecord> {
    return within(TIMEOUT_MS, files.of(_id, name), () => new Refusal(503, 'This is being made just now; try again in a minute.'));
  }
}

const NAME_ONE = 'Name one community: /api/cycles/current?community=SLUG.';
const NO_CYCLE = 'There is no cycle with this id.';
const LINES = 'application/x-ndjson';
const TIMEOUT_MS = 5_000;

async function* inLines(pieces: AsyncIterable<readonly LedgerRow[]>): AsyncGenerator<Uint8Array, void> {
  for await (const rows of pieces) yield Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** A picture with its address, in place of its id. */
export function pictureAddress(community: string, { id, ...about }: PublicPicture) {
  return { address: `/c/${community}/pictures/${id}/large.jpg`, ...about };
}

/** `phone` is the number that residents write to. */
async function communities(): Promise<{ slug: string; name: string; phone: string }[]> {
  return (await communityNumbers()).map(({ _id, name, phone }) => ({ slug: _id, name, phone }));
}

/** What anyone may know of a cycle at this moment; never a count by project. */
async function cycleNow(world: World, cycle: CycleRecord): Promise<CycleNow> {
  const { _id: id, community, title, budget, currency, rule, choices, projects } = cycle;
  const now = world.now();
  const [{ ballots, voters, residents }, answers] = await Promise.all([turnout(world)(id), answersTo(world)(id)]);
  const stages = periods(cycle, now).map(({ stage, from, to }) => [stage, { from: from.toISOString(), to: to?.toISOString() ?? null }]);
  return {
    id,
    community,
    title,
    stage: stageAt(cycle, now) ?? null,
    heldSince: heldVote(cycle, now)?.from.toISOString() ?? null,
    stages: Object.fromEntries(stages),
    slipsUntil: slipsClose(cycle, now)?.toISOString() ?? null,
    budget,
    currency,
    rule,
    choices: { min: choices.min, max: choices.max },
    projects: projects.map(({ number, title, titles, category, cost }) => ({
      ...{ number, title, ...(titles?.en && { titleEn: titles.en }) },
      ...{ category: category ?? null, cost },
    })),
    ...answers,
    ballots,
    voters,
    residents,
  };
}

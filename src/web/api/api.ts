import { type Request, type RequestHandler, type Response, Router } from 'express';
import { proofText, slipsText } from '../../fund/ballots/audit/index.ts';
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
import type { Rule } from '../../fund/ballots/tally/index.ts';
import { communityNumbers } from '../../fund/communities/index.ts';
import {
  type CycleRecord,
  currentCycleForReaders,
  cycleForReaders,
  heldVote,
  type Project,
  periods,
  type Stage,
  slipsClose,
  stageAt,
  voteOf,
} from '../../fund/cycles/index.ts';
import { headProofs } from '../../fund/heads/index.ts';
import { type PublicPicture, publicMeetings, publicPublication } from '../../fund/meetings/index.ts';
import { publicPaper, slipAudit } from '../../fund/paper/index.ts';
import { answersTo, publicProposals } from '../../fund/proposals/index.ts';
import { cached } from '../../store/cache.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import type { Signer } from '../../transparency/note.ts';
import { Refusal, wholeNumber } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';
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

/** `/api`: what the whole world may read (docs/contract.md: API). Behind `apiHeaders`. */
export function api(world: World, readerLimit: ReaderLimit, signer?: Signer): Router {
  const files = publishedFiles(world);
  const proofs = cached(world, PROOF_MS, PROOFS, async (of) => {
    const [cycle = '', community = ''] = of.split(' ');
    const seal = await ledgerHead(cycle);
    return seal && signer && headProofs(signer, { cycle, community, seal });
  });
  const cycleOf = async ({ params }: Request<{ id: string }>): Promise<CycleRecord> => {
    const cycle = await cycleForReaders(world)(params.id);
    if (!cycle) throw new Refusal(404, 'There is no cycle with this id.');
    return cycle;
  };
  return Router()
    .get(
      '/api/communities',
      readerLimit.handler<Record<string, string>>(async (_request, response) => {
        response.json(await communities());
      }),
    )
    .get(
      '/api/cycles/current',
      readerLimit.handler<Record<string, string>>(async ({ query: { community } }, response) => {
        if (typeof community !== 'string' || community === '') throw new Refusal(400, 'Name one community: /api/cycles/current?community=SLUG.');
        const cycle = await currentCycleForReaders(world)(community, world.now());
        if (!cycle) throw new Refusal(404, 'No cycle of a community with this name has begun.');
        response.json(await cycleNow(world, cycle));
      }),
    )
    .get(
      '/api/cycles/:id/proposals',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const before = wholeNumber(request, 'before', 1);
        const { _id } = await cycleOf(request);
        response.json(await publicProposals(world, _id, before));
      }),
    )
    .use(worksApi(world, readerLimit), resultTables(world, readerLimit))
    .get(
      '/api/cycles/:id/publication',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const { _id, community } = await cycleOf(request);
        const publication = await publicPublication(world, _id);
        if (!publication) throw new Refusal(404, 'Nothing is published for this cycle.');
        const pictures = publication.pictures.map((picture) => pictureAddress(community, picture));
        response.json({ ...publication, pictures });
      }),
    )
    .get(
      '/api/cycles/:id/meetings',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const { _id, community } = await cycleOf(request);
        const meetings = await publicMeetings(world, community, _id);
        response.json(meetings.map((meeting) => ({ ...meeting, pictures: meeting.pictures.map((picture) => pictureAddress(community, picture)) })));
      }),
    )
    .get(
      '/api/cycles/:id/ballot',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const { frozen } = await cycleOf(request);
        if (!frozen) throw new Refusal(409, 'The ballot is frozen when voting opens; it has not opened yet.');
        response.set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `"${frozen.hash}"` });
        response.type('json').send(frozen.ballot);
      }),
    )
    .get('/api/cycles/:id/ledger', async (request, response) => {
      const after = wholeNumber(request, 'after', 0);
      const { _id, sealedAt } = await readerLimit.enter(() => cycleOf(request));
      if (sealedAt) return sendPublished(readerLimit, files, await made({ _id }, 'ledger'), request, response, after);
      if (request.method === 'HEAD') return void response.type(LINES).end();
      await readerLimit.send(response, inLines(ledgerOf(world)(_id, after)), () => response.type(LINES));
    })
    .get('/api/cycles/:id/results', async (request, response) => {
      await sendPublished(readerLimit, files, await made(await readerLimit.enter(() => cycleOf(request)), 'results'), request, response);
    })
    .get('/api/cycles/:id/ballots', async (request, response) => {
      await sendPublished(readerLimit, files, await made(await readerLimit.enter(() => cycleOf(request)), 'ballots'), request, response);
    })
    .get(
      '/api/cycles/:id/paper',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const cycle = await cycleOf(request);
        const vote = voteOf(cycle, world.now());
        if (!vote || world.now() < vote.to) throw new Refusal(409, 'The vote has not closed yet; the numbers of its paper come after it.');
        const paper = await publicPaper(cycle._id);
        if (!paper) throw new Refusal(404, 'There was no paper in this vote.');
        response.json(paper);
      }),
    )
    .get(
      '/api/cycles/:id/slips',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const audit = await slipAudit(world)((await cycleOf(request))._id);
        if (!audit) throw new Refusal(404, 'There was no paper in this vote.');
        response.type('json').send(slipsText(audit));
      }),
    )
    .get(
      '/api/cycles/:id/proof',
      readerLimit.handler<{ id: string }>(async (request, response) => {
        const { _id: cycle, community, sealedAt } = await cycleOf(request);
        const proof = sealedAt && (await proofs(`${cycle} ${community}`));
        if (!proof) throw new Refusal(404, 'The seal is not in the log of heads; it comes there within minutes after the close.');
        response.type('json').send(proofText(proof));
      }),
    )
    .get(
      '/api/receipts/:code',
      readerLimit.handler<{ code: string }>(async ({ params: { code } }, response) => {
        const digits = code.replace(/ /g, '');
        const found = /^\d{10}$/.test(digits) ? await receiptByCode(world)(digits) : null;
        if (!found) throw new Refusal(404, 'No ballot in any ledger has this receipt.');
        response.json({ cycle: found.cycle, at: found.at });
      }),
    )
    .use('/api', ({ method }, response: Response) => {
      if (method === 'GET' || method === 'HEAD') throw new Refusal(404, 'There is nothing at this address; /data lists what there is.');
      response.set('Allow', 'GET, HEAD');
      throw new Refusal(405, 'This is for reading only: GET.');
    });

  /** It is made once; a reader who asks before it exists does not wait for it. */
  function made({ _id }: Pick<CycleRecord, '_id'>, name: PublishedName): Promise<PublishedFileRecord> {
    return within(PATIENCE_MS, files.of(_id, name), () => new Refusal(503, 'This is being made just now; try again in a minute.'));
  }
}

const LINES = 'application/x-ndjson';
const PATIENCE_MS = 5_000;

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

/** A cycle as `/api/cycles/current` shows it. Money in whole units, times in ISO 8601. */
export interface CycleNow {
  readonly id: string;
  readonly community: string;
  readonly title: string;
  readonly stage: Stage | null;
  /** When the vote was to open, while it is held back. */
  readonly heldSince: string | null;
  readonly stages: Readonly<Partial<Record<Stage, { readonly from: string; readonly to: string | null }>>>;
  /** Until when slips of paper are keyed: the result comes ten seconds after that. Null if the cycle has no vote. */
  readonly slipsUntil: string | null;
  readonly budget: number;
  readonly currency: string;
  readonly rule: Rule;
  readonly choices: { readonly min: number; readonly max: number };
  readonly projects: readonly (Pick<Project, 'number' | 'title' | 'cost'> & { readonly category: string | null })[];
  readonly proposals: number;
  /** Proposals whose proposer was told what became of them, and in how many days half of these were; null if there is none. */
  readonly answered: number;
  readonly medianDays: number | null;
  /** Null until the vote has closed, because it would show that somebody voted again. */
  readonly ballots: number | null;
  readonly voters: number;
  readonly residents: number;
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
    projects: projects.map(({ number, title, category, cost }) => ({ number, title, category: category ?? null, cost })),
    ...answers,
    ballots,
    voters,
    residents,
  };
}

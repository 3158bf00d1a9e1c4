import { type Request, type Response, Router } from 'express';
import { currentCycle } from '../fund/cycles/currentCycle.ts';
import { cycleById } from '../fund/cycles/cycleById.ts';
import { ballotsOf } from '../fund/ledger/ballotsOf.ts';
import { ledgerOf } from '../fund/ledger/ledgerOf.ts';
import { receiptByCode } from '../fund/ledger/receiptByCode.ts';
import { results } from '../fund/ledger/results.ts';
import { publicProposals } from '../fund/proposals/publicProposals.ts';
import { Community } from '../fund/records/community.ts';
import type { CycleRecord } from '../fund/records/cycle.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { cycleNow } from './cycleNow.ts';
import { Refusal } from './refusal.ts';
import { sendLines } from './sendLines.ts';
import { wholeNumber } from './wholeNumber.ts';

/** `/api`: what the whole world may read (contract §6). */
export function api(world: World): Router {
  const cycleOf = async ({ params }: Request<{ id: string }>): Promise<CycleRecord> => {
    const cycle = await cycleById(world)(params.id);
    if (!cycle) throw new Refusal(404, 'There is no cycle with this id.');
    return cycle;
  };
  return Router()
    .use('/api', (_request, response, next) => {
      response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' });
      next();
    })
    .get('/api/communities', async (_request, response) => {
      response.json(await communities());
    })
    .get('/api/cycles/current', async ({ query: { community } }, response) => {
      if (typeof community !== 'string' || community === '') throw new Refusal(400, 'Name one community: /api/cycles/current?community=SLUG.');
      const cycle = await currentCycle(world)(community, world.now());
      if (!cycle) throw new Refusal(404, 'No cycle of a community with this name has begun.');
      response.json(await cycleNow(world, cycle));
    })
    .get('/api/cycles/:id/proposals', async (request, response) => {
      const before = wholeNumber(request, 'before', 1);
      const { _id } = await cycleOf(request);
      response.json(await publicProposals(_id, before));
    })
    .get('/api/cycles/:id/ballot', async (request, response) => {
      const { frozen } = await cycleOf(request);
      if (!frozen) throw new Refusal(409, 'The ballot is frozen when voting opens; it has not opened yet.');
      response.set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `"${frozen.hash}"` });
      response.type('json').send(frozen.ballot);
    })
    .get('/api/cycles/:id/ledger', async (request, response) => {
      const after = wholeNumber(request, 'after', 0);
      await sendLines(response, ledgerOf(world)(request.params.id, after));
    })
    .get('/api/cycles/:id/results', async ({ params: { id } }, response) => {
      response.json(await results(world)(id));
    })
    .get('/api/cycles/:id/ballots', async ({ params: { id } }, response) => {
      await sendLines(response, await ballotsOf(world)(id));
    })
    .get('/api/receipts/:code', async ({ params: { code } }, response) => {
      const digits = code.replace(/ /g, '');
      const found = /^\d{10}$/.test(digits) ? await receiptByCode(world)(digits) : null;
      if (!found) throw new Refusal(404, 'No ballot in any ledger has this receipt.');
      response.json({ cycle: found.cycle, at: found.at });
    })
    .use('/api', ({ method }, response: Response) => {
      if (method === 'GET' || method === 'HEAD') throw new Refusal(404, 'There is nothing at this address; the README lists what there is.');
      response.set('Allow', 'GET, HEAD');
      throw new Refusal(405, 'This is for reading only: GET.');
    });
}

/** `phone` is what residents write to. */
async function communities(): Promise<{ slug: string; name: string; phone: string }[]> {
  const found = await native(Community)
    .find({}, { sort: { _id: 1 }, projection: { name: 1, phone: 1 } })
    .toArray();
  return found.map(({ _id, name, phone }) => ({ slug: _id, name, phone }));
}

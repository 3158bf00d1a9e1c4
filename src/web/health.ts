import { Router } from 'express';
import mongoose from 'mongoose';
import type { Metrics } from '../metrics.ts';
import { MOST_OFF } from '../store/clock.ts';
import type { World } from '../store/world.ts';
import { Refusal } from './refusal.ts';

/** Longest that readiness may take to find out, in milliseconds. */
const PATIENCE = 2_000;

/** `/healthz`: the process is alive. `/readyz`: it can take turns, that is the database answers, the clock is right and the indexes are there. */
export function health(world: World, metrics: Metrics, isStopping: () => boolean, ahead: () => number): Router {
  let indexed = false;
  return Router()
    .get('/healthz', (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ alive: true });
    })
    .get('/readyz', async (_request, response) => {
      if (isStopping()) throw new Refusal(503, 'The service is stopping.');
      await checkClock(world, metrics, ahead());
      indexed ||= await areIndexesThere();
      if (!indexed) throw new Refusal(503, 'The database has no indexes yet; they are made at the start.');
      response.set('Cache-Control', 'no-store').json({ ready: true });
    });
}

/** Asks the database for its time; both this machine's clock and the one that the world goes by have to agree with it. */
async function checkClock(world: World, metrics: Metrics, ahead: number): Promise<void> {
  const asked = performance.now();
  const { localTime } = await mongoose.connection.getClient().db('admin').command({ hello: 1 }, { timeoutMS: PATIENCE });
  const onTheWay = performance.now() - asked;
  const off = [Date.now(), world.now().getTime() - ahead].map((now) => localTime.getTime() + onTheWay / 2 - now);
  metrics.clockOffset((off[0] ?? 0) / 1000);
  if (off.some((ms) => Math.abs(ms) > MOST_OFF + onTheWay / 2))
    throw new Refusal(503, 'The clock is more than a second off the database’s; set it by NTP.');
}

async function areIndexesThere(): Promise<boolean> {
  const complete = await Promise.all(
    mongoose.modelNames().map(async (name) => {
      const { schema, collection } = mongoose.model(name);
      const wanted = schema.indexes().map(([fields]) => JSON.stringify(fields));
      if (wanted.length === 0) return true;
      const found = (await collection.indexes({ timeoutMS: PATIENCE })).map(({ key }) => JSON.stringify(key));
      return wanted.every((index) => found.includes(index));
    }),
  );
  return complete.every(Boolean);
}

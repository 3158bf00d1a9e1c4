import express, { Router } from 'express';
import { z } from 'zod';
import { Cycle } from '../../fund/records/cycle.ts';
import { nextMoment } from '../../outreach/calendar/nextMoment.ts';
import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../../web/refusal.ts';
import type { DemoClock } from '../clock.ts';
import { demoCommunity } from '../community.ts';
import { sameOrigin } from './sameOrigin.ts';

export interface ClockMeans {
  readonly clock: DemoClock;
  readonly publicUrl: string;
  /** Does what is due by now. */
  readonly catchUp: () => Promise<void>;
  /** Told what the clock shows once it was moved. */
  readonly moved: (told: ClockTold) => void;
}

/** What the clock shows, in ISO 8601, and what comes next where the calendar has more. */
export interface ClockTold {
  readonly now: string;
  readonly timezone: string;
  readonly next?: { readonly at: string; readonly what: string };
}

const wanted = z.strictObject({ to: z.iso.datetime({ offset: true }) });
const FAR_MS = 2 * 366 * DAY_MS;

/** `/simulator/clock`: the demo's time, which can be moved ahead; the answer comes when what was due by then is on its way. */
export function clockRoutes(world: World, { clock, publicUrl, catchUp, moved }: ClockMeans): Router {
  return Router()
    .get('/simulator/clock', sameOrigin(publicUrl), async (_request, response) => {
      response.json(await told());
    })
    .post('/simulator/clock', sameOrigin(publicUrl), express.json({ limit: '1kb', type: 'application/json' }), async (request, response) => {
      const { success, data } = wanted.safeParse(request.body);
      const to = success ? new Date(data.to) : undefined;
      if (!to || to <= world.now() || to.getTime() - world.now().getTime() > FAR_MS)
        throw new Refusal(400, 'Send JSON: {"to": a time in ISO 8601, later than the clock shows, within two years}.');
      await clock.moveTo(to);
      await catchUp();
      const now = await told();
      moved(now);
      response.json(now);
    });

  async function told(): Promise<ClockTold> {
    const now = world.now();
    const community = await demoCommunity();
    const cycles = community ? await native(Cycle).find({ community: community._id }, { promoteBuffers: true }).toArray() : [];
    const [next] = cycles
      .flatMap((cycle) => (community && nextMoment(cycle, community, now)) ?? [])
      .toSorted((one, other) => one.at.getTime() - other.at.getTime());
    return {
      now: now.toISOString(),
      timezone: community?.timezone ?? 'Asia/Shanghai',
      ...(next && { next: { at: next.at.toISOString(), what: next.what } }),
    };
  }
}

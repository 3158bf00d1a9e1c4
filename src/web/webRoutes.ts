import { Router } from 'express';
import type { i18n } from 'i18next';
import type { Metrics } from '../metrics.ts';
import type { World } from '../store/world.ts';
import { api } from './api.ts';
import { audio } from './audio.ts';
import { crowd } from './crowd.ts';
import { health } from './health.ts';
import { metricsRoute } from './metricsRoute.ts';
import { type PagesMeans, pages } from './pages/pages.ts';
import { Refusal } from './refusal.ts';

export interface WebMeans {
  /** The words, those of the pages with them. */
  readonly catalogue: i18n;
  /** How the pages are reached, no slash at the end. */
  readonly publicUrl: string;
  /** Stands above each page, where there is one. */
  readonly banner?: PagesMeans['banner'];
  /** How far the world's clock was moved ahead of this machine's, in milliseconds. */
  readonly ahead?: (() => number) | undefined;
  readonly metrics: Metrics;
  readonly metricsToken?: string | undefined;
  /** From then on `/readyz` says no: a balancer sends nobody any more. */
  readonly isStopping: () => boolean;
}

/** Longer than any address here: what is longer is not looked up. */
const LONGEST = 512;

/** Everything that is read over HTTP. To be mounted behind the carriers' addresses and before `lastError`: what it does not know is 404. */
export function webRoutes(world: World, { catalogue, publicUrl, banner, ahead = () => 0, metrics, metricsToken, isStopping }: WebMeans): Router {
  const readers = crowd();
  return Router()
    .use(({ url }, _response, next) => {
      if (url.length > LONGEST) throw new Refusal(404, 'There is nothing at this address.');
      next();
    })
    .use(
      health(world, metrics, isStopping, ahead),
      metricsRoute(metrics, metricsToken),
      pages(world, catalogue, { publicUrl, banner, crowd: readers }),
      api(world, readers),
      audio(world, crowd()),
    )
    .use(() => {
      throw new Refusal(404, 'There is nothing at this address.');
    });
}

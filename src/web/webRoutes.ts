import { type RequestHandler, Router } from 'express';
import type { i18n } from 'i18next';
import type { Forget } from '../fund/roster/index.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import { api } from './api/api.ts';
import { audio } from './api/published.ts';
import { type ConsoleDeps, consoleRoutes } from './console/console.ts';
import type { Personas } from './console/signInPages.ts';
import { Refusal } from './errors.ts';
import { health, metricsRoute, type WebMetrics } from './health.ts';
import { type PagesDeps, pages } from './public/pages.ts';
import { publicPictures } from './public/pictures.ts';
import { readerLimit } from './readerLimit.ts';
import { signpost } from './signpost.ts';

export interface WebDeps {
  /** All texts, also those of the pages. */
  readonly catalogue: i18n;
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  /** Shown above each page, if given. */
  readonly banner?: PagesDeps['banner'];
  /** By how much the world's clock is ahead of this machine's, in milliseconds. */
  readonly ahead?: (() => number) | undefined;
  /** The code that leads to the chat from a poster, as a picture (PNG); absent if there is no chat. */
  readonly chatCode?: PagesDeps['chatCode'];
  /** Those whom the demo signs in to the console by one button. */
  readonly personas?: Personas | undefined;
  /** What a message to many needs. */
  readonly broadcasts: ConsoleDeps['broadcasts'];
  readonly previewBallot: ConsoleDeps['previewBallot'];
  /** Removes what is kept of phones and chats outside the fund, for a resident whom a cadre deletes. */
  readonly forget: Forget;
  /** Reads a hall's tablet aloud. */
  readonly aloud: ConsoleDeps['aloud'];
  readonly metrics: WebMetrics;
  readonly metricsToken?: string | undefined;
  /** If true, `/readyz` says no, so that a load balancer sends no more requests. */
  readonly isStopping: () => boolean;
}

/** Longer than any address here; a longer one is not looked up. Characters. */
const LONGEST = 512;
/** The same for the console, where the rows of a list that are ticked stand in its address. */
const LONGEST_CONSOLE = 12_000;

/** Everything that is read over HTTP. To be mounted after the carriers' addresses and before `lastError`: an unknown address is a 404. */
export function webRoutes(
  world: World,
  {
    catalogue,
    publicUrl,
    banner,
    chatCode,
    personas,
    broadcasts,
    previewBallot,
    forget,
    aloud,
    ahead = () => 0,
    metrics,
    metricsToken,
    isStopping,
  }: WebDeps,
): Router {
  const readers = readerLimit();
  return Router()
    .use(({ url }, _response, next) => {
      if (url.length > (url.startsWith('/console/') ? LONGEST_CONSOLE : LONGEST)) throw new Refusal(404, 'There is nothing at this address.');
      next();
    })
    .use(
      health(world, metrics, isStopping, ahead),
      metricsRoute(metrics, metricsToken),
      signpost(world),
      consoleRoutes(world, { catalogue, publicUrl, banner, chatCode, personas, broadcasts, previewBallot, forget, aloud, isStopping }),
      pages(world, catalogue, { publicUrl, banner, chatCode, readerLimit: readers }),
      publicPictures(world, readerLimit()),
      api(world, readers),
      audio(world, readerLimit()),
    )
    .use(() => {
      throw new Refusal(404, 'There is nothing at this address.');
    });
}

/** Measures and logs every request by its route's pattern; the values in its path, query, headers and body are left out. Routers have to be mounted at the root, because only then is the pattern whole. */
export function requestLog(log: Log, metrics: WebMetrics): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.once('close', () => {
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      const route = typeof request.route?.path === 'string' ? request.route.path : 'none';
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = response.statusCode;
      metrics.http(method, route, status, ms / 1000);
      const isWrong = status >= 500 && status !== 503; // a 503 is reported where its cause is found
      log[isWrong ? 'warn' : 'debug']({ method, route, status, ms }, response.writableFinished ? 'request' : 'request broken off');
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

import { type Request, type RequestHandler, Router } from 'express';
import type { i18n } from 'i18next';
import { CARRIER_NAMES } from '../contacts/channel.ts';
import { departures } from '../fund/communities/index.ts';
import type { Forget } from '../fund/roster/index.ts';
import type { World } from '../store/world.ts';
import type { Signer } from '../transparency/note.ts';
import { api, apiHeaders } from './api/api.ts';
import { audio } from './api/published.ts';
import { workDocuments } from './api/works.ts';
import { type ConsoleDeps, consoleRoutes } from './console/console.ts';
import type { Personas } from './console/signInPages.ts';
import { Refusal } from './errors.ts';
import { type HealthDeps, health, metricsRoute } from './health.ts';
import { logRoutes } from './logRoutes.ts';
import { pageHeaders } from './pageHeaders.ts';
import { type PagesDeps, pages } from './public/pages.ts';
import { publicPictures } from './public/pictures.ts';
import { readerLimit } from './readerLimit.ts';

export interface WebDeps extends HealthDeps {
  /** All texts, also those of the pages. */
  readonly catalogue: i18n;
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  /** Shown above each page, if given. */
  readonly banner?: PagesDeps['banner'];
  readonly hasChat: PagesDeps['hasChat'];
  readonly chatCode: PagesDeps['chatCode'];
  /** Those whom the demo signs in to the console by one button. */
  readonly personas?: Personas | undefined;
  /** What a message to many needs. */
  readonly broadcasts: ConsoleDeps['broadcasts'];
  readonly previewBallot: ConsoleDeps['previewBallot'];
  /** Removes what is kept of phones and chats outside the fund, for a resident whom a cadre deletes. */
  readonly forget: Forget;
  /** Reads a hall's tablet aloud. */
  readonly aloud: ConsoleDeps['aloud'];
  readonly metricsToken?: string | undefined;
  /** Of the log of heads, if there is one. */
  readonly signer?: Signer | undefined;
}

/** Longer than any address here; a longer one is not looked up. Characters. */
const MAX_ADDRESS_CHARS = 512;
/** Longer than any address of the console, where the rows of a list that are ticked stand in its address. */
const LONGEST_CONSOLE = 12_000;

/** Everything that is read over HTTP. To be mounted after the carriers' addresses and before `lastError`: an unknown address is a 404. */
export function webRoutes(
  world: World,
  { catalogue, publicUrl, banner, hasChat, chatCode, personas, broadcasts, previewBallot, forget, aloud, metricsToken, signer, ...how }: WebDeps,
): Router {
  const readers = readerLimit();
  const shown = pages(world, catalogue, { publicUrl, banner, hasChat, chatCode, readerLimit: readers });
  return Router()
    .use('/api', apiHeaders)
    .use(({ url }, _response, next) => {
      if (url.length > (url.startsWith('/console/') ? LONGEST_CONSOLE : MAX_ADDRESS_CHARS))
        throw new Refusal(404, 'There is nothing at this address.');
      next();
    })
    .use(
      health(world, how),
      metricsRoute(how.metrics, metricsToken),
      signpost(world),
      consoleRoutes(world, {
        catalogue,
        publicUrl,
        banner,
        chatCode,
        personas,
        broadcasts,
        previewBallot,
        forget,
        aloud,
        isStopping: how.isStopping,
      }),
      shown.routes,
      publicPictures(world, readerLimit()),
      ...(signer ? [logRoutes(world, signer, readerLimit())] : []),
      workDocuments(world, readers),
      api(world, readers, signer),
      audio(world, readerLimit()),
    )
    .use(pageHeaders(), () => {
      throw new Refusal(404, 'There is nothing at this address.');
    })
    .use(shown.errors);
}

/** What a process that only takes turns answers beside them: how it is, and to carriers the sounds of calls. To be mounted as `webRoutes` is. */
export function turnsRoutes(world: World, { metricsToken, ...how }: HealthDeps & Pick<WebDeps, 'metricsToken'>): Router {
  return Router().use(health(world, how), metricsRoute(how.metrics, metricsToken), audio(world, readerLimit()), () => {
    throw new Refusal(404, 'This process only takes turns (ROLE=turns); pages are at the address of the service.');
  });
}

/** Where carriers come in. A process without their doors asks them to come again, so that nothing is lost by a proxy that is set wrongly. */
const DOORS = [...CARRIER_NAMES, 'wechat', 'accounts'].map((name) => `/${name}`);

/** Stands where the carriers' doors are, in a process that serves pages alone. */
export function noDoors(): Router {
  return Router().use(DOORS, () => {
    throw new Refusal(503, 'This process serves pages alone (ROLE=pages): the proxy has to send carriers to one that takes turns.');
  });
}

/** Shows readers of a community that has left this cell the way to the other one; while it is on its way, asks them to come again. */
function signpost(world: World): Router {
  const left = departures(world);
  const leading =
    (departed: (request: Request) => ReturnType<typeof left.bySlug>): RequestHandler =>
    async (request, response, next) => {
      const found = await departed(request);
      if (!found) return next();
      if (!found.arrivedAt) throw new Refusal(503, 'This community is moving to another system; come again in half an hour.');
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (!isRead) throw new Refusal(409, `This community has moved to ${found.url}: do it there.`);
      response.redirect(307, found.url + request.originalUrl);
    };
  return Router()
    .use(
      ['/c/:slug', '/console/:slug'],
      // where one signs in is no community's, and nothing is looked up before it answers
      leading(async ({ params: { slug } }) => (slug === 'sign-in' ? undefined : left.bySlug(String(slug)))),
    )
    .use(
      '/api/cycles/current',
      leading(({ query: { community } }) => left.bySlug(String(community))),
    )
    .use(
      '/api/cycles/:id',
      leading(({ params: { id } }) => left.byCycle(String(id))),
    );
}

import { type ErrorRequestHandler, type Response, Router } from 'express';
import type { i18n } from 'i18next';
import { communityForReaders } from '../../fund/communities/index.ts';
import { begunCycles, type CycleRecord, currentCycleForReaders, cycleForReaders, heldVote, periods, stageAt } from '../../fund/cycles/index.ts';
import { readWatching } from '../../fund/heads/index.ts';
import { publicSteps, stepsTaken } from '../../fund/meetings/index.ts';
import { ballotPictures } from '../../fund/projects/index.ts';
import { proposalShelf } from '../../fund/proposals/index.ts';
import { countOffices } from '../../fund/staff/index.ts';
import { workSteps, worksOfCycle } from '../../fund/works/index.ts';
import { publicBroadcasts } from '../../outreach/broadcasts/broadcast.ts';
import type { World } from '../../store/world.ts';
import { calendarFile } from '../calendarFile.ts';
import { type DocumentsDeps, isForAll } from '../documents.ts';
import { Refusal, wholeNumber } from '../errors.ts';
import type { Markup } from '../html.ts';
import { pageHeaders } from '../pageHeaders.ts';
import { routes } from '../routes.ts';
import { browserFiles } from './browserFiles.ts';
import { communityPage } from './communityPage.ts';
import { type Around, cyclePages, keyOf } from './cyclePages.ts';
import { cycleView, projectsOf, turnoutOrOutcome } from './cycleView.ts';
import { dataPage } from './dataPage.ts';
import { hallPage, TURNS_MS } from './hallPage.ts';
import { home } from './home.ts';
import { logPage } from './logPage.ts';
import { newsFeed } from './newsFeed.ts';
import { type Chosen, pageLanguage, pageText } from './pageText.ts';
import { freshPages, type PageVisitsDeps, pageVisits, rendered, send, text } from './pageVisits.ts';
import { PROPOSALS_EACH } from './proposalsPage.ts';
import { quietPage } from './quietPage.ts';
import { posterPage } from './takePart.ts';

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const;

/** The number of cycles in the feed: this year's and last year's. */
const FEED_CYCLES = 2;

export type PagesDeps = PageVisitsDeps & Pick<DocumentsDeps, 'chatCode'>;

/** `/`, `/c/SLUG` and its feed: the public pages, rendered here, and what a browser loads with them; `errors` shows a browser a page in place of a sentence. */
export function pages(world: World, catalogue: i18n, deps: PagesDeps): { readonly routes: Router; readonly errors: ErrorRequestHandler } {
  const kept = freshPages(world);
  const visits = pageVisits(world, catalogue, deps);
  const around = { visits, kept };
  const shown = Router()
    .get(
      [
        '/',
        '/data',
        '/c/:slug/data',
        '/c/:slug',
        '/c/:slug/proposals',
        '/c/:slug/proposals/:number',
        '/c/:slug/log',
        '/c/:slug/meetings',
        '/c/:slug/works/:number',
        '/c/:slug/report',
        '/c/:slug/poster',
        '/c/:slug/hall',
        '/assets/:name',
      ],
      pageHeaders(),
    )
    .use(
      startPage(world, catalogue, deps, around),
      communityPages(world, around),
      shownPages(world, deps, around),
      feed(world, catalogue, deps, around),
      assets(deps),
      cyclePages(world, catalogue, around),
      dataPages(world, around),
    );
  return { routes: shown, errors: visits.away() };
}

/** All communities here, or those that are looked for. */
function startPage(world: World, catalogue: i18n, { readerLimit }: PagesDeps, { visits: { frame }, kept }: Around): Router {
  return routes().page('/', readerLimit.handler<Record<string, string>>, async (request, response) => {
    const chosen = pageLanguage(request);
    const wanted = { find: text(request, 'find'), after: text(request, 'after') };
    const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== '')).toString();
    const render = async () => home(world, catalogue, chosen, wanted, await frame(chosen, query ? `/?${query}` : '/'));
    send(response, query ? rendered(await render()) : await kept(`/ ${keyOf(chosen)}`, render));
  });
}

/** A community's page, and what its staff did. */
function communityPages(world: World, { visits: { frame, ofCommunity, begun, lost }, kept }: Around): Router {
  const log = logPage(world);
  return routes()
    .page('/c/:slug', ofCommunity, async ({ request, response, community, slug, chosen }) => {
      const id = text(request, 'cycle');
      const before = wholeNumber(request, 'before', 1);
      const wanted = { category: text(request, 'category'), find: text(request, 'find') };
      const own = id ? `/c/${slug}?cycle=${encodeURIComponent(id)}` : `/c/${slug}`;
      const cycle = id ? await begun(community, id) : await currentCycleForReaders(world)(slug, world.now());
      if (id && !cycle) return lost(response, chosen, 'cycle', { path: `/c/${slug}`, name: community.name });
      if (before !== undefined && cycle) {
        return leadOn(response, chosen, slug, id, before, cycle);
      }
      const render = async (): Promise<Markup> => {
        const around = await frame(chosen, own, community);
        return cycle
          ? communityPage(await cycleView(world, community, cycle, chosen.language), wanted, around)
          : quietPage(
              {
                community,
                broadcasts: await publicBroadcasts(world.vault, slug, world.now()),
                offices: await countOffices(world, slug),
                watching: await readWatching(),
              },
              around,
            );
      };
      // So that the end of a stage, and a finished count, are seen at once.
      const state = cycle ? `${stageAt(cycle, world.now())} ${cycle.sealedAt !== undefined} ${heldVote(cycle, world.now()) !== undefined}` : '';
      const isAll = wanted.category === '' && wanted.find === '';
      send(response, isAll ? await kept(`${own} ${keyOf(chosen)} ${state}`, render) : rendered(await render()));
    })
    .page('/c/:slug/log', ofCommunity, async ({ request, response, community, slug, chosen }) => {
      const before = wholeNumber(request, 'before', 1);
      const own = `/c/${slug}/log${before === undefined ? '' : `?before=${before}`}`;
      const cycle = await currentCycleForReaders(world)(slug, world.now());
      const render = async () => log(community, cycle, before, await frame(chosen, own, community));
      send(
        response,
        before === undefined ? await kept(`${own} ${keyOf(chosen)} ${cycle?.sealedAt !== undefined}`, render) : rendered(await render()),
      );
    });

  /** An address of earlier days, with the number before which a page began, leads to the page that shows that place. */
  async function leadOn(response: Response, { language, byLink }: Chosen, slug: string, id: string, before: number, { _id }: CycleRecord) {
    const { newest } = await proposalShelf(world)(_id);
    const index = newest.findIndex(({ number }) => number < before);
    const page = Math.floor((index < 0 ? newest.length - 1 : index) / PROPOSALS_EACH) + 1;
    const query = new URLSearchParams({
      ...(id && { cycle: id }),
      ...(page > 1 && { page: String(page) }),
      ...(byLink && { lang: language === 'en' ? 'en' : 'zh' }),
    }).toString();
    response.redirect(302, `/c/${encodeURIComponent(slug)}/proposals${query ? `?${query}` : ''}`);
  }
}

/** What is public as data, here and of a community, its calendar as a file, and what searching programs may read. */
function dataPages(world: World, { visits: { frame, ofCommunity, ofEverybody }, kept }: Around): Router {
  return routes()
    .page('/data', ofEverybody, async ({ response, chosen }) => {
      send(response, await kept(`/data ${keyOf(chosen)}`, async () => dataPage({ cycles: [] }, await frame(chosen, '/data'))));
    })
    .page('/c/:slug/data', ofCommunity, async ({ response, community, slug, chosen }) => {
      const own = `/c/${slug}/data`;
      const render = async () => dataPage({ community, cycles: await begunCycles(slug, world.now()) }, await frame(chosen, own, community));
      send(response, await kept(`${own} ${keyOf(chosen)}`, render));
    })
    .get('/robots.txt', (_request, response) => {
      response.type('text/plain').send('User-agent: *\nDisallow: /console\nDisallow: /simulator\n');
    });
}

/** What is put up where people pass: the poster to print, the screen in the hall. */
function shownPages(world: World, { publicUrl, chatCode }: PagesDeps, { visits: { frame, ofCommunity }, kept }: Around): Router {
  return routes()
    .page('/c/:slug/poster', ofCommunity, async ({ response, community, slug, chosen }) => {
      const now = world.now();
      const cycle = await currentCycleForReaders(world)(slug, now);
      const own = `/c/${slug}/poster`;
      const render = async (): Promise<Markup> => {
        const numbers = cycle ? projectsOf(cycle).map(({ number }) => number) : [];
        const [around, code, pictures] = await Promise.all([
          frame(chosen, own, community),
          codeOf(slug, chosen),
          cycle ? ballotPictures(cycle, numbers) : new Map(),
        ]);
        const address = isForAll(publicUrl) ? `${publicUrl}/c/${slug}` : undefined;
        return posterPage({ community, cycle, now, pictures, ...(address && { address }), ...(code && { code }) }, around);
      };
      send(response, await kept(`${own} ${keyOf(chosen)} ${cycle ? stageAt(cycle, now) : ''}`, render));
    })
    .page('/c/:slug/hall', ofCommunity, async ({ response, community, slug, chosen }) => {
      const now = world.now();
      const cycle = await currentCycleForReaders(world)(slug, now);
      const own = `/c/${slug}/hall`;
      const render = async (): Promise<Markup> => {
        const [around, code, seen] = await Promise.all([
          frame(chosen, own, community),
          codeOf(slug, chosen),
          cycle && turnoutOrOutcome(world, cycle),
        ]);
        return hallPage({ community, cycle, now, ...seen, ...(code && { code }) }, around);
      };
      const turn = Math.floor(now.getTime() / TURNS_MS);
      send(response, await kept(`${own} ${keyOf(chosen)} ${cycle ? `${stageAt(cycle, now)} ${cycle.sealedAt !== undefined}` : ''} ${turn}`, render));
    });

  /** The picture that leads to the chat, if there is one. */
  async function codeOf(community: string, { language }: Chosen): Promise<Uint8Array | undefined> {
    return chatCode({ community, ...(language === 'en' && { language }) });
  }
}

/** What happened in a community, for readers of feeds, and its calendar, for those of phones. */
function feed(world: World, catalogue: i18n, { publicUrl, readerLimit }: PagesDeps, { kept }: Around): Router {
  const communityOf = communityForReaders(world);
  return routes()
    .page('/c/:slug/calendar.ics', readerLimit.handler<{ slug: string }>, async ({ params: { slug } }, response) => {
      const community = await communityOf(slug);
      if (!community) throw new Refusal(404, 'There is nothing at this address.');
      const language = community.language.startsWith('en') ? 'en' : 'zh-CN';
      const now = world.now();
      const { say } = pageText('page', catalogue, { language, byLink: false }, now, community);
      const { body, etag } = await kept(`/c/${slug}/calendar.ics`, async () => {
        const begun = await Promise.all((await begunCycles(slug, now)).slice(0, FEED_CYCLES).map(({ id }) => cycleForReaders(world)(id)));
        const cycles = begun.flatMap((cycle) => (cycle ? [{ id: cycle._id, title: cycle.title, periods: periods(cycle, now) }] : []));
        const about = { host: new URL(publicUrl).host, name: community.name, now };
        return { text: calendarFile(cycles, { ...about, nameOf: (stage) => say(`stage.${stage}`) }) };
      });
      response
        .set({ 'Cache-Control': 'no-cache', ETag: etag, 'Content-Type': 'text/calendar; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
        .send(body);
    })
    .page('/c/:slug/feed.atom', readerLimit.handler<{ slug: string }>, async (request, response) => {
      const { slug } = request.params;
      const community = await communityOf(slug);
      if (!community) throw new Refusal(404, 'There is nothing at this address.');
      const language = community.language.startsWith('en') ? 'en' : 'zh-CN';
      const now = world.now();
      const { body, etag } = await kept(`/c/${slug}/feed.atom`, async () => {
        const begun = await Promise.all((await begunCycles(slug, now)).slice(0, FEED_CYCLES).map(({ id }) => cycleForReaders(world)(id)));
        const cycles = await Promise.all(
          begun
            .filter((cycle) => cycle !== null)
            .map(async (cycle) => {
              const [taken, works] = await Promise.all([stepsTaken(world)(cycle._id), worksOfCycle(cycle._id)]);
              return { cycle, steps: publicSteps(taken, community.timezone), works: workSteps(works) };
            }),
        );
        return {
          text: newsFeed({ community, cycles, pageText: pageText('page', catalogue, { language, byLink: false }, now, community), publicUrl, now }),
        };
      });
      response
        .set({
          'Cache-Control': 'no-cache',
          ETag: etag,
          'Content-Type': 'application/atom+xml; charset=utf-8',
          'X-Content-Type-Options': 'nosniff',
        })
        .send(body);
    });
}

/** What a browser loads with a page. */
function assets({ readerLimit }: PagesDeps): Router {
  return routes().page('/assets/:name', readerLimit.handler<{ name: string }>, async (request, response) => {
    const file = (await browserFiles()).files.get(request.params.name);
    if (!file) throw new Refusal(404, 'There is nothing at this address.');
    const isZipped = request.acceptsEncodings('gzip') === 'gzip';
    if (isZipped) response.set('Content-Encoding', 'gzip');
    response
      .set({ 'Cache-Control': 'public, max-age=31536000, immutable', 'Content-Type': TYPES[file.type], Vary: 'Accept-Encoding' })
      .send(isZipped ? file.zipped : file.content);
  });
}

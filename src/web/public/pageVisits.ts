import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { i18n } from 'i18next';
import { type CommunityRecord, communityForReaders } from '../../fund/communities/index.ts';
import { type CycleRecord, currentCycleForReaders, cycleForReaders, periods } from '../../fund/cycles/index.ts';
import { boundedMap } from '../../store/cache.ts';
import { isDatabaseAway } from '../../store/databaseErrors.ts';
import type { PageKey } from '../../store/textKeys.ts';
import type { World } from '../../store/world.ts';
import { isForAll } from '../documents.ts';
import { Refusal } from '../errors.ts';
import type { Markup } from '../html.ts';
import type { ReaderLimit } from '../readerLimit.ts';
import { browserFiles } from './browserFiles.ts';
import { communityIn } from './inLanguage.ts';
import { type Frame, noticePage } from './layout.ts';
import { type Chosen, type PageLanguage, pageLanguage, pageText } from './pageText.ts';

export interface PageVisitsDeps {
  /** Shown above each page, if given. */
  readonly banner?: ((language: PageLanguage) => Markup) | undefined;
  readonly readerLimit: ReaderLimit;
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  /** Whether an account leads to this community's chat; without one, whether there is any. */
  readonly hasChat: (community?: CommunityRecord) => boolean;
}

/** Somebody asks for a page of a community. */
export interface PageVisit {
  readonly request: Request<Address>;
  readonly response: Response;
  readonly community: CommunityRecord;
  readonly slug: string;
  readonly chosen: Chosen;
}

/** Somebody asks for a page of a cycle. */
export interface CyclePageVisit extends PageVisit {
  readonly cycle: CycleRecord;
  /** The cycle that the address names; undefined: it is the current one. */
  readonly id: string | undefined;
  /** `?cycle=…` as in the address, or nothing. */
  readonly query: string;
}

interface Address {
  readonly [name: string]: string;
  readonly slug: string;
}

type What = 'address' | 'community' | 'cycle' | 'proposal' | 'work';

/** Where to go on: the address, with its name or the key of that. */
type Leads = { readonly path: string } & ({ readonly name: string } | { readonly key: PageKey<'page'> });

export interface PageVisits {
  /** The frame of a page: its texts, and what a browser loads with it. */
  frame(chosen: Chosen, path: string, community?: CommunityRecord): Promise<Frame>;
  /** A page that is no community's. */
  ofEverybody(answer: (visit: Pick<PageVisit, 'response' | 'chosen'>) => Promise<void>): RequestHandler<Record<string, string>>;
  /** A page at `/c/:slug…`; 404 if there is no such community. */
  ofCommunity(answer: (visit: PageVisit) => Promise<void>): RequestHandler<Address>;
  /** A page at `/c/:slug…` of the current cycle, or of the one in `?cycle=`; 404 if there is none, or it has not begun. */
  ofCycle(answer: (visit: CyclePageVisit) => Promise<void>): RequestHandler<Address>;
  /** The cycle of this community with this id, if it has begun. */
  begun(community: CommunityRecord, id: string): Promise<CycleRecord | undefined>;
  /** Says that there is nothing at this address (404), and where to go on. */
  lost(response: Response, chosen: Chosen, what: What, leads: Leads): Promise<void>;
  /** A browser gets a page where nothing is, or the database is away; any other reader gets the sentence of `lastError`. */
  away(): ErrorRequestHandler;
}

/** What all public pages have in common: whose page it is, in which language, in which frame. */
export function pageVisits(world: World, catalogue: i18n, { banner, readerLimit, hasChat, publicUrl }: PageVisitsDeps): PageVisits {
  const communityOf = communityForReaders(world);
  return {
    frame,
    begun,
    lost,
    away,
    ofCommunity,
    ofEverybody: (answer) => readerLimit.handler(async (request, response) => answer({ response, chosen: pageLanguage(request) })),
    ofCycle: (answer) =>
      ofCommunity(async (visit) => {
        const { request, response, community, slug, chosen } = visit;
        const id = text(request, 'cycle') || undefined;
        const cycle = id ? await begun(community, id) : await currentCycleForReaders(world)(slug, world.now());
        if (!cycle) return lost(response, chosen, 'cycle', { path: `/c/${slug}`, name: community.name });
        await answer({ ...visit, cycle, id, query: id ? `?cycle=${encodeURIComponent(id)}` : '' });
      }),
  };

  function ofCommunity(answer: (visit: PageVisit) => Promise<void>): RequestHandler<Address> {
    return readerLimit.handler<Address>(async (request, response) => {
      const { slug } = request.params;
      const community = await communityOf(slug);
      const chosen = pageLanguage(request, community?.language);
      if (!community) return lost(response, chosen, 'community', { path: '/', key: 'lost.home' });
      await answer({ request, response, community: communityIn(community, chosen.language), slug, chosen });
    });
  }

  async function frame(chosen: Chosen, path: string, community?: CommunityRecord): Promise<Frame> {
    return {
      pageText: pageText('page', catalogue, chosen, world.now(), community),
      assets: await browserFiles(),
      path,
      hasChat: hasChat(community),
      hasLanguage: chosen.byLink,
      ...(banner && { banner: banner(chosen.language) }),
      ...(community && { feed: `/c/${community._id}/feed.atom`, desk: `/console/${community._id}` }),
      data: community ? `/c/${community._id}/data` : '/data',
      home: isForAll(publicUrl) ? publicUrl : undefined,
    };
  }

  async function begun({ _id }: CommunityRecord, id: string): Promise<CycleRecord | undefined> {
    const cycle = await cycleForReaders(world)(id);
    const first = cycle && periods(cycle, world.now())[0];
    return cycle && first && cycle.community === _id && first.from <= world.now() ? cycle : undefined;
  }

  async function lost(response: Response, chosen: Chosen, what: What, leads: Leads): Promise<void> {
    const around = await frame(chosen, leads.path);
    const { say } = around.pageText;
    const name = 'key' in leads ? say(leads.key) : leads.name;
    response.status(404);
    send(response, rendered(noticePage(around, say(`lost.${what}`), say(`lost.${what}More`), { path: leads.path, name })));
  }

  function away(): ErrorRequestHandler {
    return (error, request, response, next) => {
      const isLost = error instanceof Refusal && error.status === 404;
      const isForPrograms = /^\/(?:api|assets|audio)\//.test(request.originalUrl);
      if (!(isLost || isDatabaseAway(error)) || isForPrograms || response.headersSent || request.accepts(['json', 'html']) !== 'html')
        return next(error);
      const chosen = pageLanguage(request);
      const slug = /^\/c\/([^/?]+)\/./.exec(request.originalUrl)?.[1];
      const shown = isLost
        ? lost(response, chosen, 'address', slug ? { path: `/c/${slug}`, key: 'lost.page' } : { path: '/', key: 'lost.home' })
        : frame(chosen, '/').then((around) => {
            const { say } = around.pageText;
            response.status(503).set('Retry-After', '60');
            send(response, rendered(noticePage(around, say('lost.away'), say('lost.awayMore'), { path: '/', name: say('lost.home') })));
          });
      shown.catch(() => next(error));
    };
  }
}

/** A reader asks again each time; the page is sent whole only if it has changed, and compressed to who can read that: it holds nothing secret. */
export function send(response: Response, { body, zipped, etag }: Rendered): void {
  const isZipped = body.length > LEAST_ZIPPED && response.req.acceptsEncodings('gzip') === 'gzip';
  if (isZipped) response.set('Content-Encoding', 'gzip');
  response
    .set({ 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept-Language, Accept-Encoding', 'Content-Type': 'text/html; charset=utf-8' })
    .send(isZipped ? zipped() : body);
}

/** Bytes: below it a packet more or less makes no difference. */
const LEAST_ZIPPED = 1_400;

/** What the address says of this name; at most 80 characters are read. */
export function text({ query }: Pick<Request, 'query'>, name: string): string {
  const given = query[name];
  return typeof given === 'string' ? given.slice(0, 80) : '';
}

/** A page as it is sent. */
interface Rendered {
  readonly body: Buffer;
  /** The page compressed: one that is kept is compressed once. */
  zipped(): Buffer;
  readonly etag: string;
}

/** A page is rendered again after a second. Meanwhile readers still get the old one, until it is three seconds old, and do not wait. */
const FRESH_MS = 1_000;
const USABLE_MS = 3_000;
const PAGES = 300;

/** Keeps rendered pages for a moment, so that a crowd costs one rendering a second for each community. An old page can only show something late, never too early. */
export function freshPages(world: World): (key: string, render: () => Promise<Markup>) => Promise<Rendered> {
  const kept = boundedMap<string, { since: number; page: Promise<Rendered>; next?: Promise<Rendered> }>(PAGES);
  return (key, render) => {
    const now = world.now().getTime();
    const known = kept.get(key);
    const age = known ? now - known.since : Number.POSITIVE_INFINITY;
    if (known && age >= 0 && age < FRESH_MS) return known.page;
    if (known && age >= 0 && age < USABLE_MS) {
      known.next ??= renewed();
      return known.page;
    }
    return renewed();

    function renewed(): Promise<Rendered> {
      const page = render().then(rendered);
      if (!known || age < 0 || age >= USABLE_MS) kept.set(key, { since: now, page });
      else page.then(() => kept.set(key, { since: now, page })).catch(() => undefined);
      page.catch(() => kept.delete(key));
      return page;
    }
  };
}

export function rendered({ text }: Markup): Rendered {
  const body = Buffer.from(text);
  let zipped: Buffer | undefined;
  return {
    body,
    zipped: () => {
      zipped ??= gzipSync(body);
      return zipped;
    },
    etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}

import type { Request, RequestHandler, Response } from 'express';
import type { i18n } from 'i18next';
import type { Params } from '../../dialog/question.ts';
import type { Act, Asked, Context, Performed } from '../../fund/act/index.ts';
import { type CommunityRecord, communityForReaders } from '../../fund/communities/index.ts';
import { type CycleRecord, comingCycle, currentCycleForReaders, cycleForReaders } from '../../fund/cycles/index.ts';
import { readInbox } from '../../fund/inquiries/index.ts';
import { type Actor, mayDo, type Reading, type Right, readRoster, STAFF_ROLES, type View } from '../../fund/people/index.ts';
import { readProposals } from '../../fund/proposals/index.ts';
import { isSessionToken, type SignedIn, signedIn, staffActor, stillSignedIn } from '../../fund/staff/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import type { World } from '../../store/world.ts';
import { RETRY_S, Refusal } from '../errors.ts';
import type { Markup } from '../html.ts';
import { browserFiles } from '../public/browserFiles.ts';
import { type PageLanguage, type PageText, pageLanguage, pageText } from '../public/pageText.ts';
import { FILES, PRINTING, type ReaderLimit, readerLimit, whoShows } from '../readerLimit.ts';
import { busyPage, isRead, signedOutPage } from './againPages.ts';
import { type Cookies, tabletSlug } from './cookies.ts';
import { consolePage, type Shell } from './frame.ts';
import { type Group, groupsOf } from './navigation.ts';
import { NotBegun, notBegunPage } from './notBegun.ts';
import { waitingByPage } from './waiting.ts';

interface VisitsDeps {
  readonly world: World;
  readonly catalogue: i18n;
  readonly cookies: Cookies;
  /** For everybody, and for a person who shows a session's token: a crowd without one takes no place of those who work here. */
  readonly readers: ReaderLimit;
  readonly staffReaders: ReaderLimit;
  readonly banner?: ((language: PageLanguage) => Markup) | undefined;
}

/** A request to a page of the console, by anybody. */
export interface Visit {
  readonly request: Request;
  readonly response: Response;
  readonly text: PageText<'console'>;
  /** The words of acts, `locales/LANGUAGE/acts.json`. */
  readonly actWords: PageText<'acts'>['say'];
  /** The word of an act, by its name: `work.choose.field.reason`, or else `field.reason`, which several acts share. */
  readonly wordOfAct: (act: string, word: ActWord, params?: Params) => string;
  /** The words that an act has itself, if it has them. */
  readonly actWordsIf: (key: string) => string | undefined;
  readonly now: Date;
  /** What names a form: sent twice, it counts once. */
  newKey(): string;
  /** Sends a page. `path`: the address that shows it again; this one, if it is not given. `script`, `reloadsIn`: as in `Shell`. `waiting`: for the menu, where it was read. */
  send(
    title: string,
    content: Markup | readonly Markup[],
    more?: { status?: number; path?: string; script?: string; reloadsIn?: number; waiting?: Waiting },
  ): Promise<void>;
  /** Leads to another page, after something was done. */
  lead(path: string): void;
}

/** A request by somebody who is signed in. */
export interface StaffVisit extends Visit {
  readonly staff: SignedIn;
}

/** A request to a page of one community, by somebody who has a role there. */
export interface CommunityVisit extends StaffVisit {
  readonly community: CommunityRecord;
  /** `/console/SLUG`. */
  readonly own: string;
  /** As whom they do something: in the role that may, if they have it. */
  doer(act: Pick<Right, 'may'>): Actor;
  /** Does an act of theirs, in this community. */
  perform<Result extends object, Why extends string>(
    act: Act<Result, Why>,
    asked: Omit<Asked, 'community' | 'actor'>,
  ): Promise<Performed<Result, Why>>;
  /** Whether they have the right to an act, or to read a view. */
  may(right: Right): boolean;
  /** As whom they read: of several roles that may, in the one that sees most. */
  reading(view: Right): Reading;
  read<Asked extends readonly unknown[], Result>(view: View<Asked, Result>, ...asked: Asked): Promise<Result>;
  /** The cycle of this community that has the id, or the current one; null if there is none. */
  cycle(id?: string): Promise<CycleRecord | null>;
  /** Looks again whether they are still signed in and may read this; what only watches does not keep a session. */
  stillSees(view: Right): Promise<boolean>;
}

/** What `acts.json` says of an act; `test/texts.test.ts` asks for each that is needed. */
export type ActWord = 'about' | 'button' | 'changed' | 'did' | 'done' | `${'field' | 'hint' | 'not' | 'wrong'}.${string}`;

const ROLES: readonly string[] = STAFF_ROLES;
/** On a hall's tablet another page of the console, such as signing in, leads back to the vote after so many seconds. */
const AWAY_S = 120;

/** How much waits on each page, by its tab. */
type Waiting = Readonly<Record<string, number>>;

/** Who reads a page, and of which community. */
interface Known extends Partial<Pick<CommunityVisit, 'staff' | 'community'>> {
  readonly menu?: Pick<CommunityVisit, 'own' | 'may' | 'read'>;
}

/** Handlers that know who asks. What somebody may be is looked up at each request. */
export interface Visits {
  /** What acts get. */
  readonly context: Context;
  anybody(handle: (visit: Visit) => Promise<void>): RequestHandler;
  /** A person who is not signed in is led to where they can sign in; if they sent a form, they are refused (403) and get back what they wrote. */
  staff(handle: (visit: StaffVisit) => Promise<void>): RequestHandler;
  /** The community is `:slug` of the address; it is 404 for a person who has no role there, as if there were none, and so is a cycle of another community. */
  ofCommunity(handle: (visit: CommunityVisit) => Promise<void>): RequestHandler;
  /** `ofCommunity` for what is printed, which takes longer than a page may. */
  printing(handle: (visit: CommunityVisit) => Promise<void>): RequestHandler;
  /** `ofCommunity` for a table that comes or goes as a file. */
  withFile(handle: (visit: CommunityVisit) => Promise<void>): RequestHandler;
  /** Says that nothing can be done just now, without a place among the readers: nothing is looked up for it. A form that was sent can be sent again. */
  busy(request: Request, response: Response): Promise<void>;
  /** Whether the person who asks shows the token of a session, be that over or not. Nothing is looked up. */
  showsSession(request: Request): boolean;
  /** Whether the person who asks is signed in, in whatever role. */
  isSignedIn(request: Request): Promise<boolean>;
}

export function visits({ world, catalogue, cookies, readers, staffReaders, banner }: VisitsDeps): Visits {
  const communityOf = communityForReaders(world);
  const cycleOf = cycleForReaders(world);
  const currentOf = currentCycleForReaders(world);
  const known: Visits = {
    context: { world, notify: enqueue(world) },
    anybody: (handle) => readers.handler(async (request, response) => handle(visit(request, response))),
    staff: (handle) =>
      signedInAmong(staffReaders, async (request, response) => {
        const staff = await currentSession(request);
        if (!staff) return turnAway(request, response);
        await handle({ ...visit(request, response, { staff }), staff });
      }),
    ofCommunity: inCommunity(staffReaders),
    printing: inCommunity(readerLimit(PRINTING)),
    withFile: inCommunity(readerLimit(FILES)),
    busy: async (request, response) => {
      const { text, send } = visit(request, response);
      response.set('Retry-After', RETRY_S);
      if (isRead(request)) response.set('Refresh', RETRY_S);
      await send(text.say('busy.title'), busyPage(text, request), { status: 503, path: isRead(request) ? request.originalUrl : '/console' });
    },
    showsSession,
    isSignedIn: async (request) => (await currentSession(request)) !== null,
  };
  return known;

  function inCommunity(places: ReaderLimit): Visits['ofCommunity'] {
    return (handle) =>
      signedInAmong(places, async (request, response) => {
        const staff = await currentSession(request);
        if (!staff) return turnAway(request, response);
        const slug = String(request.params.slug);
        const actors = staff.roles.flatMap((role) => staffActor(role, slug) ?? []);
        const community = actors.length > 0 ? await communityOf(slug) : null;
        const [first] = actors;
        if (!first || !community || (await namesForeignCycle(request, slug))) throw new Refusal(404, 'There is nothing at this address.');
        const own = `/console/${slug}`;
        const may = (right: Right) => actors.some((actor) => mayDo(actor, right, slug));
        const doer = (right: Pick<Right, 'may'>) => actors.find((actor) => mayDo(actor, right, slug)) ?? first;
        const byWhatTheySee = actors.toSorted((one, other) => ROLES.indexOf(one.role) - ROLES.indexOf(other.role)); // a supervisor's eyes before an office's
        const reading = (view: Right) => ({ world, community: slug, actor: byWhatTheySee.find((actor) => mayDo(actor, view, slug)) ?? first });
        const read: CommunityVisit['read'] = (view, ...asked) => view.read(reading(view), ...asked);
        const perform: CommunityVisit['perform'] = (act, asked) => act.perform(known.context, { ...asked, community: slug, actor: doer(act) });
        const here: CommunityVisit = {
          ...visit(request, response, { staff, community, menu: { own, may, read } }),
          ...{ staff, community, own, doer, perform, may, reading, read },
          cycle: async (id) => {
            const cycle = await (id === undefined ? currentOf(slug, world.now()) : cycleOf(id));
            return cycle?.community === slug ? cycle : null;
          },
          stillSees: async (view) => {
            const still = await stillSignedIn(world, cookies.get(request, 'staff') ?? '');
            const stillActors = still?.roles.flatMap((role) => staffActor(role, slug) ?? []) ?? [];
            return stillActors.some((actor) => mayDo(actor, view, slug));
          },
        };
        await handle(here).catch(async (error: unknown) => {
          if (!(error instanceof NotBegun)) throw error;
          const page = notBegunPage(here.text, own, await comingCycle(world)(slug, here.now), here.now);
          await here.send(here.text.say('notBegun.title'), page, {
            status: isRead(request) ? 200 : 409,
            path: isRead(request) ? request.originalUrl : own,
          });
        });
      });
  }

  async function namesForeignCycle({ params, query, body }: Request, slug: string): Promise<boolean> {
    const named = [params.cycle, query.cycle, body?.cycle].filter((id) => typeof id === 'string');
    const cycles = await Promise.all([...new Set(named)].map(cycleOf));
    return cycles.some((cycle) => cycle !== null && cycle.community !== slug);
  }

  function signedInAmong(places: ReaderLimit, handle: (request: Request, response: Response) => Promise<void>): RequestHandler {
    return whoShows(showsSession, places.handler(handle), readers.handler(handle));
  }

  function showsSession(request: Request): boolean {
    return isSessionToken(world, cookies.get(request, 'staff') ?? '');
  }

  async function currentSession(request: Request): Promise<SignedIn | null> {
    const token = cookies.get(request, 'staff');
    return token === undefined ? null : signedIn(world, token);
  }

  async function turnAway(request: Request, response: Response): Promise<void> {
    if (isRead(request)) return response.redirect(303, `/console/sign-in?to=${encodeURIComponent(request.originalUrl)}`);
    const { text, send } = visit(request, response);
    await send(text.say('signedOut.title'), signedOutPage(text, request), { status: 403, path: '/console' });
  }

  function visit(request: Request, response: Response, known: Known = {}): Visit {
    const now = world.now();
    const { community } = known;
    const language = languageOf(request, response, community?.language);
    const textOf = <File extends 'console' | 'acts'>(file: File) => pageText(file, catalogue, { language, byLink: false }, now, community);
    const text = textOf('console');
    const acts = textOf('acts');
    return {
      request,
      response,
      text,
      actWords: acts.say,
      wordOfAct: (act, word, params) => {
        const own = `${act}.${word}`;
        if (acts.has(own)) return acts.say(own, params);
        return acts.has(word) ? acts.say(word, params) : word;
      },
      actWordsIf: (key) => (acts.has(key) ? acts.say(key) : undefined),
      now,
      newKey: () => world.randomBytes(8).toString('hex'),
      send: async (title, content, { status = 200, path = request.originalUrl, script, reloadsIn, waiting } = {}) => {
        const shell: Shell = {
          text,
          assets: await browserFiles(),
          path: withoutLanguage(path),
          ...(banner && { banner: banner(language) }),
          ...(script && { script }),
          ...(reloadsIn !== undefined && { reloadsIn }),
          ...(known.staff && { who: whoIs(known.staff, text, community) }),
          ...(community && { community: { slug: community._id, name: community.name } }),
          ...(known.menu && { menu: { groups: await menuOf(request, text, known.menu, waiting), find: findOf(known.menu) } }),
        };
        const tablet = tabletSlug(cookies.get(request, 'kiosk'));
        if (tablet && !response.hasHeader('Refresh')) response.set('Refresh', `${AWAY_S}; url=/console/${tablet}/kiosk`);
        response
          .status(status)
          .type('html')
          .end(consolePage(shell, status === 422 ? text.say('mistakeTitle', { title }) : title, content).text); // without a checksum: nothing of the console is kept by a browser
      },
      lead: (path) => response.redirect(303, path),
    };
  }

  async function menuOf(
    { path }: Request,
    { say }: PageText<'console'>,
    { own, may, read }: NonNullable<Known['menu']>,
    known?: Waiting,
  ): Promise<Group[]> {
    const waiting = known ?? (may(waitingByPage) ? await read(waitingByPage) : {});
    return groupsOf(path, say, { own, may }, waiting);
  }

  /** The language chosen by `?lang=zh|en` is kept in a cookie; else it is the one for which the browser asks. */
  function languageOf(request: Request, response: Response, usual: string | undefined): PageLanguage {
    const { language, byLink } = pageLanguage(request, usual);
    if (byLink) {
      cookies.set(response, 'lang', language);
      return language;
    }
    const kept = cookies.get(request, 'lang');
    return kept === 'zh-CN' || kept === 'en' ? kept : language;
  }
}

/** The search, for those who may read something of what it finds. */
function findOf({ own, may }: NonNullable<Known['menu']>): string | undefined {
  return [readRoster, readInbox, readProposals].some(may) ? `${own}/find` : undefined;
}

/** The person who is signed in, with their roles: those in this community, if it is the page of one. */
function whoIs({ roles }: SignedIn, { say }: PageText<'console'>, community: CommunityRecord | undefined): NonNullable<Shell['who']> {
  const here = community ? roles.filter((role) => staffActor(role, community._id)) : roles;
  const named = [...new Set(here.map(({ role }) => say(`role.${role}`)))].join(say('and'));
  return { name: (here[0] ?? roles[0])?.name ?? '', roles: named };
}

function withoutLanguage(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://here');
  searchParams.delete('lang');
  searchParams.delete('done');
  const query = searchParams.toString();
  return query ? `${pathname}?${query}` : pathname;
}

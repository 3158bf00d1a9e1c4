import express, { type ErrorRequestHandler, type Router } from 'express';
import type { i18n } from 'i18next';
import { communityForReaders } from '../../fund/communities/index.ts';
import { castAssisted, openKiosk, readBatches, readTables } from '../../fund/paper/index.ts';
import type { Forget } from '../../fund/roster/index.ts';
import { ALL, passkeys } from '../../fund/staff/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { Refusal, refusalOf } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { pageHeaders } from '../pageHeaders.ts';
import type { PagesDeps } from '../public/pages.ts';
import type { PageLanguage } from '../public/pageText.ts';
import { readerLimit, STAFF } from '../readerLimit.ts';
import { routes } from '../routes.ts';
import type { PreviewBallot } from './ballot/ballotPage.ts';
import { ballotPages } from './ballot/ballotPages.ts';
import { calendarPages } from './calendar/calendar.ts';
import { cookies, sameSite } from './cookies.ts';
import { devicePages } from './devices.ts';
import { findPages } from './find.ts';
import { guidePages } from './guide.ts';
import { importPages } from './importRoster.ts';
import { inboxPages } from './inbox/inboxPages.ts';
import { kioskRoutes } from './kiosk/kiosk.ts';
import type { Aloud } from './kiosk/kioskPages.ts';
import { listRoutes } from './list.ts';
import { logPages } from './log.ts';
import { meetingPages } from './meetings/meetings.ts';
import { groupTextPages } from './messages/groupTexts.ts';
import { type MessagesDeps, messagePages } from './messages/messages.ts';
import { monthPages } from './month.ts';
import { hall } from './navigation.ts';
import { overseen, overview, overviewFiles } from './overview.ts';
import { addPages } from './people/addPerson.ts';
import { cardPages } from './people/cards.ts';
import { lockPages } from './people/locks.ts';
import { personPages } from './people/person.ts';
import { rosterList } from './people/roster.ts';
import { staffPages } from './people/staff.ts';
import { pictureFiles } from './pictures.ts';
import { printPages } from './print.ts';
import { pastedForms } from './proposals/newRoutes.ts';
import { proposalPages } from './proposals/proposals.ts';
import { publicationPages } from './publication.ts';
import { requestPages } from './requests.ts';
import { secondPages } from './second.ts';
import { type Personas, signInPages } from './signInPages.ts';
import { assistedRoutes } from './tables/assisted.ts';
import { compareRoutes } from './tables/compare.ts';
import { slipRoutes } from './tables/slips.ts';
import { tableRoutes } from './tables/tables.ts';
import { todayPage } from './today.ts';
import { turnoutPages } from './turnout.ts';
import { type CommunityVisit, type StaffVisit, type Visits, visits } from './visits.ts';
import { accountPages } from './works/account.ts';
import { worksPages } from './works/works.ts';

export interface ConsoleDeps {
  readonly catalogue: i18n;
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  readonly banner?: ((language: PageLanguage) => Markup) | undefined;
  readonly chatCode: PagesDeps['chatCode'];
  readonly personas?: Personas | undefined;
  readonly broadcasts: MessagesDeps['broadcasts'];
  readonly previewBallot: PreviewBallot;
  /** If true, the process ends: nothing is answered for long any more. */
  readonly isStopping: () => boolean;
  readonly forget: Forget;
  /** Reads a hall's tablet aloud. */
  readonly aloud: Aloud;
}

/** The longest form but those of a paste: minutes of sixty items. In a form a Chinese character is nine bytes, a rare one twelve. */
const LONGEST_FORM = '128kb';

/**
 * The console (docs/contract.md: The console): where those who run a cycle work, at `/console`. What they may do is decided in the fund; a page only
 * leaves out what its reader may not do.
 */
export function consoleRoutes(
  world: World,
  { catalogue, publicUrl, banner, chatCode, personas, broadcasts, previewBallot, forget, aloud, isStopping }: ConsoleDeps,
): Router {
  const kept = cookies(publicUrl);
  const keys = passkeys(world, publicUrl, enqueue(world));
  const readers = readerLimit();
  const known = visits({ world, catalogue, cookies: kept, readers, staffReaders: readerLimit(STAFF), banner });
  const roster = rosterList();
  return routes()
    .use('/console', pageHeaders('same-origin'), (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    })
    .use('/console', sameSite(publicUrl))
    .use(pastedForms(known))
    .use('/console', express.urlencoded({ extended: false, inflate: false, limit: LONGEST_FORM, parameterLimit: 500 }))
    .page('/console', known.staff, (visit) => home(world, visit))
    .use(signInPages(world, known, kept, keys, personas), devicePages(world, known, keys), guidePages(known), overviewFiles(world, known))
    .page('/console/:slug', known.ofCommunity, (visit) => todayPage(world, visit))
    .page('/console/:slug/hall', known.ofCommunity, showHall)
    .use(findPages(world, known))
    .use(importPages(world, known))
    .use(proposalPages(world, known))
    .use(turnoutPages(world, known))
    .use(monthPages(known, publicUrl))
    .use(listRoutes(known, roster), addPages(known), lockPages(known), cardPages(world, catalogue, known, roster))
    .use(staffPages(world, known), personPages(world, known, { roster, forget }))
    .use(
      requestPages(known),
      inboxPages(world, known),
      groupTextPages(world, known, publicUrl),
      messagePages(world, known, { broadcasts, readers, isStopping }),
      meetingPages(known),
      publicationPages(known),
      pictureFiles(world, known),
      ballotPages(known, previewBallot),
      worksPages(world, known),
      accountPages(known),
      printPages(world, { catalogue, publicUrl, chatCode }, known),
      logPages(known),
      secondPages(world, known),
      tableRoutes(world, known),
      slipRoutes(world, known),
      compareRoutes(known),
      assistedRoutes(world, known),
      calendarPages(world, known, publicUrl),
      kioskRoutes(world, known, { catalogue, cookies: kept, readers, aloud, notify: enqueue(world), mayStaySignedIn: personas !== undefined }),
    )
    .use('/console', () => {
      throw new Refusal(404, 'There is nothing at this address.');
    })
    .use('/console', refused(known));
}

/**
 * The communities of the person who is signed in, and how they stand where they oversee several; a person who has one only is led there.
 */
async function home(world: World, visit: StaffVisit): Promise<void> {
  const { say, userText } = visit.text;
  const slugs = [...new Set(visit.staff.roles.map(({ community }) => community))];
  const [only] = slugs;
  if (slugs.length === 1 && only !== undefined && only !== ALL) return visit.lead(`/console/${only}`);
  const seen = overseen(visit);
  const rows = seen === 'all' || seen.length > 1 ? await overview(world, visit, seen) : [];
  const others = rows.length > 0 ? slugs.filter((slug) => seen !== 'all' && !seen.includes(slug)) : slugs;
  const found = await Promise.all(others.map(communityForReaders(world)));
  const items = found.flatMap((community) => (community ? [html`<li><a href="/console/${community._id}">${userText(community.name)}</a></li>`] : []));
  await visit.send(say('home.title'), html`<h1>${say('home.title')}</h1>${rows}${items.length > 0 ? html`<ul class="items">${items}</ul>` : ''}`);
}

/** In the hall: what is set up there, each with its page. */
async function showHall(visit: CommunityVisit): Promise<void> {
  const { community, text, own } = visit;
  const { say } = text;
  await visit.read(hall);
  const places: readonly { readonly what: 'tables' | 'slips' | 'assisted' | 'kiosk' | 'screen'; readonly path: string }[] = [
    ...(visit.may(readTables) ? [{ what: 'tables' as const, path: `${own}/tables` }] : []),
    ...(visit.may(readBatches) ? [{ what: 'slips' as const, path: `${own}/slips` }] : []),
    ...(visit.may(castAssisted) ? [{ what: 'assisted' as const, path: `${own}/assisted` }] : []),
    ...(visit.may(openKiosk) ? [{ what: 'kiosk' as const, path: `${own}/kiosk` }] : []),
    { what: 'screen', path: `/c/${community._id}/hall` },
  ];
  const items = places.map(
    ({ what, path }) => html`<li><div><a href="${path}"><b>${say(`hall.${what}`)}</b></a><br>${say(`hall.${what}About`)}</div></li>\n`,
  );
  await visit.send(say('tab.hall'), html`<h1>${say('tab.hall')}</h1><ul class="items">${items}</ul>`);
}

/** Tells a refusal as a page, and that nothing can be done just now: nobody is left with a page that leads nowhere. Other errors are answered as everywhere. */
function refused({ anybody, busy }: Visits): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (refusalOf(error).status === 503 && !response.headersSent) return void busy(request, response).then(() => next(error), next);
    const status = statusOf(error);
    if (status === undefined || response.headersSent) return next(error);
    const page = anybody(async ({ text: { say }, send }) => {
      const what = status === 404 ? 'lost' : status === 413 ? 'tooLarge' : 'forbidden';
      const about = html`<h1>${say(`${what}.title`)}</h1><p>${say(`${what}.about`)}</p><p><a class="more" href="/console">${say('home.back')}</a></p>`;
      await send(say(`${what}.title`), about, { status, path: '/console' });
    });
    void page(request, response, next);
  };
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof Error && 'status' in error && error.status === 413) return 413;
  if (error instanceof Refusal && (error.status === 403 || error.status === 404)) return error.status;
  return error instanceof CodedError && error.code === 'not-allowed' ? 403 : undefined;
}

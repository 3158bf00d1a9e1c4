import express, { Router } from 'express';
import { communityForReaders } from '../../fund/communities/index.js';
import { ALL, passkeys } from '../../fund/staff/index.js';
import { enqueue } from '../../outreach/outbox/enqueue.js';
import { CodedError } from '../../store/codedError.js';
import { Refusal, told } from '../errors.js';
import { html } from '../html.js';
import { pageHeaders } from '../pageHeaders.js';
import { readerLimit, STAFF } from '../readerLimit.js';
import { ballotPages } from './ballot/ballotPages.js';
import { calendarPages } from './calendar/calendar.js';
import { cookies, sameSite } from './cookies.js';
import { devicePages } from './devices.js';
import { guidePages } from './guide.js';
import { hallPages } from './hall.js';
import { importPages } from './importRoster.js';
import { inboxPages } from './inbox/inboxPages.js';
import { kioskRoutes } from './kiosk/kiosk.js';
import { logPages } from './log.js';
import { meetingPages } from './meetings/meetings.js';
import { messagePages } from './messages/messages.js';
import { overseen, overview, overviewFiles } from './overview.js';
import { peoplePages } from './people/people.js';
import { pictureFiles } from './pictures.js';
import { printPages } from './print.js';
import { pastedForms } from './proposals/newRoutes.js';
import { proposalPages } from './proposals/proposals.js';
import { publicationPages } from './publication.js';
import { requestPages } from './requests.js';
import { secondPages } from './second.js';
import { signInPages } from './signInPages.js';
import { assistedRoutes } from './tables/assisted.js';
import { compareRoutes } from './tables/compare.js';
import { slipRoutes } from './tables/slips.js';
import { tableRoutes } from './tables/tables.js';
import { todayPage } from './today.js';
import { turnoutPages } from './turnout.js';
import { visits } from './visits.js';
import { accountPages } from './works/account.js';
import { worksPages } from './works/works.js';
/** The longest form but those of a paste: minutes of sixty items. In a form a Chinese character is nine bytes, a rare one twelve. */
const LONGEST_FORM = '128kb';
/**
 * The console (docs/contract.md: The console): where those who run a cycle work, at `/console`. What they may do is decided in the fund; a page only
 * leaves out what its reader may not do.
 */
export function consoleRoutes(world, { catalogue, publicUrl, banner, chatCode, personas, broadcasts, previewBallot, forget, aloud, isStopping }) {
    const kept = cookies(publicUrl);
    const keys = passkeys(world, publicUrl);
    const readers = readerLimit();
    const known = visits({ world, catalogue, cookies: kept, readers, staffReaders: readerLimit(STAFF), banner });
    return Router()
        .use('/console', pageHeaders('same-origin'), (_request, response, next) => {
        response.set('Cache-Control', 'no-store');
        next();
    })
        .use('/console', sameSite(publicUrl))
        .use(pastedForms(known))
        .use('/console', express.urlencoded({ extended: false, inflate: false, limit: LONGEST_FORM, parameterLimit: 500 }))
        .get('/console', known.staff((visit) => home(world, visit)))
        .use(signInPages(world, known, kept, keys, personas), devicePages(world, known, keys), guidePages(known), overviewFiles(world, known))
        .get('/console/:slug', known.ofCommunity(todayPage(world)))
        .use(importPages(world, known))
        .use(proposalPages(world, known))
        .use(turnoutPages(world, known))
        .use(peoplePages(world, known, { forget, catalogue }), requestPages(world, known), inboxPages(world, known), messagePages(world, known, { broadcasts, readers, isStopping }), meetingPages(world, known), publicationPages(world, known), pictureFiles(world, known), ballotPages(world, known, previewBallot), worksPages(world, known), accountPages(world, known), printPages(world, { catalogue, publicUrl, chatCode }, known), logPages(world, known), secondPages(world, known), hallPages(known), tableRoutes(world, known), slipRoutes(world, known), compareRoutes(world, known), assistedRoutes(world, known), calendarPages(world, known, publicUrl), kioskRoutes(world, known, { catalogue, cookies: kept, readers, aloud, notify: enqueue(world), mayStaySignedIn: personas !== undefined }))
        .use('/console', () => {
        throw new Refusal(404, 'There is nothing at this address.');
    })
        .use('/console', refused(known));
}
/**
 * The communities of the person who is signed in, and how they stand where they oversee several; a person who has one only is led there.
 */
async function home(world, visit) {
    const { say, theirs } = visit.text;
    const slugs = [...new Set(visit.staff.roles.map(({ community }) => community))];
    const [only] = slugs;
    if (slugs.length === 1 && only !== undefined && only !== ALL)
        return visit.lead(`/console/${only}`);
    const seen = overseen(visit);
    const rows = seen === 'all' || seen.length > 1 ? await overview(world)(visit, seen) : [];
    const others = rows.length > 0 ? slugs.filter((slug) => seen !== 'all' && !seen.includes(slug)) : slugs;
    const found = await Promise.all(others.map(communityForReaders(world)));
    const items = found.flatMap((community) => (community ? [html `<li><a href="/console/${community._id}">${theirs(community.name)}</a></li>`] : []));
    await visit.send(say('home.title'), html `<h1>${say('home.title')}</h1>${rows}${items.length > 0 ? html `<ul class="items">${items}</ul>` : ''}`);
}
/** Tells a refusal as a page, and that nothing can be done just now: nobody is left with a page that leads nowhere. Other errors are answered as everywhere. */
function refused({ anybody, busy }) {
    return (error, request, response, next) => {
        if (told(error).status === 503 && !response.headersSent)
            return void busy(request, response).then(() => next(error), next);
        const status = statusOf(error);
        if (status === undefined || response.headersSent)
            return next(error);
        const page = anybody(async ({ text: { say }, send }) => {
            const what = status === 404 ? 'lost' : status === 413 ? 'tooLarge' : 'forbidden';
            const about = html `<h1>${say(`${what}.title`)}</h1><p>${say(`${what}.about`)}</p><p><a class="more" href="/console">${say('home.back')}</a></p>`;
            await send(say(`${what}.title`), about, { status, path: '/console' });
        });
        void page(request, response, next);
    };
}
function statusOf(error) {
    if (error instanceof Error && 'status' in error && error.status === 413)
        return 413;
    if (error instanceof Refusal && (error.status === 403 || error.status === 404))
        return error.status;
    return error instanceof CodedError && error.code === 'not-allowed' ? 403 : undefined;
}

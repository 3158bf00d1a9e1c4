import { communityForReaders } from '../../fund/communities/index.js';
import { mayDo, maySee } from '../../fund/people/index.js';
import { isSessionToken, signedIn, staffActor, stillSignedIn } from '../../fund/staff/index.js';
import { RETRY_S, Refusal } from '../errors.js';
import { browserFiles } from '../public/browserFiles.js';
import { pageLanguage, pageText } from '../public/pageText.js';
import { PRINTING, readerLimit } from '../readerLimit.js';
import { busyPage, isRead, signedOutPage } from './againPages.js';
import { consolePage } from './frame.js';
/** The pages of a community, in the order in which they are shown. */
export const TABS = [
    { page: '', view: 'today' },
    { page: '/proposals', view: 'proposals' },
    { page: '/people', view: 'people', also: ['/requests'] },
    { page: '/inbox', view: 'inbox' },
    { page: '/messages', view: 'messages' },
    { page: '/meetings', view: 'meetings' },
    { page: '/publication', view: 'publication' },
    { page: '/hall', view: 'hall', also: ['/kiosk', '/tables', '/slips', '/assisted'] },
    { page: '/tables', view: 'table', also: ['/assisted'], from: 'hall' },
    { page: '/slips', view: 'paper', from: 'hall' },
    { page: '/ballot', view: 'ballot' },
    { page: '/works', view: 'works' },
    { page: '/account', view: 'account' },
    { page: '/calendar', view: 'calendar' },
    { page: '/turnout', view: 'turnout' },
    { page: '/print', view: 'print' },
    { page: '/log', view: 'log' },
];
/** On a hall's tablet another page of the console, such as signing in, leads back to the vote after so many seconds. */
const AWAY_S = 120;
export function visits({ world, catalogue, cookies, readers, staffReaders, banner }) {
    const sessionOf = signedIn(world);
    const stillSessionOf = stillSignedIn(world);
    const communityOf = communityForReaders(world);
    const known = {
        anybody: (handle) => readers.handler(async (request, response) => handle(visit(request, response))),
        staff: (handle) => signedInAmong(staffReaders, async (request, response) => {
            const staff = await whose(request);
            if (!staff)
                return turnAway(request, response);
            await handle({ ...visit(request, response, { staff }), staff });
        }),
        ofCommunity: inCommunity(staffReaders),
        printing: inCommunity(readerLimit(PRINTING)),
        busy: async (request, response) => {
            const { text, send } = visit(request, response);
            response.set('Retry-After', RETRY_S);
            if (isRead(request))
                response.set('Refresh', RETRY_S);
            await send(text.say('busy.title'), busyPage(text, request), { status: 503, path: isRead(request) ? request.originalUrl : '/console' });
        },
        showsSession,
        isSignedIn: async (request) => (await whose(request)) !== null,
    };
    return known;
    function inCommunity(places) {
        return (handle) => signedInAmong(places, async (request, response) => {
            const staff = await whose(request);
            if (!staff)
                return turnAway(request, response);
            const slug = String(request.params.slug);
            const actors = staff.roles.flatMap((role) => staffActor(role, slug) ?? []);
            const community = actors.length > 0 ? await communityOf(slug) : null;
            const [first] = actors;
            if (!first || !community)
                throw new Refusal(404, 'There is nothing at this address.');
            const sees = (view) => actors.some((actor) => maySee(actor, view, slug));
            await handle({
                ...visit(request, response, { staff, community, sees }),
                ...{ staff, community, own: `/console/${slug}`, sees },
                reader: (view) => actors.find((actor) => maySee(actor, view, slug)) ?? first,
                doer: (act) => actors.find((actor) => mayDo(actor, act, slug)) ?? first,
                may: (act) => actors.some((actor) => mayDo(actor, act, slug)),
                stillSees: async (view) => {
                    const still = await stillSessionOf(cookies.get(request, 'staff') ?? '');
                    return still?.roles.some((role) => mayStill(staffActor(role, slug), view, slug)) ?? false;
                },
            });
        });
    }
    function signedInAmong(places, handle) {
        return whoShows(showsSession, places.handler(handle), readers.handler(handle));
    }
    function showsSession(request) {
        return isSessionToken(world, cookies.get(request, 'staff') ?? '');
    }
    async function whose(request) {
        const token = cookies.get(request, 'staff');
        return token === undefined ? null : sessionOf(token);
    }
    async function turnAway(request, response) {
        if (isRead(request))
            return response.redirect(303, `/console/sign-in?to=${encodeURIComponent(request.originalUrl)}`);
        const { text, send } = visit(request, response);
        await send(text.say('signedOut.title'), signedOutPage(text, request), { status: 403, path: '/console' });
    }
    function visit(request, response, known = {}) {
        const now = world.now();
        const { community } = known;
        const language = languageOf(request, response, community?.language);
        const text = pageText(catalogue, { language, byLink: false }, now, community, 'console');
        return {
            request,
            response,
            text,
            now,
            send: async (title, content, { status = 200, path = request.originalUrl, script, reloadsIn } = {}) => {
                const shell = {
                    text,
                    assets: await browserFiles(),
                    path: withoutLanguage(path),
                    ...(banner && { banner: banner(language) }),
                    ...(script && { script }),
                    ...(reloadsIn !== undefined && { reloadsIn }),
                    ...(known.staff && { who: whoIs(known.staff, text, community) }),
                    ...(community && { community: { slug: community._id, name: community.name }, tabs: tabs(request, text, known, community) }),
                };
                const tablet = tabletSlug(cookies.get(request, 'kiosk'));
                if (tablet && !response.hasHeader('Refresh'))
                    response.set('Refresh', `${AWAY_S}; url=/console/${tablet}/kiosk`);
                response
                    .status(status)
                    .type('html')
                    .end(consolePage(shell, title, content).text); // without a checksum: nothing of the console is kept by a browser
            },
            lead: (path) => response.redirect(303, path),
        };
    }
    /** The language chosen by `?lang=zh|en` is kept in a cookie; else it is the one for which the browser asks. */
    function languageOf(request, response, usual) {
        const { language, byLink } = pageLanguage(request, usual);
        if (byLink) {
            cookies.set(response, 'lang', language);
            return language;
        }
        const kept = cookies.get(request, 'lang');
        return kept === 'zh-CN' || kept === 'en' ? kept : language;
    }
}
/** The pages of a community that its reader may see; the one that is shown is marked. */
function tabs({ path }, { say }, { sees }, { _id }) {
    const own = `/console/${_id}`;
    return TABS.filter(({ view, from }) => sees?.(view) && !(from && sees(from))).map(({ page, view, also = [] }) => ({
        path: own + page,
        label: say(`tab.${view}`),
        isCurrent: page === '' ? path === own : [page, ...also].some((each) => path.startsWith(own + each)),
    }));
}
/** One handler for a person who shows something, another for everybody else. */
export function whoShows(shows, theirs, others) {
    return (request, response, next) => (shows(request) ? theirs : others)(request, response, next);
}
/** The community of a tablet, as its cookie says it: `SLUG.TOKEN`. */
function tabletSlug(kiosk) {
    return /^([a-z0-9-]+)\./.exec(kiosk ?? '')?.[1];
}
function mayStill(actor, view, slug) {
    return actor !== undefined && maySee(actor, view, slug);
}
/** The person who is signed in, with their roles: those in this community, if it is the page of one. */
function whoIs({ roles }, { say }, community) {
    const here = community ? roles.filter((role) => staffActor(role, community._id)) : roles;
    const named = [...new Set(here.map(({ role }) => say(`role.${role}`)))].join(say('and'));
    return { name: (here[0] ?? roles[0])?.name ?? '', roles: named };
}
function withoutLanguage(path) {
    const { pathname, searchParams } = new URL(path, 'http://here');
    searchParams.delete('lang');
    searchParams.delete('done');
    const query = searchParams.toString();
    return query ? `${pathname}?${query}` : pathname;
}

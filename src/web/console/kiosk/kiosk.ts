import { type Request, type RequestHandler, Router } from 'express';
import type { Notify } from '../../../contacts/notify.ts';
import { openBallot } from '../../../fund/ballots/index.ts';
import { castAtKiosk, openKiosk } from '../../../fund/paper/index.ts';
import { cardAtTablet } from '../../../fund/people/index.ts';
import { ballotPictures } from '../../../fund/projects/index.ts';
import { endSessions, moveTablet } from '../../../fund/staff/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes } from '../actForm.ts';
import { typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { castPage, closedPage, picksPage, readBackPage, startPage } from './kioskPages.ts';
import { type KioskVoter, kioskVoters, type TabletVisit, type TabletVisitsDeps, tabletVisits } from './tabletVisits.ts';

export interface KioskDeps extends TabletVisitsDeps {
  readonly notify: Notify;
}

type TabletVisits = ReturnType<typeof tabletVisits>;

/** The tablet's cookie outlives its browser: the session itself ends after twelve hours. */
const DAY = 24 * 60 * 60 * 1_000;
const CARD = 9;
const LONGEST_VOTER = 1_000;

const PATH = '/console/:slug/kiosk';
const step = (name: string) => `${PATH}/${name}`;

/**
 * `/console/SLUG/kiosk`: voting on a hall's tablet. A cadre opens it there and is signed out of it by that; from then on the tablet has a session that
 * opens these pages alone. Who wants to end it signs in again; a tablet on which somebody stayed signed in signs them out when it goes on. Each step is a form that carries who votes, encrypted; nothing of it is in an address.
 */
export function kioskRoutes(world: World, known: Visits, deps: KioskDeps): Router {
  const visits = tabletVisits(world, deps);
  return Router().use(openRoutes(known, deps, visits), voteRoutes(world, deps, visits));
}

/** A cadre makes a tablet of a browser, and ends it. */
function openRoutes(known: Visits, { cookies }: KioskDeps, { tabletIn }: TabletVisits): Router {
  const { ofCommunity } = known;
  const opening = ofCommunity((visit) => setUp(visit));
  return routes()
    .get(PATH, (request, response, next) => {
      const isTablet = cookies.get(request, 'kiosk')?.startsWith(`${request.params.slug}.`);
      return isTablet ? next() : opening(request, response, next);
    })
    .use(
      actRoutes(known, [openKiosk], {
        show: setUp,
        gives: ({ staff: { phone, session }, request }) => ({ phone, session, device: request.get('user-agent') }),
        onward: ({ community: { _id: slug }, response, lead, own }, _, result) => {
          const { token } = { token: undefined, ...result };
          cookies.set(response, 'kiosk', `${slug}.${token}`, DAY);
          cookies.set(response, 'staff', undefined);
          lead(`${own}/kiosk`);
        },
      }),
    )
    .page(step('leave'), ofCommunity, leavePage)
    .form(step('close'), ofCommunity, async ({ community: { _id: slug }, request, response, lead, own, may }) => {
      if (!may(openKiosk)) throw new Refusal(403, 'Ask a cadre to end the tablet.');
      const tablet = await tabletIn(request, slug);
      if (tablet) await endSessions(tablet.phone, tablet.tablet);
      cookies.set(response, 'kiosk', undefined);
      lead(`${own}/kiosk`);
    });
}

async function setUp(visit: CommunityVisit): Promise<void> {
  const { say } = visit.text;
  if (!visit.may(openKiosk)) throw new Refusal(403, 'Only a cadre opens a hall’s tablet.');
  await visit.send(
    say('kiosk.title'),
    html`<h1>${say('kiosk.title')}</h1><p>${say('kiosk.about')}</p><ul class="points"><li>${say('kiosk.signsOut')}</li><li>${say('kiosk.leaves')}</li><li>${say('kiosk.full')}</li></ul>${actForm(visit, openKiosk, { at: '/kiosk', tried: {} })}`,
  );
}

async function leavePage({ text: { say }, own, may, send }: CommunityVisit): Promise<void> {
  if (!may(openKiosk)) throw new Refusal(403, 'Only a cadre ends a hall’s tablet.');
  await send(
    say('kiosk.leave'),
    html`<h1>${say('kiosk.leave')}</h1><p>${say('kiosk.leaveAbout')}</p>
<form method="post" action="${own}/kiosk/close"><button>${say('kiosk.close')}</button></form>
<form method="post" action="/console/sign-out"><button class="quiet">${say('kiosk.goOn')}</button></form>`,
  );
}

/** The steps of a vote on the tablet: a card, picks, what is read back, the ballot cast. */
function voteRoutes(world: World, { notify }: KioskDeps, { ofTablet }: TabletVisits): Router {
  const voters = kioskVoters(world);
  const toStart: RequestHandler = (request, response) => response.redirect(303, `/console/${request.params.slug}/kiosk`);

  return Router()
    .get(PATH, ofTablet(start))
    .post(
      step('card'),
      ofTablet(async (visit) => {
        const { request, community, tablet, at } = visit;
        if (typed(request, 'turn') !== String(tablet.turn) || tablet.stage === 'cast') return start(visit);
        const card = typed(request, 'card').replaceAll(/\D/g, '').slice(0, CARD) + pressed(request);
        const key = typed(request, 'key');
        if (key === 'back') return startWith(visit, { card: card.slice(0, -1) });
        if (key !== '' && card.length <= CARD) return startWith(visit, { card });
        const trying = voters.newTry();
        const shown = await cardAtTablet(world, { card, community: community._id, tablet: tablet.tablet, opener: tablet.opener, key: trying, at });
        if ('refused' in shown) return startWith(visit, { refused: shown.refused, triesLeft: 'triesLeft' in shown ? shown.triesLeft : 0 });
        await moveTablet(tablet, { turn: tablet.turn, stage: 'picking' });
        await pick(visit, { resident: shown.resident, key: trying, turn: tablet.turn }, []);
      }),
    )
    .post(
      step('picks'),
      ofVoter(async (visit, voter) => {
        const picks = picksIn(visit.request);
        const ballot = await openBallot(world, { picks }, { community: visit.community._id, at: visit.at });
        if (!('open' in ballot)) return start(visit);
        if (ballot.refused) return pick(visit, voter, picks, ballot.refused.reason);
        send(visit, readBackPage(visit, { ballot: ballot.open, picks, voter: voters.encrypt(visit.tablet, voter, visit.at) }));
      }),
    )
    .post(
      step('again'),
      ofVoter((visit, voter) => pick(visit, voter, picksIn(visit.request))),
    )
    .post(
      step('cast'),
      ofVoter(async (visit, { resident, key }) => {
        const { community, tablet, at, request } = visit;
        const outcome = await castAtKiosk(world, notify, { picks: picksIn(request), resident, community: community._id, key, at });
        await moveTablet(tablet, { turn: tablet.turn, stage: 'cast' });
        send(visit, castPage(visit, outcome));
      }, true),
    )
    .get([step('card'), step('picks'), step('again'), step('cast')], toStart);

  /** The person who was there has gone: nothing that they sent is taken again, from wherever the browser's way back leads. */
  async function start(visit: TabletVisit): Promise<void> {
    const { tablet } = visit;
    const turn = tablet.stage === 'free' ? tablet.turn : tablet.turn + 1;
    if (turn > tablet.turn) await moveTablet(tablet, { turn, stage: 'free' });
    await startWith({ ...visit, tablet: { ...tablet, turn, stage: 'free' } }, {});
  }

  async function startWith(visit: TabletVisit, typedIn: Omit<Parameters<typeof startPage>[1], 'turn'>): Promise<void> {
    const ballot = await openBallot(world, {}, { community: visit.community._id, at: visit.at });
    send(
      visit,
      'open' in ballot ? startPage(visit, { ...typedIn, turn: visit.tablet.turn }) : closedPage(visit, ballot),
      typedIn.refused ? 422 : 200,
    );
  }

  async function pick(visit: TabletVisit, voter: KioskVoter, picks: readonly number[], refused?: string): Promise<void> {
    const { community, tablet, at } = visit;
    const ballot = await openBallot(world, {}, { community: community._id, at, channel: 'voice' });
    if (!('open' in ballot)) return start(visit);
    const { cycle: _id, projects } = ballot.open;
    const pictures = await ballotPictures(
      { _id, community: community._id },
      projects.map(({ number }) => number),
    );
    send(visit, picksPage(visit, { ballot: ballot.open, pictures, picks, voter: voters.encrypt(tablet, voter, at), refused }), refused ? 422 : 200);
  }

  /** A step of somebody whose card was shown; whoever's time or turn is over begins anew. `mayRepeat`: also once their ballot is cast. */
  function ofVoter(handle: (visit: TabletVisit, voter: KioskVoter) => Promise<void>, mayRepeat = false): RequestHandler {
    return ofTablet(async (visit) => {
      const { tablet } = visit;
      const voter = voters.decrypt(tablet, typed(visit.request, 'voter', LONGEST_VOTER), visit.at);
      const isNow = voter?.turn === tablet.turn && (tablet.stage === 'picking' || (mayRepeat && tablet.stage === 'cast'));
      await (voter && isNow ? handle(visit, voter) : start(visit));
    });
  }
}

/** Without scripts each key of the pad sends the form. */
function pressed(request: Request): string {
  const key = typed(request, 'key');
  return /^\d$/.test(key) ? key : '';
}

function picksIn({ body }: Request): number[] {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'pick') : undefined;
  return [given]
    .flat()
    .filter((one): one is string => typeof one === 'string' && /^[1-9]\d{0,3}$/.test(one))
    .map(Number);
}

function send({ response }: TabletVisit, page: ReturnType<typeof startPage>, status = 200): void {
  response.status(status).type('html').send(page.text);
}

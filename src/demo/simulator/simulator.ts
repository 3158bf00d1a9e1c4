import { join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import type { i18n } from 'i18next';
import { z } from 'zod';
import type { Hearing } from '../../carriers/hearing/hearing.ts';
import { segments } from '../../channels/sms/segments.ts';
import { currentCycle } from '../../fund/cycles/index.ts';
import { openKiosk } from '../../fund/paper/index.ts';
import { type StaffMember, staffActor, staffOf, staffPhone } from '../../fund/staff/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cached } from '../../store/cache.ts';
import { root } from '../../store/files.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { cookies } from '../../web/console/cookies.ts';
import { Refusal } from '../../web/errors.ts';
import type { Markup } from '../../web/html.ts';
import { isOwnHost } from '../../web/ownHost.ts';
import { type Call, call } from '../carriers/asCaller.ts';
import { asWechat } from '../carriers/asWechat.ts';
import { type Arrivals, playedAccount } from '../carriers/playedCarriers.ts';
import { asCarrier } from '../carriers/signedLine.ts';
import type { DemoClock } from '../clock.ts';
import { demoCommunity } from '../community.ts';
import { calls } from './calls.ts';
import { chat, OPENID } from './chat.ts';
import { clockRoutes, sameOrigin } from './clockRoutes.ts';
import { eventStream } from './eventStream.ts';
import { demoPhones, staffElsewhere } from './phones.ts';
import { type LedgerNow, ledgerNow, type SimulatedMessage } from './simulated.ts';
import { banner, view } from './view.ts';

/** What the app gives to the simulator. */
export interface SimulatorContext {
  readonly world: World;
  readonly log: Pick<Log, 'error'>;
  readonly catalogue: i18n;
  /** The address of the pages; no slash at the end. */
  readonly publicUrl: string;
  /** Writes down what is said into the browser; absent if no server recognises speech. */
  readonly hear?: Hearing['hear'] | undefined;
  /** Does what is due by the clock. */
  readonly catchUp: () => Promise<void>;
}

export interface SimulatorDeps {
  /** The service's own address on this machine. */
  readonly url: string;
  /** The token with which the played carriers sign. */
  readonly authToken: string;
  readonly clock: DemoClock;
}

export interface Simulator {
  readonly routes: Router;
  /** Takes what the played carriers deliver to the phones. */
  readonly arrivals: Arrivals;
  /** The line above each public page that leads here. */
  banner(language: 'zh-CN' | 'en'): Markup;
  /** The staff of the demo's community: each signs in to the console by one button. */
  personas(): Promise<StaffMember[]>;
  /** How far the clock was moved ahead, in milliseconds. */
  ahead(): number;
  /** Ends the streams to the browsers, which would delay the server's end. */
  stop(): void;
}

/** How many texts a page that is opened later gets to see. */
const REMEMBERED = 200;
const LOOK_MS = 1_000;
/** For so long nobody looks again whose phones there are. */
const PHONES_MS = 1_000;
const BROWSER = join(root, 'src/demo/simulator/browser');
/** The folder of the files that a browser loads for the public pages. */
const PAGES = join(root, 'src/web/public/browser');
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const wanted = z.strictObject({
  /** Made by the page. A text that is sent again with the same id is the same text. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  from: z.string(),
  text: z.string().min(1).max(1_600),
});

/** `/simulator`: phones in the browser, and the growth of the ledger. Texts from the phones are sent over the service's own webhooks, signed. */
export function simulator(
  { world, log, catalogue, publicUrl, hear, catchUp }: SimulatorContext,
  { url, authToken, clock }: SimulatorDeps,
): Simulator {
  const line = { url, publicUrl, authToken };
  const account = { ...playedAccount(authToken), url, now: clock.now };
  const own = demoPhones();
  let phones = own;
  const elsewhere = cached(world, PHONES_MS, 1, () => staffElsewhere(world, own));
  const texts = feed<SimulatedMessage>(REMEMBERED);
  const cycleOf = currentCycle(world);
  const stepOf = calls(dialled, hear);
  const ofChat = chat((delivery) => asWechat(account, delivery), note);
  const stream = eventStream((write) => {
    write('past', texts.recent());
    if (ledger) write('ledger', ledger);
    void look();
  });
  let ledger: LedgerNow | null = null;
  let looking = Promise.resolve();
  texts.listen((text) => stream.send('text', text));
  const timer = setInterval(() => {
    if (stream.count() > 0) void look();
  }, LOOK_MS).unref();

  const routes = Router()
    .use(ownHostOnly(publicUrl))
    .use('/simulator', (_request, response, next) => {
      response.set(HEADERS);
      next();
    })
    .get('/simulator', async (request, response) => {
      const community = await demoCommunity();
      await lookForPhones();
      const cycle = community && (await cycleOf(community._id, world.now()));
      const language = languageOf(request);
      response.vary('Accept-Language').type('html');
      response.send(
        view({
          catalogue,
          language,
          community: community ?? undefined,
          cycle: cycle ?? undefined,
          phones: community ? phones : [],
          hasEar: hear !== undefined,
        }),
      );
    })
    .get('/simulator/browser/colours.css', (_request, response) => response.sendFile('colours.css', { root: PAGES, cacheControl: false }))
    .use('/simulator/browser', express.static(BROWSER, { index: false, cacheControl: false }))
    .use(clockRoutes(world, { clock, publicUrl, catchUp, moved: (told) => stream.send('clock', told) }))
    .use(tabletRoute(world, publicUrl, personas))
    .get('/simulator/events', sameOrigin(publicUrl), stream.open)
    .post('/simulator/sms', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
      const { success, data } = wanted.safeParse(request.body);
      if (!success) throw new Refusal(400, 'Send JSON: {"id": 32 hexadecimal digits, "from": a phone of the page, "text": 1 to 1600 characters}.');
      response.json(await text(data));
    })
    .post('/simulator/call', sameOrigin(publicUrl), express.json({ limit: '512kb', type: 'application/json' }), async (request, response) => {
      const now = await stepOf(request.body).catch(notTaken);
      void look();
      response.json(now);
    })
    .post('/simulator/chat', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
      const told = await ofChat.take(request.body).catch(notTaken);
      void look();
      response.json(told);
    });
  return {
    routes,
    arrivals: { sms: ({ to, text, ref }) => void arrived({ id: ref, phone: to, kind: 'started', text }), chat: ofChat.arrived },
    banner: banner(catalogue),
    personas,
    ahead: clock.ahead,
    stop: () => {
      clearInterval(timer);
      stream.stop();
    },
  };

  async function personas(): Promise<StaffMember[]> {
    const community = await demoCommunity();
    return community ? staffOf(world, community._id) : [];
  }

  /** Gives the text as it was sent and the answer to it, if there was one. */
  async function text({ id, from, text }: z.output<typeof wanted>): Promise<(SimulatedMessage | undefined)[]> {
    const community = await demoCommunity();
    const phone = phones.find(({ number }) => number === from);
    if (!community || !phone) throw new Refusal(400, 'This phone is not one of the page.');
    const answer = await asCarrier(line, { from, to: phone.line ?? community.phone, body: text, sid: `SM${id}` }).catch(notTaken);
    const sent = tell({ id, phone: from, kind: 'sent', text });
    const answered = answer === null ? undefined : tell({ id: `${id}-answer`, phone: from, kind: 'answer', text: answer });
    void look();
    return [sent, answered];
  }

  async function dialled(from: string, sid: string, hears: boolean | undefined): Promise<Call> {
    const community = await demoCommunity();
    const phone = phones.find(({ number }) => number === from);
    if (!community || !phone) throw new Refusal(400, 'This phone is not one of the page.');
    return call(line, { from, to: phone.line ?? community.phone, sid, hears });
  }

  /** A text to a phone that is not known yet: somebody may just have been given a role. */
  async function arrived(told: Parameters<typeof tell>[0]): Promise<void> {
    if (!isPlayed(told.phone))
      await lookForPhones().catch((error: unknown) => log.error({ error, code: 'phones' }, 'The simulator cannot look for phones'));
    tell(told);
  }

  async function lookForPhones(): Promise<void> {
    phones = [...own, ...(await elsewhere(''))];
  }

  function notTaken(error: unknown): never {
    if (error instanceof Refusal) throw error;
    log.error({ error, code: 'not-delivered' }, 'The simulator could not deliver something');
    throw new Refusal(503, 'The service did not take it; send it again.');
  }

  function tell(told: Pick<SimulatedMessage, 'id' | 'phone' | 'kind' | 'text'>): SimulatedMessage {
    return note({ ...told, characters: told.text.length, segments: segments(told.text) });
  }

  function note(told: SimulatedMessage): SimulatedMessage {
    if (isPlayed(told.phone) || told.phone === OPENID) texts.push(told);
    return told;
  }

  function isPlayed(number: string): boolean {
    return phones.some((phone) => phone.number === number);
  }

  /** Notifies the pages if the ledger or the turnout changed. One look at a time. */
  function look(): Promise<void> {
    looking = looking.then(async () => {
      const community = await demoCommunity();
      const now = community && (await ledgerNow(world, community._id));
      if (!now || JSON.stringify(now) === JSON.stringify(ledger)) return;
      ledger = now;
      stream.send('ledger', ledger);
    });
    looking = looking.catch((error: unknown) => log.error({ error, code: 'ledger-look' }, 'The simulator cannot look into the ledger'));
    return looking;
  }
}

/** Refuses (403) whatever is asked under a foreign name, the console behind these routes as well: anybody who reaches it signs in by one button. */
function ownHostOnly(publicUrl: string): RequestHandler {
  const isOurs = isOwnHost(publicUrl);
  return ({ headers }, _response, next) => {
    if (!isOurs(headers.host)) throw new Refusal(403, `This demo is at ${publicUrl}: open that address, or set PUBLIC_URL to the one that you open.`);
    next();
  };
}

/** The page opens a hall's tablet as the demo's cadre does. */
function tabletRoute(world: World, publicUrl: string, personas: Simulator['personas']): Router {
  return Router().post('/simulator/tablet', sameOrigin(publicUrl), async ({ headers }, response) => {
    const community = await demoCommunity();
    const cadre = (await personas()).find(({ role }) => role === 'cadre');
    const actor = cadre && community && staffActor(cadre, community._id);
    if (!community || !actor) throw new Refusal(503, 'There is no cadre who opens the tablet.');
    const input = { phone: staffPhone(world.vault, cadre.phone), device: headers['user-agent'] };
    const opened = await openKiosk.perform({ world, notify: enqueue(world) }, { community: community._id, at: {}, input, actor });
    if (opened.is !== 'done') throw new Refusal(503, 'The tablet was not opened.');
    cookies(publicUrl).set(response, 'kiosk', `${community._id}.${opened.result.token}`);
    response.redirect(303, `/console/${community._id}/kiosk`);
  });
}

/** `?lang=zh|en`, else the language for which the browser asks. */
function languageOf(request: Request): 'zh-CN' | 'en' {
  const { lang } = request.query;
  return (lang === 'zh' || lang === 'en' ? lang : request.acceptsLanguages('zh', 'en')) === 'en' ? 'en' : 'zh-CN';
}

/** The latest events, for pages that come later and for those that are listening. */
export interface Feed<Event extends { readonly id: string }> {
  /** Notifies every listener; an event whose id was pushed before changes nothing. */
  push(event: Event): void;
  /** The last events, oldest first. */
  recent(): readonly Event[];
  /** Gives the function that ends the listening. */
  listen(listener: (event: Event) => void): () => void;
}

/** Remembers `limit` events and no more. */
function feed<Event extends { readonly id: string }>(limit: number): Feed<Event> {
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  return {
    push: (event) => {
      if (events.some(({ id }) => id === event.id)) return;
      if (events.push(event) > limit) events.shift();
      for (const listener of listeners) listener(event);
    },
    recent: () => events,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

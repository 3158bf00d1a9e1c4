import { join } from 'node:path';
import express, { type Request, Router } from 'express';
import type { i18n } from 'i18next';
import { z } from 'zod';
import { currentCycle } from '../../fund/cycles/currentCycle.ts';
import { Community, type CommunityRecord } from '../../fund/records/community.ts';
import type { Log } from '../../logger.ts';
import type { DemoClock } from '../../store/demoClock.ts';
import { native } from '../../store/native.ts';
import { root } from '../../store/root.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../refusal.ts';
import { calls, type PlayedCall } from './calls.ts';
import { type ChatArrival, type ChatDelivery, chat, OPENID } from './chat.ts';
import { clockRoutes } from './clockRoutes.ts';
import { eventStream } from './eventStream.ts';
import { feed } from './feed.ts';
import { ledgerNow } from './ledgerNow.ts';
import { demoPhones } from './phones.ts';
import { sameOrigin } from './sameOrigin.ts';
import type { Flown, LedgerNow } from './told.ts';
import { view } from './view.ts';

export interface SimulatorMeans {
  readonly log: Pick<Log, 'error'>;
  readonly catalogue: i18n;
  readonly publicUrl: string;
  readonly clock: DemoClock;
  /** Does what is due by the clock. */
  readonly catchUp: () => Promise<void>;
  /** Delivers a text over the service's own webhook, signed as the carrier signs; null where the service is silent. */
  readonly deliver: (text: { from: string; to: string; body: string; sid: string }) => Promise<string | null>;
  /** Calls the service over its own webhook, as the carrier does. */
  readonly call: (caller: { from: string; to: string; sid: string }) => Promise<PlayedCall>;
  /** Delivers what a chat sends over the account's own door, encrypted as WeChat does; null where the service is silent. */
  readonly chat: (delivery: ChatDelivery) => Promise<string | null>;
  /** How many messages a carrier bills for a text. */
  readonly segments: (text: string) => number;
}

export interface Simulator {
  readonly routes: Router;
  /** The carrier's stand-in gave this text to a phone. */
  arrived(text: { to: string; text: string; ref: string }): void;
  /** The account's stand-in gave this to a chat. */
  arrivedInChat(arrival: ChatArrival): void;
  /** Ends the streams to the browsers, which would hold up the server's end. */
  stop(): void;
}

/** Texts that a page gets to see that is opened later. */
const REMEMBERED = 200;
const LOOK_MS = 1_000;
const BROWSER = join(root, 'src/web/simulator/browser');
/** Where the public pages have what a browser loads. */
const PAGES = join(root, 'src/web/browser');
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const wanted = z.strictObject({
  /** Made by the page: sent again under the same one, it is the same text. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  from: z.string(),
  text: z.string().min(1).max(1_600),
});

/** `/simulator`: phones in the browser, and what the ledger gains. Mounted in the demo only: without it every address is 404. */
export function simulator(
  world: World,
  { log, catalogue, publicUrl, clock, catchUp, deliver, call, chat: toAccount, segments }: SimulatorMeans,
): Simulator {
  const phones = demoPhones();
  const texts = feed<Flown>(REMEMBERED);
  const cycleOf = currentCycle(world);
  const ledgerOf = ledgerNow(world);
  const stepOf = calls(dialled);
  const ofChat = chat(toAccount, note);
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
    .use('/simulator', (_request, response, next) => {
      response.set(HEADERS);
      next();
    })
    .get('/simulator', async (request, response) => {
      const community = await played();
      const cycle = community && (await cycleOf(community._id, world.now()));
      const language = languageOf(request);
      response.vary('Accept-Language').type('html');
      response.send(
        view({ catalogue, language, community: community ?? undefined, cycle: cycle ?? undefined, phones: community?.demo ? phones : [] }),
      );
    })
    .get('/simulator/browser/colours.css', (_request, response) => response.sendFile('colours.css', { root: PAGES, cacheControl: false }))
    .use('/simulator/browser', express.static(BROWSER, { index: false, cacheControl: false }))
    .use(clockRoutes(world, { clock, publicUrl, played, catchUp, moved: (told) => stream.send('clock', told) }))
    .get('/simulator/events', sameOrigin(publicUrl), stream.open)
    .post('/simulator/sms', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
      const { success, data } = wanted.safeParse(request.body);
      if (!success) throw new Refusal(400, 'Send JSON: {"id": 32 hexadecimal digits, "from": a phone of the page, "text": 1 to 1600 characters}.');
      response.json(await text(data));
    })
    .post('/simulator/call', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
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
    arrived: ({ to, text, ref }) => tell({ id: ref, phone: to, kind: 'started', text }),
    arrivedInChat: ofChat.arrived,
    stop: () => {
      clearInterval(timer);
      stream.stop();
    },
  };

  /** Gives the text as it went and the answer to it, if there was one. */
  async function text({ id, from, text }: z.output<typeof wanted>): Promise<(Flown | undefined)[]> {
    const community = await played();
    if (!community || !isPlayed(from)) throw new Refusal(400, 'This phone is not one of the page.');
    const answer = await deliver({ from, to: community.phone, body: text, sid: `SM${id}` }).catch(notTaken);
    const sent = tell({ id, phone: from, kind: 'sent', text });
    const answered = answer === null ? undefined : tell({ id: `${id}-answer`, phone: from, kind: 'answer', text: answer });
    void look();
    return [sent, answered];
  }

  async function dialled(from: string, sid: string): Promise<PlayedCall> {
    const community = await played();
    if (!community || !isPlayed(from)) throw new Refusal(400, 'This phone is not one of the page.');
    return call({ from, to: community.phone, sid });
  }

  function notTaken(error: unknown): never {
    if (error instanceof Refusal) throw error;
    log.error({ error, code: 'NOT_DELIVERED' }, 'The simulator could not deliver something');
    throw new Refusal(503, 'The service did not take it; send it again.');
  }

  function tell(told: Pick<Flown, 'id' | 'phone' | 'kind' | 'text'>): Flown {
    return note({ ...told, characters: told.text.length, segments: segments(told.text) });
  }

  function note(told: Flown): Flown {
    if (isPlayed(told.phone) || told.phone === OPENID) texts.push(told);
    return told;
  }

  function isPlayed(number: string): boolean {
    return phones.some((phone) => phone.number === number);
  }

  /** Tells the pages when the ledger or the turnout changed. One look at a time. */
  function look(): Promise<void> {
    looking = looking.then(async () => {
      const community = await played();
      const now = community && (await ledgerOf(community._id));
      if (!now || JSON.stringify(now) === JSON.stringify(ledger)) return;
      ledger = now;
      stream.send('ledger', ledger);
    });
    looking = looking.catch((error: unknown) => log.error({ error, code: 'LEDGER_LOOK' }, 'The simulator cannot look into the ledger'));
    return looking;
  }
}

function played(): Promise<CommunityRecord | null> {
  return native(Community).findOne({ demo: true });
}

/** `?lang=zh|en`, else what the browser asks for. */
function languageOf(request: Request): 'zh-CN' | 'en' {
  const { lang } = request.query;
  return (lang === 'zh' || lang === 'en' ? lang : request.acceptsLanguages('zh', 'en')) === 'en' ? 'en' : 'zh-CN';
}

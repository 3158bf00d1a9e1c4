import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { basic, type CarrierAnswer, type CarrierRequest, carrierHttp, jsonIn } from '../http.ts';
import type { AsteriskSettings } from '../settings.ts';

/** The name of our application in the dialplan: `Stasis(yisheng,…)`. */
export const APP = 'yisheng';

const CHANNEL = z.object({
  id: z.string(),
  state: z.string().default(''),
  caller: z.object({ number: z.string().default('') }).default({ number: '' }),
  dialplan: z
    .object({ exten: z.string().default(''), app_name: z.string().default(''), app_data: z.string().default('') })
    .partial()
    .default({}),
});
export type AriChannel = z.output<typeof CHANNEL>;

const EVENT = z.object({
  type: z.string(),
  channel: CHANNEL.optional(),
  args: z.array(z.string()).optional(),
  digit: z.string().optional(),
  cause: z.number().optional(),
  playback: z.object({ id: z.string(), state: z.string(), target_uri: z.string().default('') }).optional(),
  recording: z
    .object({ name: z.string(), target_uri: z.string().default(''), duration: z.number().optional(), talking_duration: z.number().optional() })
    .optional(),
});
export type AriEvent = z.output<typeof EVENT>;

const VARIABLE = z.object({ value: z.string() });

export interface Ari {
  /** One command. Rejects if there is no answer. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, query?: Readonly<Record<string, string>>, options?: Options): Promise<CarrierAnswer>;
  /** The channels that there are; undefined if that is not known. */
  channels(): Promise<AriChannel[] | undefined>;
  /** Gives the line up: another process may take it at once. */
  stop(): Promise<void>;
}

interface Options {
  readonly signal?: AbortSignal | undefined;
  readonly most?: number;
}

export interface Heard {
  readonly onEvent: (event: AriEvent) => void;
  /** Events come again, after they did not: what happened meanwhile is not known. */
  readonly onConnected: () => void;
  /** Another process has taken the line. */
  readonly onReplaced: () => void;
}

/** How long to wait before the next try, in milliseconds; and between two signs of life. */
const AGAIN_MS = [100, 250, 500, 1_000];
const ALIVE_MS = 5_000;
/**
 * An event that Asterisk is asked to tell our application. After a stall it may have dropped the application with an older connection, and refuse its
 * calls, while this one stands.
 */
const ALIVE = 'yisheng-alive';
/** A variable of Asterisk's that the process which holds the line keeps changing. Empty if nobody holds it. */
const HOLDER = 'YISHENG_HOLDER';
/** How often others look at it, in milliseconds; it is held until it was the same for so many looks. */
const LOOK_MS = 1_000;
const LOOKS = 15;
/** If it was ours for so many looks, no other process has taken the line: Asterisk had completed late what we had given up. */
const OWN_LOOKS = 2;
const MOST_BYTES = 1024 * 1024;

/** Calls a path of ARI once, as its user. Rejects if there is no answer. */
export function ariHttp({ url, user, password }: AsteriskSettings) {
  const call = carrierHttp(`${url}/ari`);
  const headers = { authorization: basic(user, password) };
  return (method: 'GET' | 'POST' | 'DELETE', path: string, options: Omit<CarrierRequest, 'headers'> = {}) =>
    call(method, path, { headers, ...options });
}

/**
 * Asterisk's REST interface (https://docs.asterisk.org: ARI): commands by HTTP, events over one WebSocket that is opened again whenever it is lost.
 * Of several processes the one that began last holds the line; the others stand by until it no longer does.
 */
export function ari(
  settings: AsteriskSettings,
  { onEvent, onConnected, onReplaced }: Heard,
  { world, log }: { readonly world: Pick<World, 'randomBytes'>; readonly log: Pick<Log, 'warn'> },
): Ari {
  const { url, user, password } = settings;
  const request = ariHttp(settings);
  const stopping = new AbortController();
  let socket: WebSocket | undefined;
  /** The last sign of this process. */
  let ours = '';
  void run();
  const call: Ari['call'] = (method, path, query = {}, options = {}) => {
    const tail = Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : '';
    return request(method, path + tail, options);
  };
  return {
    call,
    channels: async () => {
      const { status, body } = await call('GET', '/channels', {}, { most: 16 * MOST_BYTES });
      return status === 200 ? z.array(CHANNEL).safeParse(jsonIn(body)).data : undefined;
    },
    stop: async () => {
      stopping.abort();
      const isHeld = socket?.readyState === WebSocket.OPEN;
      socket?.terminate();
      if (isHeld) await hold('');
    },
  };

  /** Asks Asterisk for an event; without the application it gives the connection up at once. */
  async function askAlive(one: WebSocket): Promise<void> {
    const answer = await call('POST', `/events/user/${ALIVE}`, { application: APP }).catch(() => undefined); // then no event comes
    if (answer?.status === 404) one.terminate();
  }

  /** Says that this process holds the line; or, with an empty sign, that nobody does. */
  async function hold(sign = world.randomBytes(8).toString('hex')): Promise<void> {
    ours = sign;
    await call('POST', '/asterisk/variable', { variable: HOLDER, value: sign }).catch(() => undefined); // the next sign says it
  }

  async function run(): Promise<void> {
    for (let tries = 0; !stopping.signal.aborted; tries += 1) {
      const ended = await listen(() => {
        tries = 0;
      });
      if (stopping.signal.aborted) return;
      if (tries === 0 || tries === AGAIN_MS.length) log.warn({ channel: 'voice', code: `asterisk-${ended}` }, 'No events come from Asterisk');
      if (ended === 'replaced') await whileHeld();
      else await pause(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0);
    }
  }

  /** Waits as long as another process shows that it holds the line. */
  async function whileHeld(): Promise<void> {
    let [last, same, own] = ['', 0, 0];
    while (same < LOOKS && !stopping.signal.aborted) {
      await pause(LOOK_MS);
      const read = await call('GET', '/asterisk/variable', { variable: HOLDER }).catch(() => undefined); // not reached: nothing has changed
      const { value } = VARIABLE.safeParse(jsonIn(read?.body)).data ?? { value: last };
      if (value === '') return;
      own = value === ours ? own + 1 : 0;
      if (own === OWN_LOOKS) return;
      same = value === last ? same + 1 : 0;
      last = value;
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined); // stopped
  }

  /** Listens until the connection is lost, and says why. */
  function listen(opened: () => void): Promise<'lost' | 'refused' | 'replaced'> {
    return new Promise((resolve) => {
      const events = new URL(`${url.replace(/^http/, 'ws')}/ari/events?app=${APP}`);
      const one = new WebSocket(events, { headers: { authorization: basic(user, password) }, maxPayload: MOST_BYTES, handshakeTimeout: 5_000 });
      socket = one;
      let why: 'lost' | 'refused' | 'replaced' = 'refused';
      let isAlive = true;
      let alive: NodeJS.Timeout | undefined;
      one.on('open', () => {
        why = 'lost';
        opened();
        void hold();
        alive = setInterval(() => {
          if (!isAlive) return one.terminate();
          isAlive = false;
          void askAlive(one);
          void hold();
        }, ALIVE_MS).unref();
        onConnected();
      });
      one.on('message', (data) => {
        isAlive = true;
        const event = EVENT.safeParse(jsonIn(Buffer.from(String(data)))).data;
        if (event?.type === 'ApplicationReplaced') {
          why = 'replaced';
          one.close();
          onReplaced();
        } else if (event) onEvent(event);
      });
      one.on('error', () => undefined); // `close` follows
      one.on('close', () => {
        clearInterval(alive);
        resolve(why);
      });
    });
  }
}

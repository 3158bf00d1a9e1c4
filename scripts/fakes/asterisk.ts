import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import { dialled } from '../../src/carriers/asterisk/placedCalls.ts';
import type { AsteriskSettings } from '../../src/carriers/settings.ts';
import { root } from '../../src/store/files.ts';
import { type AriState, ariRoutes, refuse, TRUNK } from './ari.ts';
import { type AriPhone, type Leg, type PhoneLine, phoneLine } from './ariPhone.ts';
import { onLoopback } from './onLoopback.ts';

export interface FakeAsterisk {
  /** With a command that speaks so that the fake can read it. */
  readonly settings: AsteriskSettings;
  /** A phone calls a number of ours. Both in E.164; `from` is empty if it is hidden. */
  dial(from: string, to: string): Promise<AriPhone>;
  /** Phones that were called, in order. */
  readonly called: AriPhone[];
  /** What becomes of the calls that it places; `busyAtOnce`: before it answers the request. */
  answers: 'yes' | 'busy' | 'busyAtOnce' | 'later';
  /** For how many milliseconds a sound is heard. */
  soundMs: number;
  /** It reaches no sound. */
  isDeaf: boolean;
  /** It has no `format_mp3`. */
  lacksMp3: boolean;
  /** It refuses to place calls. */
  isLocked: boolean;
  /** Asterisk's global variables. */
  readonly variables: ReadonlyMap<string, string>;
  /** How often a service began to listen; how often one looked who does. */
  readonly opened: number;
  readonly looked: number;
  /** The channels of each bridge. */
  readonly bridges: ReadonlyMap<string, readonly string[]>;
  /** What is recorded there, by its names. */
  readonly kept: ReadonlyMap<string, Buffer>;
  /** What it refused, such as `404 POST /ari/channels/…`; not what came for a call that had just ended. */
  readonly refused: string[];
  /** It tells something that it never would. */
  tells(text: string): void;
  /** It drops the application that listens, its connection open, as after a stall. */
  drop(): void;
  /** Events are lost: it cuts every connection. */
  cut(): void;
  stop(): Promise<void>;
}

const [USER, PASSWORD] = ['yisheng', 'pa+ss&'];
const SPOKEN = join(root, 'scripts/fakes/spoken.sh');

/** Asterisk, as far as its REST interface and the calls over one trunk go: it refuses what the real one refuses. */
export async function fakeAsterisk(): Promise<FakeAsterisk> {
  const lines = new Map<string, PhoneLine>();
  const stored = new Map<string, Buffer>();
  const variables = new Map<string, string>();
  const bridges = new Map<string, readonly string[]>();
  /** Calls of before. */
  const ended = new Set<string>();
  const called: AriPhone[] = [];
  const refused: string[] = [];
  const others = programs();
  let listening: { readonly app: string; readonly socket: WebSocket } | undefined;
  let [ids, opened, looked] = [0, 0, 0];
  const nextId = () => {
    ids += 1;
    return ids;
  };
  const tell = (type: string, fields: object) => {
    const event = { type, timestamp: new Date().toISOString(), asterisk_id: 'fake', application: listening?.app, ...fields };
    listening?.socket.send(JSON.stringify(event));
  };
  const made = (leg: Leg): PhoneLine => {
    const one = phoneLine(leg, {
      tell,
      stored,
      soundMs: (address) => (fake.isDeaf || (fake.lacksMp3 && address.endsWith('.mp3')) ? undefined : fake.soundMs),
      isMaking: () => programs() > others,
      gone: () => lines.delete(leg.id) && ended.add(leg.id),
    });
    lines.set(leg.id, one);
    return one;
  };

  const state: AriState = {
    ...{ lines, stored, bridges, variables, refused, ended, nextId, tell },
    how: () => fake,
    snoops: (id, on) => {
      const ear = made({ id, number: '', exten: '', args: ['leg'], isPlaced: false, to: '' });
      on.heardBy(ear);
      return ear;
    },
    place: (leg) => {
      const one = made(leg);
      called.push(one.phone);
      return one;
    },
    app: () => listening?.app,
    looks: () => {
      looked += 1;
    },
  };
  const app = express().disable('x-powered-by');
  app.use((request, response, next) => (isRight(request.get('authorization')) ? next() : refuse(state, response, 401, 'Authentication required')));
  app.use(ariRoutes(state));

  const { url, server, stop } = await onLoopback(app);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    const name = searchParams.get('app') ?? '';
    const status = !isRight(request.headers.authorization) ? '401 Unauthorized' : pathname !== '/ari/events' || name === '' ? '400 Bad Request' : '';
    if (status) return void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (events) => {
      tell('ApplicationReplaced', {});
      opened += 1;
      listening = { app: name, socket: events };
      events.on('close', () => {
        if (listening?.socket === events) listening = undefined;
      });
    });
  });
  const fake: FakeAsterisk = {
    settings: {
      ...{ url, user: USER, password: PASSWORD, trunk: TRUNK },
      ttsCommand: `sh ${SPOKEN}`,
    },
    called,
    answers: 'yes',
    soundMs: 0,
    isDeaf: false,
    lacksMp3: false,
    isLocked: false,
    variables,
    bridges,
    kept: stored,
    get opened() {
      return opened;
    },
    get looked() {
      return looked;
    },
    refused,
    dial: async (from, to) => {
      for (let tries = 0; !listening; tries += 1) {
        if (tries === 500) throw new Error('no service listens to the fake');
        await sleep(10);
      }
      const one = made({ id: `call-${nextId()}`, number: dialled(from), exten: dialled(to), args: ['in', to], isPlaced: false, to });
      one.comesIn();
      return one.phone;
    },
    tells: (text) => listening?.socket.send(text),
    drop: () => {
      listening = undefined;
    },
    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
    },
    stop: async () => {
      fake.cut();
      await stop();
    },
  };
  return fake;
}

/** Whether a request is our user's. */
function isRight(authorization: string | undefined): boolean {
  return authorization === `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
}

/** How many pieces of work other threads, which start the programs that speak, do for this process. */
function programs(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'MessagePort').length;
}

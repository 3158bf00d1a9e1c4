import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Response } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import { dialled } from '../../src/carriers/asterisk/carrier.ts';
import type { AsteriskSettings } from '../../src/carriers/asterisk/settings.ts';
import { type AriPhone, type Leg, type PhoneLine, phoneLine } from './ariPhone.ts';

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

const TRUNK = 'trunk';
const [USER, PASSWORD] = ['yisheng', 'pa+ss&'];
const HANGUP_REASONS = ['16', '17', '19'];
const SPOKEN = join(import.meta.dirname, 'spoken.sh');

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

  const app = express().disable('x-powered-by');
  const refuse = (response: Response, status: number, message: string) => {
    const { method, originalUrl } = response.req;
    const [path = ''] = originalUrl.split('?');
    if (!ended.has(path.split('/')[3] ?? '') && !(status === 404 && method === 'DELETE')) refused.push(`${status} ${method} ${path}`);
    response.status(status).json({ message });
  };
  const isRight = (authorization: string | undefined) => authorization === `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  app.use((request, response, next) => (isRight(request.get('authorization')) ? next() : refuse(response, 401, 'Authentication required')));
  const query = (response: Response, name: string): string => {
    const value = response.req.query[name];
    return typeof value === 'string' ? value : '';
  };
  app.get('/ari/channels', (_, response) => void response.json([...lines.values()].map((one) => one.resource())));
  app.post('/ari/channels', (_, response) => {
    const [, number = '', trunk] = /^PJSIP\/(\d+)@([\w-]+)$/.exec(query(response, 'endpoint')) ?? [];
    const id = query(response, 'channelId') || String(nextId());
    if (fake.isLocked) return void response.status(403).json({ message: 'Forbidden' });
    if (query(response, 'endpoint') === '') return refuse(response, 400, 'Endpoint must be specified');
    if (query(response, 'app') === '') return refuse(response, 400, 'Application or extension must be specified');
    if (lines.has(id)) return refuse(response, 409, 'Channel with given unique ID already exists');
    if (trunk !== TRUNK) return refuse(response, 500, 'Allocation failed');
    const one = made({ id, number: query(response, 'callerId'), exten: '', args: query(response, 'appArgs').split(','), isPlaced: true, to: number });
    called.push(one.phone);
    if (fake.answers === 'busyAtOnce') one.ended(17);
    response.json(one.resource());
    if (fake.answers === 'busy') one.ended(17);
    else if (fake.answers === 'yes') one.comesIn();
  });
  app.get('/ari/channels/:id', ({ params }, response) => {
    const one = lines.get(params.id);
    if (one) response.json(one.resource());
    else refuse(response, 404, 'Channel not found');
  });
  app.use('/ari/channels/:id', (request, response, next) => {
    const one = lines.get(request.params.id);
    if (!one) return refuse(response, 404, 'Channel not found');
    if (!one.isIn && request.method !== 'DELETE') return refuse(response, 409, 'Channel not in Stasis application');
    response.locals.line = one;
    next();
  });
  const on = (response: Response): PhoneLine => response.locals.line;
  app.post(['/ari/channels/:id/answer', '/ari/channels/:id/ring'], (request, response) => {
    if (request.path.endsWith('/answer')) on(response).answered();
    response.status(204).end();
  });
  app.post('/ari/channels/:id/play/:playback', ({ params }, response) => {
    const media = query(response, 'media');
    if (media === '') return refuse(response, 400, 'Media is required');
    on(response).plays(params.playback, media.split(','));
    response.status(201).json({ id: params.playback, media_uri: media, target_uri: `channel:${params.id}`, state: 'queued' });
  });
  app.post('/ari/channels/:id/record', ({ params }, response) => {
    const name = query(response, 'name');
    if (name === '') return refuse(response, 400, 'Recording name is required');
    if (query(response, 'format') !== 'wav') return refuse(response, 422, 'Format not supported');
    if (!['none', 'any', '*', '#'].includes(query(response, 'terminateOn'))) return refuse(response, 400, 'terminateOn invalid');
    if (stored.has(name)) return refuse(response, 409, 'Recording already exists');
    on(response).records(name, Number(query(response, 'maxDurationSeconds')));
    response.status(201).json({ name, format: 'wav', state: 'queued', target_uri: `channel:${params.id}` });
  });
  app.delete('/ari/channels/:id', (_, response) => {
    const reason = query(response, 'reason_code') || '16';
    if (!HANGUP_REASONS.includes(reason)) return refuse(response, 400, 'Invalid reason_code');
    response.status(204).end();
    on(response).ended(Number(reason));
  });
  app.delete('/ari/playbacks/:id', ({ params }, response) => {
    if ([...lines.values()].some((one) => one.stopsPlaying(params.id))) response.status(204).end();
    else refuse(response, 404, 'Playback not found');
  });
  app.post('/ari/recordings/live/:name/stop', ({ params }, response) => {
    if ([...lines.values()].some((one) => one.stopsRecording(params.name))) response.status(204).end();
    else refuse(response, 404, 'Recording not found');
  });
  app.get('/ari/recordings/stored/:name/file', ({ params }, response) => {
    const wav = stored.get(params.name);
    if (wav) response.type('audio/wav').end(wav);
    else refuse(response, 404, 'Recording not found');
  });
  app.delete('/ari/recordings/stored/:name', ({ params }, response) => {
    if (stored.delete(params.name)) response.status(204).end();
    else refuse(response, 404, 'Recording not found');
  });
  app.post('/ari/bridges', (_, response) => {
    const id = `bridge-${nextId()}`;
    bridges.set(id, []);
    response.json({ id, bridge_type: 'mixing', channels: [] });
  });
  app.post('/ari/bridges/:id/addChannel', ({ params }, response) => {
    const channels = query(response, 'channel').split(',');
    if (!bridges.has(params.id)) return refuse(response, 404, 'Bridge not found');
    if (channels.some((id) => !lines.get(id)?.isIn)) return refuse(response, 422, 'Channel not in Stasis application');
    bridges.set(params.id, channels);
    response.status(204).end();
  });
  app.delete('/ari/bridges/:id', ({ params }, response) => {
    if (bridges.delete(params.id)) response.status(204).end();
    else refuse(response, 404, 'Bridge not found');
  });
  app.get('/ari/asterisk/info', (_, response) => void response.json({ system: { version: '20.0.0', entity_id: 'fake' } }));
  app.get('/ari/endpoints/PJSIP/:resource', ({ params: { resource } }, response) => {
    if (resource !== TRUNK) return refuse(response, 404, 'Endpoint not found');
    response.json({ technology: 'PJSIP', resource, state: 'online', channel_ids: [] });
  });
  app.post('/ari/events/user/:name', ({ params }, response) => {
    if (listening?.app !== query(response, 'application')) return void response.status(404).json({ message: 'Application not found' });
    tell('ChannelUserevent', { eventname: params.name, userevent: {} });
    response.status(204).end();
  });
  app.get('/ari/asterisk/variable', (_, response) => {
    looked += 1;
    const value = variables.get(query(response, 'variable'));
    if (value === undefined) return refuse(response, 404, 'Variable Not Found');
    response.json({ value });
  });
  app.post('/ari/asterisk/variable', (_, response) => {
    if (query(response, 'variable') === '') return refuse(response, 400, 'Variable name is required');
    variables.set(query(response, 'variable'), query(response, 'value'));
    response.status(204).end();
  });
  app.use((_, response) => refuse(response, 404, 'Invalid URI'));

  const server = createServer(app).listen(0, '127.0.0.1');
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
  await once(server, 'listening');
  const address = server.address();
  const fake: FakeAsterisk = {
    settings: {
      ...{ url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, user: USER, password: PASSWORD, trunk: TRUNK },
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
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

/** How many pieces of work other threads, which start the programs that speak, do for this process. */
function programs(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'MessagePort').length;
}

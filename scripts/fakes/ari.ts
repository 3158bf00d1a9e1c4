import { type RequestHandler, type Response, Router } from 'express';
import type { Leg, PhoneLine } from './ariPhone.ts';

/** What the fake Asterisk keeps, and what its addresses need of it. */
export interface AriState {
  /** Its channels. */
  readonly lines: Map<string, PhoneLine>;
  /** Recordings, by their names. */
  readonly stored: Map<string, Buffer>;
  /** The channels of each bridge. */
  readonly bridges: Map<string, readonly string[]>;
  readonly variables: Map<string, string>;
  /** What it refused. */
  readonly refused: string[];
  /** Calls of before. */
  readonly ended: ReadonlySet<string>;
  /** What becomes of the calls that it places, and whether it refuses to place any. */
  readonly how: () => { readonly answers: 'yes' | 'busy' | 'busyAtOnce' | 'later'; readonly isLocked: boolean };
  readonly nextId: () => number;
  /** Lets a channel hear another one. */
  readonly snoops: (id: string, on: PhoneLine) => PhoneLine;
  /** Calls a phone. */
  readonly place: (leg: Leg) => PhoneLine;
  readonly tell: (type: string, fields: object) => void;
  /** The application that listens. */
  readonly app: () => string | undefined;
  /** A service looks who holds the line. */
  readonly looks: () => void;
}

export const TRUNK = 'trunk';
const HANGUP_REASONS = ['16', '17', '19'];

/** The addresses of Asterisk's REST interface. */
export function ariRoutes(state: AriState): RequestHandler[] {
  const none: RequestHandler = (_, response) => refuse(state, response, 404, 'Invalid URI');
  return [channels(state), sounds(state), bridges(state), variables(state), none];
}

function channels(state: AriState): Router {
  const { lines, stored } = state;
  const routes = Router();
  routes.get('/ari/channels', (_, response) => void response.json([...lines.values()].map((one) => one.resource())));
  routes.post('/ari/channels', (_, response) => {
    const [, number = '', trunk] = /^PJSIP\/(\d+)@([\w-]+)$/.exec(query(response, 'endpoint')) ?? [];
    const id = query(response, 'channelId') || String(state.nextId());
    if (state.how().isLocked) return void response.status(403).json({ message: 'Forbidden' });
    if (query(response, 'endpoint') === '') return refuse(state, response, 400, 'Endpoint must be specified');
    if (query(response, 'app') === '') return refuse(state, response, 400, 'Application or extension must be specified');
    if (lines.has(id)) return refuse(state, response, 409, 'Channel with given unique ID already exists');
    if (trunk !== TRUNK) return refuse(state, response, 500, 'Allocation failed');
    const one = state.place({
      id,
      number: query(response, 'callerId'),
      exten: '',
      args: query(response, 'appArgs').split(','),
      isPlaced: true,
      to: number,
    });
    if (state.how().answers === 'busyAtOnce') one.ended(17);
    response.json(one.resource());
    if (state.how().answers === 'busy') one.ended(17);
    else if (state.how().answers === 'yes') one.comesIn();
  });
  routes.get('/ari/channels/:id', ({ params }, response) => {
    const one = lines.get(params.id);
    if (one) response.json(one.resource());
    else refuse(state, response, 404, 'Channel not found');
  });
  routes.use('/ari/channels/:id', (request, response, next) => {
    const one = lines.get(request.params.id);
    if (!one) return refuse(state, response, 404, 'Channel not found');
    if (!one.isIn && request.method !== 'DELETE') return refuse(state, response, 409, 'Channel not in Stasis application');
    response.locals.line = one;
    next();
  });
  const on = (response: Response): PhoneLine => response.locals.line;
  routes.post(['/ari/channels/:id/answer', '/ari/channels/:id/ring'], (request, response) => {
    if (request.path.endsWith('/answer')) on(response).answered();
    response.status(204).end();
  });
  routes.post('/ari/channels/:id/play/:playback', ({ params }, response) => {
    const media = query(response, 'media');
    if (media === '') return refuse(state, response, 400, 'Media is required');
    on(response).plays(params.playback, media.split(','));
    response.status(201).json({ id: params.playback, media_uri: media, target_uri: `channel:${params.id}`, state: 'queued' });
  });
  routes.post('/ari/channels/:id/record', ({ params }, response) => {
    const name = query(response, 'name');
    if (name === '') return refuse(state, response, 400, 'Recording name is required');
    if (query(response, 'format') !== 'wav') return refuse(state, response, 422, 'Format not supported');
    if (!['none', 'any', '*', '#'].includes(query(response, 'terminateOn'))) return refuse(state, response, 400, 'terminateOn invalid');
    if (stored.has(name)) return refuse(state, response, 409, 'Recording already exists');
    on(response).records(name, Number(query(response, 'maxDurationSeconds')));
    response.status(201).json({ name, format: 'wav', state: 'queued', target_uri: `channel:${params.id}` });
  });
  routes.post('/ari/channels/:id/variable', (_, response) => {
    if (query(response, 'variable') === '') return refuse(state, response, 400, 'Variable name is required');
    response.status(204).end();
  });
  routes.post('/ari/channels/:id/snoop/:snoop', ({ params }, response) => {
    if (query(response, 'spy') === '' && query(response, 'whisper') === '')
      return refuse(state, response, 400, 'Direction for spying must be specified');
    if (query(response, 'app') === '') return refuse(state, response, 400, 'Cannot start snoop without app');
    const one = state.snoops(params.snoop, on(response));
    response.json(one.resource());
    one.comesIn();
  });
  routes.delete('/ari/channels/:id', (_, response) => {
    const reason = query(response, 'reason_code') || '16';
    if (!HANGUP_REASONS.includes(reason)) return refuse(state, response, 400, 'Invalid reason_code');
    response.status(204).end();
    on(response).ended(Number(reason));
  });
  return routes;
}

/** What plays and what is recorded. */
function sounds(state: AriState): Router {
  const { lines, stored } = state;
  const routes = Router();
  routes.delete('/ari/playbacks/:id', ({ params }, response) => {
    if ([...lines.values()].some((one) => one.stopsPlaying(params.id))) response.status(204).end();
    else refuse(state, response, 404, 'Playback not found');
  });
  routes.post('/ari/recordings/live/:name/stop', ({ params }, response) => {
    if ([...lines.values()].some((one) => one.stopsRecording(params.name))) response.status(204).end();
    else refuse(state, response, 404, 'Recording not found');
  });
  routes.delete('/ari/recordings/live/:name', ({ params }, response) => {
    if ([...lines.values()].some((one) => one.stopsRecording(params.name))) {
      stored.delete(params.name);
      response.status(204).end();
    } else refuse(state, response, 404, 'Recording not found');
  });
  routes.get('/ari/recordings/stored', (_, response) => void response.json([...stored.keys()].map((name) => ({ name, format: 'wav' }))));
  routes.get('/ari/recordings/stored/:name/file', ({ params }, response) => {
    const wav = stored.get(params.name);
    if (wav) response.type('audio/wav').end(wav);
    else refuse(state, response, 404, 'Recording not found');
  });
  routes.delete('/ari/recordings/stored/:name', ({ params }, response) => {
    if (stored.delete(params.name)) response.status(204).end();
    else refuse(state, response, 404, 'Recording not found');
  });
  return routes;
}

function bridges(state: AriState): Router {
  const { lines, bridges } = state;
  const routes = Router();
  routes.post('/ari/bridges', (_, response) => {
    const id = `bridge-${state.nextId()}`;
    bridges.set(id, []);
    response.json({ id, bridge_type: 'mixing', channels: [] });
  });
  routes.post('/ari/bridges/:id/addChannel', ({ params }, response) => {
    const channels = query(response, 'channel').split(',');
    if (!bridges.has(params.id)) return refuse(state, response, 404, 'Bridge not found');
    if (channels.some((id) => !lines.get(id)?.isIn)) return refuse(state, response, 422, 'Channel not in Stasis application');
    bridges.set(params.id, channels);
    response.status(204).end();
  });
  routes.delete('/ari/bridges/:id', ({ params }, response) => {
    if (bridges.delete(params.id)) response.status(204).end();
    else refuse(state, response, 404, 'Bridge not found');
  });
  return routes;
}

/** What is asked of Asterisk itself. */
function variables(state: AriState): Router {
  const { variables } = state;
  const routes = Router();
  routes.get('/ari/asterisk/info', (_, response) => void response.json({ system: { version: '20.0.0', entity_id: 'fake' } }));
  routes.get('/ari/endpoints/PJSIP/:resource', ({ params: { resource } }, response) => {
    if (resource !== TRUNK) return refuse(state, response, 404, 'Endpoint not found');
    response.json({ technology: 'PJSIP', resource, state: 'online', channel_ids: [] });
  });
  routes.post('/ari/events/user/:name', ({ params }, response) => {
    if (state.app() !== query(response, 'application')) return void response.status(404).json({ message: 'Application not found' });
    state.tell('ChannelUserevent', { eventname: params.name, userevent: {} });
    response.status(204).end();
  });
  routes.get('/ari/asterisk/variable', (_, response) => {
    state.looks();
    const value = variables.get(query(response, 'variable'));
    if (value === undefined) return refuse(state, response, 404, 'Variable Not Found');
    response.json({ value });
  });
  routes.post('/ari/asterisk/variable', (_, response) => {
    if (query(response, 'variable') === '') return refuse(state, response, 400, 'Variable name is required');
    variables.set(query(response, 'variable'), query(response, 'value'));
    response.status(204).end();
  });
  return routes;
}

/** Answers as Asterisk refuses, and notes it, but for what came for a call that had just ended. */
export function refuse({ refused, ended }: Pick<AriState, 'refused' | 'ended'>, response: Response, status: number, message: string): void {
  const { method, originalUrl } = response.req;
  const [path = ''] = originalUrl.split('?');
  if (!ended.has(path.split('/')[3] ?? '') && !(status === 404 && method === 'DELETE')) refused.push(`${status} ${method} ${path}`);
  response.status(status).json({ message });
}

function query(response: Response, name: string): string {
  const value = response.req.query[name];
  return typeof value === 'string' ? value : '';
}

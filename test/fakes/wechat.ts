import { randomBytes, randomInt } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { onLoopback } from '../../scripts/fakes/onLoopback.ts';
import { MOST_BYTES, type WechatPosts, wechatPosts } from './wechatPosts.ts';
import { wechatWindow } from './wechatWindow.ts';
import { wrongInTemplate } from './wrongInTemplate.ts';
import { wrongInWechatMenu } from './wrongInWechatMenu.ts';

/** A message that the account sent by itself and that WeChat took. */
export type SentByApi =
  | { readonly kind: 'text'; readonly openid: string; readonly text: string }
  | {
      readonly kind: 'menu';
      readonly openid: string;
      readonly head: string;
      readonly items: readonly { id: string; content: string }[];
      readonly tail: string;
    }
  | { readonly kind: 'template'; readonly openid: string; readonly template: string; readonly values: readonly string[]; readonly msgid: number };

/** The answer to a call instead of its result: an errcode; or `drop`, which takes the message, then cuts the connection. */
export type Mishap = number | 'hang' | 'fail' | 'drop';

/** The rights of an account besides receiving and answering. */
export type Privilege = 'customerService' | 'template' | 'qr' | 'menu';

export interface FakeWechat extends WechatPosts {
  readonly appId: string;
  readonly appSecret: string;
  readonly token: string;
  readonly aesKey: string;
  /** `gh_…`. */
  readonly account: string;
  /** For `WECHAT_API_URL`. */
  readonly apiUrl: string;
  /** In the order in which they were taken. */
  readonly sent: SentByApi[];
  /** Every call but those for a token, by path. */
  readonly calls: string[];
  /** How often a token was asked for. */
  readonly tokensAsked: () => number;
  readonly privileges: Set<Privilege>;
  readonly templates: Map<string, string>;
  readonly media: Map<string, Buffer>;
  readonly followers: Set<string>;
  readonly menu: () => unknown;
  /** A test account: no `msgmenu`. */
  isTestAccount: boolean;
  /** Added to the clock, in milliseconds. */
  later: number;
  /** The answers to the next calls instead of their results, one each; `always` is for every call. */
  meet(...mishaps: Mishap[]): void;
  always(mishap: Mishap | undefined): void;
  /** The token that is in use is no longer good, as when another process forced a new one. */
  invalidate(): void;
  stop(): Promise<void>;
}

/** The answer to a call; empty for `ok`. */
type Taken = Readonly<Record<string, unknown>>;

const TOKEN_SECONDS = 7_200;
const OVERLAP_MS = 5 * 60_000;
const FORCE_APART_MS = 30_000;
const MOST_FORCED = 20;
const OPENID = /^[\w-]{6,64}$/;

const tokenBody = z.strictObject({
  grant_type: z.literal('client_credential'),
  appid: z.string(),
  secret: z.string(),
  force_refresh: z.boolean().optional(),
});
const customBody = z.union([
  z.strictObject({ touser: z.string(), msgtype: z.literal('text'), text: z.strictObject({ content: z.string().min(1) }) }),
  z.strictObject({
    touser: z.string(),
    msgtype: z.literal('msgmenu'),
    msgmenu: z.strictObject({
      head_content: z.string(),
      list: z.array(z.strictObject({ id: z.string().regex(/^\d+$/), content: z.string().min(1) })).min(1),
      tail_content: z.string(),
    }),
  }),
]);
const templateBody = z.strictObject({
  touser: z.string(),
  template_id: z.string(),
  url: z.string().optional(),
  client_msg_id: z.string().max(32).optional(),
  data: z.record(z.string(), z.strictObject({ value: z.string() })),
});
const action_info = z.strictObject({ scene: z.strictObject({ scene_str: z.string().min(1).max(64) }) });
const qrBody = z.union([
  z.strictObject({ action_name: z.literal('QR_LIMIT_STR_SCENE'), action_info }),
  z.strictObject({ action_name: z.literal('QR_STR_SCENE'), expire_seconds: z.number().int().min(1).max(2_592_000), action_info }),
]);

/**
 * WeChat, as far as an official account goes, on a loopback port of its own: its API on one side, refusing what WeChat refuses with
 * WeChat's codes (https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html); encrypted posts on the other.
 */
export async function fakeWechat(): Promise<FakeWechat> {
  const [appId, appSecret] = [`wx${hex(8)}`, hex(16)];
  const keys = { token: hex(8), aesKey: randomBytes(48).toString('base64').replace(/[+/]/g, 'x').slice(0, 43), account: `gh_${hex(6)}` };
  const mishaps: Mishap[] = [];
  const tokens = new Map<string, number>();
  const templatesSent = new Map<string, number>();
  const forced: number[] = [];
  let always: Mishap | undefined;
  let current = '';
  let asked = 0;
  let menu: unknown;
  const now = () => Date.now() + fake.later;
  const window = wechatWindow(() => now());
  const followers = new Set<string>();

  const app = express().disable('x-powered-by');
  app.use(express.text({ type: () => true, limit: '1mb' }));
  app.post('/cgi-bin/stable_token', mishap, (request, response) => respond(response, giveToken(request)));
  app.use('/cgi-bin', mishap, authenticated);
  app.post('/cgi-bin/message/custom/send', allowed('customerService'), (request, response) => respond(response, custom(request)));
  app.post('/cgi-bin/message/template/send', allowed('template'), (request, response) => respond(response, template(request)));
  app.get('/cgi-bin/template/get_all_private_template', allowed('template'), (_, response) =>
    respond(response, { template_list: [...fake.templates].map(([template_id, content]) => ({ template_id, title: '通知', content })) }),
  );
  app.get('/cgi-bin/customservice/getkflist', allowed('customerService'), (_, response) => respond(response, { kf_list: [] }));
  app.post('/cgi-bin/menu/create', allowed('menu'), (request, response) => respond(response, createMenu(request)));
  app.get('/cgi-bin/menu/get', allowed('menu'), (_, response) => respond(response, menu === undefined ? { errcode: 46003 } : { menu }));
  app.post('/cgi-bin/qrcode/create', allowed('qr'), (request, response) => respond(response, qr(request)));
  app.get('/cgi-bin/getcallbackip', (_, response) => respond(response, { ip_list: ['101.226.62.77', '101.226.62.78'] }));
  app.get('/cgi-bin/get_api_domain_ip', (_, response) => respond(response, { ip_list: ['101.226.62.77'] }));
  app.get('/cgi-bin/media/get', (request, response) => {
    const bytes = fake.media.get(String(request.query.media_id));
    if (bytes) response.type('audio/amr').attachment('voice.amr').send(bytes);
    else respond(response, { errcode: 40007 });
  });
  app.use((_, response) => respond(response, { errcode: 40066 }));
  const { url, stop } = await onLoopback(app);

  const fake: FakeWechat = {
    appId,
    appSecret,
    ...keys,
    apiUrl: url,
    sent: [],
    calls: [],
    tokensAsked: () => asked,
    privileges: new Set(['customerService', 'template', 'qr', 'menu']),
    templates: new Map(),
    media: new Map(),
    followers,
    menu: () => menu,
    isTestAccount: false,
    later: 0,
    meet: (...next) => void mishaps.push(...next),
    always: (next) => {
      always = next;
    },
    invalidate: () => void tokens.delete(current),
    ...wechatPosts({ appId, ...keys }, { followers, window, now }),
    stop,
  };
  return fake;

  function mishap(...[request, response, next]: Parameters<RequestHandler>): void {
    const met = mishaps.shift() ?? always;
    if (met === undefined) next();
    else if (met === 'fail') response.status(503).type('html').send('<html><body>upstream connect error</body></html>');
    else if (met === 'drop') {
      if (request.originalUrl.startsWith('/cgi-bin/message/custom/send')) custom(request);
      request.socket.destroy();
    } else if (met !== 'hang') respond(response, { errcode: met });
  }

  function giveToken(request: Request): Taken {
    asked += 1;
    const body = tokenBody.safeParse(read(request)).data;
    if (!body) return { errcode: 41002 };
    if (body.appid !== appId) return { errcode: 40013 };
    if (body.secret !== appSecret) return { errcode: 40125 };
    if (body.force_refresh) {
      const lately = forced.filter((at) => at > now() - 24 * 60 * 60_000);
      if (lately.length >= MOST_FORCED || lately.some((at) => at > now() - FORCE_APART_MS)) return { errcode: 45009 };
      forced.push(now());
      tokens.clear();
    }
    const until = tokens.get(current);
    if (until === undefined || now() > until - OVERLAP_MS || body.force_refresh) {
      current = `${hex(60)}_${asked}`;
      tokens.set(current, now() + TOKEN_SECONDS * 1_000);
    }
    return { access_token: current, expires_in: Math.floor(((tokens.get(current) ?? 0) - now()) / 1_000) };
  }

  function authenticated(...[request, response, next]: Parameters<RequestHandler>): void {
    const until = tokens.get(String(request.query.access_token ?? ''));
    if (request.query.access_token === undefined) respond(response, { errcode: 41001 });
    else if (until === undefined) respond(response, { errcode: 40001 });
    else if (now() > until) respond(response, { errcode: 42001 });
    else {
      fake.calls.push(request.originalUrl.replace(/\?.*/, ''));
      next();
    }
  }

  function allowed(privilege: Privilege): RequestHandler {
    return (_, response, next) => (fake.privileges.has(privilege) ? next() : respond(response, { errcode: 48001 }));
  }

  function custom(request: Request): Taken {
    if (/\\u[0-9a-f]{4}/i.test(String(request.body))) return { errcode: 40033 };
    const body = customBody.safeParse(read(request)).data;
    if (!body) return { errcode: 47001 };
    const { touser: openid } = body;
    if (!OPENID.test(openid)) return { errcode: 40003 };
    if (body.msgtype === 'msgmenu' && fake.isTestAccount) return { errcode: 40200 };
    const said =
      body.msgtype === 'text'
        ? body.text.content
        : [body.msgmenu.head_content, ...body.msgmenu.list.map(({ content }) => content), body.msgmenu.tail_content].join('\n');
    if (Buffer.byteLength(said) > MOST_BYTES) return { errcode: 45002 };
    const refused = fake.followers.has(openid) ? window.take(openid) : 45015;
    if (refused) return { errcode: refused };
    if (body.msgtype === 'text') fake.sent.push({ kind: 'text', openid, text: said });
    else fake.sent.push({ kind: 'menu', openid, head: body.msgmenu.head_content, items: body.msgmenu.list, tail: body.msgmenu.tail_content });
    return {};
  }

  function template(request: Request): Taken {
    const body = templateBody.safeParse(read(request)).data;
    if (!body) return { errcode: 47001 };
    const { touser: openid, template_id: id, client_msg_id: mark, data } = body;
    const content = fake.templates.get(id);
    if (!OPENID.test(openid)) return { errcode: 40003 };
    if (content === undefined) return { errcode: 40037 };
    if (!fake.followers.has(openid)) return { errcode: 43004 };
    const wrong = wrongInTemplate(content, data);
    if (wrong) return { errcode: wrong };
    const before = mark && templatesSent.get(`${openid}|${mark}`);
    if (before) return { msgid: before };
    const msgid = randomInt(1e9, 1e12);
    if (mark) templatesSent.set(`${openid}|${mark}`, msgid);
    fake.sent.push({ kind: 'template', openid, template: id, values: Object.values(data).map(({ value }) => value), msgid });
    return { msgid };
  }

  function createMenu(request: Request): Taken {
    const body = read(request);
    const errcode = wrongInWechatMenu(body);
    if (errcode) return { errcode };
    menu = body;
    return {};
  }

  function qr(request: Request): Taken {
    const scene = qrBody.safeParse(read(request)).data?.action_info.scene.scene_str;
    if (scene === undefined) return { errcode: 47001 };
    return { ticket: hex(40), url: `http://weixin.qq.com/q/${Buffer.from(scene).toString('base64url')}` };
  }
}

function read(request: Request): unknown {
  try {
    return JSON.parse(String(request.body));
  } catch {
    return undefined; // 47001
  }
}

function respond(response: Response, answer: Readonly<Record<string, unknown>>): void {
  const { errcode = 0, ...rest } = answer;
  const isBare = errcode !== 0 || Object.keys(rest).length === 0;
  response.json({ ...(isBare && { errcode, errmsg: errcode === 0 ? 'ok' : `refused rid: ${hex(8)}` }), ...rest });
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

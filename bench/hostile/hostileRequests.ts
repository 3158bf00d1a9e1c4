import { createHmac } from 'node:crypto';
import { signature } from '../../src/carriers/wechat/puppet/src/cipher.ts';
import { type Chance, chance } from './chance.ts';

/** The keys that the service trusts, for requests that are signed but still wrong. */
export interface Keys {
  readonly publicUrl: string;
  readonly authToken: string;
  readonly wechatToken: string;
  /** Stands in the addresses of the doors of carriers that sign nothing. */
  readonly pathSecret: string;
}

/** Settings with which the service has these doors; nothing is sent to anybody. */
export function unsignedCarriers(secret: string): Readonly<Record<string, string>> {
  const nowhere = 'http://127.0.0.1:9';
  return {
    ...{ KANNEL_URL: nowhere, KANNEL_USER: 'x', KANNEL_PASSWORD: 'x', KANNEL_SECRET: secret },
    ...{ MAS_URL: nowhere, MAS_EC_NAME: 'x', MAS_AP_ID: 'x', MAS_SECRET_KEY: 'x', MAS_SIGN: 'x', MAS_SECRET: secret },
    ...{ ALIYUN_ACCESS_KEY_ID: 'x', ALIYUN_ACCESS_KEY_SECRET: 'x', ALIYUN_SIGN_NAME: '议声', ALIYUN_SECRET: secret, ALIYUN_API_URL: nowhere },
  };
}

export interface Hostile {
  readonly bytes: Buffer;
  /** `waits` for an answer; `ends` its side if none comes; `resets` the connection at once. */
  readonly then: 'waits' | 'ends' | 'resets';
}

const CARRIERS = ['/twilio/sms', '/twilio/voice', '/twilio/voice/text', '/twilio/voice/person', '/twilio/status', '/wechat'];
const UNSIGNED = ['kannel', 'mas', 'aliyun'].flatMap((name) => [`/${name}/SECRET/sms`, `/${name}/SECRET/status`]);
const PATHS = [
  ...CARRIERS,
  ...UNSIGNED,
  ...[
    '/',
    '/c/demo',
    '/c/__proto__',
    '/c/demo/feed.atom',
    '/assets/page.css',
    `/audio/${'a'.repeat(64)}-${'a'.repeat(16)}.mp3`,
    '/healthz',
    '/readyz',
    '/metrics',
  ],
  ...['/api/communities', '/api/cycles/current', '/api/cycles/x/proposals', '/api/cycles/x/ballot', '/api/cycles/x/ledger'],
  ...['/api/cycles/constructor/results', '/api/cycles/x/ballots', '/api/receipts/1234567890', '/api/nothing', '/console'],
  ...[
    '/console/sign-in',
    '/console/sign-in/digits',
    '/console/sign-in/passkey',
    '/console/sign-in/passkey/offer',
    '/console/link/x',
    '/console/sign-out',
  ],
  ...['/console/demo', '/console/demo/people/import', '/console/demo/publication/demo-1/1/pictures', '/console/demo/proposals/many'],
  ...['/console/demo/kiosk', '/console/demo/kiosk/card', '/console/demo/kiosk/cast', '/console/__proto__/kiosk', '/console/%00/kiosk/open'],
  ...['/simulator', '/simulator/events', '/simulator/sms', '/simulator/call', '/simulator/chat', '/simulator/clock', '/simulator/browser/../../x'],
];
const HOSTS = ['1.2.3.4.5', '[::1', '[::g]', 'a b', '%', '', '..', 'x:99999', 'x:port', '@', 'xn--', '\u00ff', 'localhost', '127.0.0.1'];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', 'M-SEARCH', 'X'];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.1x', 'http/1.1', '', 'HTTP/9999999999'];
const VALUES = [
  '',
  '0',
  '-1',
  '%',
  '%ff',
  '%00',
  '%zz',
  '%ED%A0%80',
  '[]',
  '{}',
  '$ne',
  '__proto__',
  '\u00ff',
  '..%2f',
  '9'.repeat(400),
  "';--",
  '<script>',
];
const NAMES = ['From', 'To', 'Body', 'MessageSid', 'CallSid', 'Digits', 'MessageStatus', 'CallStatus', 'NumMedia', 'Direction', 'AnsweredBy'];
const KEYS = ['after', 'before', 'community', 'cycle', 'lang', 'find', 'turn', 'ref', 'text', 'message', 'language', 'echostr', 'bodySHA256', 'a[b]'];

/** Requests that no carrier and no browser sends, without end; the same seed gives the same requests. */
export function* hostileRequests(seed: number, keys: Keys): Generator<Hostile, never> {
  const luck = chance(seed);
  for (;;) {
    const then = luck.percent(1) ? 'waits' : luck.percent(5) ? 'resets' : 'ends';
    if (luck.percent(4)) yield { bytes: luck.bytes(1 + luck.below(600)), then };
    else if (luck.percent(20)) yield { bytes: signed(luck, keys), then };
    else if (luck.percent(5)) yield { bytes: Buffer.concat(Array.from({ length: 1 + luck.below(30) }, () => request(luck))), then };
    else if (luck.percent(6)) yield { bytes: cut(luck, request(luck)), then };
    else yield { bytes: request(luck), then };
  }
}

function request(luck: Chance): Buffer {
  const content = luck.percent(60) ? body(luck) : Buffer.alloc(0);
  const first = `${luck.one(METHODS)} ${target(luck)} ${luck.one(VERSIONS)}`;
  return message(first, [...(luck.percent(90) ? [`Host: ${luck.one(HOSTS)}`] : []), ...headers(luck, content.length)], content);
}

function message(first: string, lines: readonly string[], content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

function target(luck: Chance): string {
  const path = luck.one(PATHS);
  const odd = [
    `http://${luck.one(HOSTS)}${path}`,
    `//${luck.one(HOSTS)}${path}`,
    `https://${luck.one(HOSTS)}`,
    path.slice(1),
    `${path}%`,
    `${path}/%E0%A4%A`,
  ];
  const odder = [
    '*',
    '',
    '?',
    '#',
    '/\\',
    '/..',
    `/${'a/'.repeat(2_000)}`,
    `/c/${'%41'.repeat(3_000)}`,
    'javascript:x',
    `${path}\u0000`,
    `/${'x'.repeat(20_000)}`,
  ];
  const plain = luck.percent(50) ? path : luck.percent(80) ? luck.one(odd) : luck.one(odder);
  return luck.percent(40) ? `${plain}?${query(luck)}` : plain;
}

function query(luck: Chance): string {
  return Array.from({ length: 1 + luck.below(luck.percent(5) ? 2_000 : 6) }, () => `${luck.one(KEYS)}=${luck.one(VALUES)}`).join('&');
}

function headers(luck: Chance, length: number): string[] {
  const said = [length, length, length, length, 0, length + 10, -1, 1e12, '1,2', 'x', ''];
  const lengths = luck.percent(85)
    ? [`Content-Length: ${luck.one(said)}`]
    : [`Transfer-Encoding: ${luck.one(['chunked', 'gzip', 'chunked, chunked', 'x'])}`];
  const one = () =>
    luck.one([
      `X-Twilio-Signature: ${luck.one(['', 'x', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', '='.repeat(5_000)])}`,
      `Content-Type: ${luck.one(['application/x-www-form-urlencoded', 'application/json', 'text/xml', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=x', ';;;', ''])}`,
      `Content-Encoding: ${luck.one(['gzip', 'br', 'x'])}`,
      `Expect: ${luck.one(['100-continue', 'x'])}`,
      `Upgrade: ${luck.one(['websocket', 'h2c'])}\r\nConnection: Upgrade`,
      `Accept-Language: ${'zh;q=0.1,'.repeat(luck.below(900))}`,
      `Accept: ${'*/*;q=x,'.repeat(luck.below(900))}`,
      `If-None-Match: ${'"x",'.repeat(luck.below(2_000))}`,
      `Range: bytes=${luck.one(['0-', '-1', '9-1', '0-0,1-1'])}`,
      `Cookie: ${luck.one(['staff', 'kiosk', 'signing', 'passkey', 'lang'])}=${luck.one(['', 'x', '%zz', 'demo.x', 'demo.', '.', '__proto__.x', 'x'.repeat(54), 'x'.repeat(8_000)])}`,
      `Sec-Fetch-Site: ${luck.one(['same-origin', 'none', 'x'])}`,
      `Origin: ${luck.one(['null', 'http://[', 'x'])}`,
      `Authorization: ${luck.one(['Bearer', 'Basic !', 'x'])}`,
      ...['Host: again', 'no colon', ' folded: x', 'x\u0000y: z', ': nameless', 'Connection: close', 'Connection: keep-alive', 'Trailer: x', 'TE: x'],
      `X-Long: ${'x'.repeat(luck.one([10, 9_000, 20_000]))}`,
      Array.from({ length: luck.one([3, 100, 3_000]) }, (_, index) => `x${index}: y`).join('\r\n'),
    ]);
  return [...lengths, ...Array.from({ length: luck.below(4) }, one)];
}

function body(luck: Chance): Buffer {
  const fields = () => Array.from({ length: 1 + luck.below(8) }, () => `${luck.one(NAMES)}=${luck.one(VALUES)}`).join('&');
  return Buffer.from(
    luck.one([
      fields,
      fields,
      () => 'a=&'.repeat(16_000),
      () => '%'.repeat(2_000),
      () => '['.repeat(30_000),
      () => `{"id":${'{"a":'.repeat(3_000)}`,
      () => `{"do":"press","call":"${'0'.repeat(32)}","keys":"#"}`,
      () => '<xml>'.repeat(10_000),
      () => '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>',
      () => `<xml><Encrypt>${'A'.repeat(luck.below(60_000))}</Encrypt></xml>`,
      () => `<xml>${' '.repeat(60_000)}`,
      () => 'x'.repeat(64 * 1024 + luck.below(9)),
      () => `--x\r\n${'content-disposition: form-data; name="file"; filename="a'.repeat(1 + luck.below(900))}`,
      () => '--x\r\n'.repeat(1 + luck.below(9_000)),
      () => `${'['.repeat(9_000)}{"phone_number":1e999,"mobile":{},"content":[]}`,
      () => '[{"phone_number":"13800000001","content":"\u0000","dest_code":null},null,1,[]]',
      () => '5\r\nhello\r\nffffffffffffffffff\r\n',
    ])(),
  );
}

/** Signed as the carriers sign, but with contents that they never send. */
function signed(luck: Chance, { publicUrl, authToken, wechatToken, pathSecret }: Keys): Buffer {
  if (luck.percent(25)) {
    const content = body(luck);
    const type = luck.one(['application/x-www-form-urlencoded', 'application/json', 'text/xml', '']);
    const lines = ['Host: x', `Content-Type: ${type}`, `Content-Length: ${content.length}`];
    return message(`${luck.one(['GET', 'POST', 'POST'])} ${luck.one(UNSIGNED).replace('SECRET', pathSecret)} HTTP/1.1`, lines, content);
  }
  if (luck.percent(25)) {
    const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), String(luck.below(1e9))];
    const content = body(luck);
    const mode = luck.one(['aes', 'raw', 'x', '']);
    const encrypted = /<Encrypt>(\w*)</.exec(content.toString())?.[1];
    const query = `signature=${signature(wechatToken, timestamp, nonce)}&msg_signature=${signature(wechatToken, timestamp, nonce, encrypted)}&timestamp=${timestamp}&nonce=${nonce}&encrypt_type=${mode}`;
    return message(`${luck.one(['GET', 'POST'])} /wechat?${query} HTTP/1.1`, ['Host: x', `Content-Length: ${content.length}`], content);
  }
  const path = `${luck.one(CARRIERS)}${luck.percent(60) ? `?${query(luck)}` : ''}`;
  const fields = new Map(
    NAMES.filter(() => luck.percent(70)).map((name) => [name, luck.one([...VALUES, '+8613800000001', '+862880000001', '投 3 7', '\ud83d\u0000'])]),
  );
  const form = new URLSearchParams([...fields]).toString();
  const read = [...new URLSearchParams(form)].sort(([one], [other]) => (one < other ? -1 : 1));
  const mac = createHmac('sha1', authToken)
    .update(`${publicUrl}${path}${read.map(([name, value]) => name + value).join('')}`)
    .digest('base64');
  const lines = ['Host: x', 'Content-Type: application/x-www-form-urlencoded', `X-Twilio-Signature: ${mac}`, `Content-Length: ${form.length}`];
  return message(`POST ${path} HTTP/1.1`, lines, Buffer.from(form));
}

function cut(luck: Chance, whole: Buffer): Buffer {
  return whole.subarray(0, 1 + luck.below(whole.length));
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import express from 'express';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { signedForm } from '../../../src/carriers/twilio/carrier.ts';

const authToken = 'a token of ours';
const publicUrl = 'https://yisheng.example/behind';
const FORM = 'application/x-www-form-urlencoded';

describe('signedForm', () => {
  let server: Server;
  let port: number;
  const letThrough: unknown[] = [];

  before(async () => {
    const app = express();
    app.post('/twilio/sms', signedForm({ authToken, publicUrl }), (_, response) => {
      letThrough.push({ ...response.locals.form });
      response.end('through');
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());
  beforeEach(() => letThrough.splice(0));

  const signature = (fields: Record<string, unknown>, path = '/twilio/sms') => getExpectedTwilioSignature(authToken, publicUrl + path, fields);

  async function post(
    body: string | Buffer,
    signed: string | undefined,
    { path = '/twilio/sms', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
  ) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': FORM, ...(signed ? { 'x-twilio-signature': signed } : {}), ...headers },
    });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
  }

  it('lets through what Twilio signed, query and Chinese and empty fields included', async () => {
    const fields = { From: '+8613800000001', Body: '投 3+7 & 5% “路灯”💡', FromCity: '' };
    const path = '/twilio/sms?turn=1&x=%E6%8A%95';
    expect(await post(new URLSearchParams(fields).toString(), signature(fields, path), { path })).to.include({ status: 200, text: 'through' });
    expect(letThrough).to.deep.equal([fields]);
  });

  it('refuses everything else with 403, empty', async () => {
    const fields = { From: '+8613800000001', Body: '投 3 7' };
    const body = new URLSearchParams(fields).toString();
    const right = signature(fields);
    const forged: [string, ReturnType<typeof post>][] = [
      ['unsigned', post(body, undefined)],
      ['an empty signature', post(body, '')],
      ['another token', post(body, getExpectedTwilioSignature('another', `${publicUrl}/twilio/sms`, fields))],
      ['another address', post(body, getExpectedTwilioSignature(authToken, 'https://elsewhere.example/twilio/sms', fields))],
      ['a query that was added', post(body, right, { path: '/twilio/sms?x=1' })],
      ['one byte changed', post(body.replace('7', '8'), right)],
      ['a field added', post(`${body}&Extra=1`, right)],
      ['a field doubled', post(`${body}&Body=8`, right)],
      ['cut short', post(body.slice(0, -1), right)],
      ['a longer signature', post(body, `${right}=`)],
      ['malformed as well', post(`${body}%FF`, right)],
      ['compressed', post(gzipSync(body), right, { headers: { 'content-encoding': 'gzip' } })],
    ];
    for (const [what, answer] of forged) expect(await answer, what).to.deep.include({ status: 403, text: '' });
    expect(letThrough).to.deep.equal([]);
  });

  it('refuses a signed but malformed form with 400 and one line', async () => {
    const signed = { From: '+86138' };
    const malformed: [string, ReturnType<typeof post>][] = [
      ['repeated', post('Body=a&Body=b', signature({ Body: ['a', 'b'] }))],
      ['repeated, the same', post('Body=a&Body=a', signature({ Body: ['a'] }))],
      ['wrong UTF-8', post('Body=%FF', signature({ Body: '\ufffd' }))],
      ['wrong UTF-8, bare', post(Buffer.from('Body=\xff', 'latin1'), signature({ Body: '\ufffd' }))],
      ['a wrong escape', post('Body=%zz', signature({ Body: '%zz' }))],
      ['half a surrogate', post('Body=%ED%A0%80', signature({ Body: '\ufffd\ufffd\ufffd' }))],
      ['nameless', post('=x', signature({ '': 'x' }))],
      [
        'too many fields',
        post(
          Array.from({ length: 201 }, (_, i) => `f${i}=`).join('&'),
          signature(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`f${i}`, '']))),
        ),
      ],
      ['JSON', post('From=%2B86138', signature(signed), { headers: { 'content-type': 'application/json' } })],
      ['another charset', post('From=%2B86138', signature(signed), { headers: { 'content-type': `${FORM}; charset=gbk` } })],
      ['said to be compressed', post('From=%2B86138', signature(signed), { headers: { 'content-encoding': 'gzip' } })],
    ];
    for (const [what, answer] of malformed) {
      const { status, text, type } = await answer;
      expect(status, what).to.equal(400);
      expect(text, what).to.match(/^[^<\n]+\n$/);
      expect(type, what).to.match(/^text\/plain/);
    }
    expect(letThrough).to.deep.equal([]);
  });

  it('does not even read a form with far more fields than a carrier sends: to sort and sign them is work that anybody could order', async () => {
    const fields = Object.fromEntries(Array.from({ length: 16_000 }, (_, i) => [i.toString(36), '']));
    expect(await post(new URLSearchParams(fields).toString().replaceAll('=', ''), signature(fields))).to.deep.include({ status: 403, text: '' });
    expect(letThrough).to.deep.equal([]);
  });

  it('refuses a body over 64 KiB before it looks at the signature, and goes on', async () => {
    const fields = { Body: 'x'.repeat(64 * 1024 - 'Body='.length) };
    expect((await post(`Body=${fields.Body}`, signature(fields))).status).to.equal(200);
    expect((await post(`Body=${fields.Body}x`, undefined)).status).to.equal(413);
    expect((await post(`Body=${'x'.repeat(3_000_000)}`, 'forged')).status).to.equal(413);
    expect(letThrough).to.have.length(1);
  });

  it('counts a body that does not say its length, and takes a small one', async () => {
    const chunked = (size: number) => {
      const fields = { Body: 'x'.repeat(size) };
      return fetch(`http://127.0.0.1:${port}/twilio/sms`, {
        method: 'POST',
        body: new Blob([`Body=${fields.Body}`]).stream(),
        duplex: 'half',
        headers: { 'content-type': FORM, 'x-twilio-signature': signature(fields) },
      } as RequestInit).then(({ status }) => status);
    };
    expect(await chunked(10)).to.equal(200);
    expect(await chunked(70_000)).to.equal(413);
  });

  it('takes an upload that is cut off for nothing', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /twilio/sms HTTP/1.1\r\nhost: x\r\ncontent-type: ${FORM}\r\ncontent-length: 100\r\n\r\nBody=`);
    await once(socket, 'connect');
    socket.destroy();
    expect((await post('Body=1', signature({ Body: '1' }))).status).to.equal(200);
    expect(letThrough).to.deep.equal([{ Body: '1' }]);
  });

  it('takes the default port said or left out, as Twilio signs both', async () => {
    expect((await post('Body=1', signature({ Body: '1' }))).status).to.equal(200);
    const signedWithPort = getExpectedTwilioSignature(authToken, 'https://yisheng.example:443/behind/twilio/sms', { Body: '1' });
    expect((await post('Body=1', signedWithPort)).status).to.equal(200);
  });
});

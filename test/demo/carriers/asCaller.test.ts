import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import express from 'express';
import twilio from 'twilio';
import { call } from '../../../src/demo/carriers/asCaller.ts';
import type { Caller } from '../../../src/demo/carriers/followTwiml.ts';
import { wrongInVoiceTwiml } from '../../fakes/wrongInVoiceTwiml.ts';
import { codeOf } from '../../support/codeOf.ts';

const TOKEN = 'a token';
const PUBLIC_URL = 'https://line.example';
const KEPT = ['CallStatus', 'Digits', 'FinishedOnKey', 'AnsweredBy', 'DialCallStatus', 'RecordingUrl', 'RecordingDuration', 'Direction'];

/** The acts of a caller, against a line whose documents are given by path. Every form has to be signed. */
describe('asCaller', () => {
  let documents: Record<string, string> = {};
  let posted: [path: string, fields: Record<string, string>][] = [];
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.get('/audio/menu.mp3', (_, response) => void response.type('audio/mpeg').send(Buffer.from('ID3')));
  app.post('/{*path}', (request, response) => {
    const signature = request.get('x-twilio-signature') ?? '';
    if (!twilio.validateRequest(TOKEN, signature, PUBLIC_URL + request.originalUrl, request.body)) return void response.status(403).end();
    posted.push([request.originalUrl, Object.fromEntries(KEPT.flatMap((name) => (name in request.body ? [[name, request.body[name]]] : [])))]);
    const inner = documents[request.originalUrl];
    if (request.path === '/twilio/status') response.status(204).end();
    else if (inner === undefined) response.status(404).end();
    else response.type('text/xml').send(`<?xml version="1.0"?><Response>${inner}</Response>`);
  });
  const server = createServer(app);
  let url = '';

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  after(() => server.close());

  function dial(given: Record<string, string>, caller: Partial<Caller> = {}) {
    documents = given;
    posted = [];
    const check = (twiml: string) => {
      const wrong = wrongInVoiceTwiml(twiml);
      if (wrong) throw new Error(wrong);
    };
    return call({ url, publicUrl: PUBLIC_URL, authToken: TOKEN, check }, { from: '+8613800000001', to: '+862880000001', ...caller });
  }
  const paths = () => posted.map(([path]) => path);
  const sent = (path: string) => posted.findLast(([asked]) => asked === path)?.[1] ?? {};

  const MENU = '<Gather numDigits="1" action="/twilio/voice/2"><Say>投票，按1。</Say><Pause length="2"/><Say>找人，按0。</Say></Gather>';

  it('hears what is said until the line waits, and sends one key with it', async () => {
    const phone = await dial({ '/twilio/voice': `<Say>青松社区。</Say>${MENU}`, '/twilio/voice/2': '<Say>好。</Say>' });
    expect((await phone.hear()).map(({ text }) => text)).to.deep.equal(['青松社区。', '投票，按1。', '找人，按0。']);
    expect(phone).to.include({ waitsFor: 'keys', seconds: 5 });
    await phone.press('1');
    expect(await phone.hear()).to.deep.equal([{ text: '好。', seconds: 0.25 }]);
    expect(sent('/twilio/voice')).to.deep.equal({ CallStatus: 'ringing', Direction: 'inbound' });
    expect(sent('/twilio/voice/2')).to.include({ Digits: '1', CallStatus: 'in-progress' });
    expect(sent('/twilio/status')).to.include({ CallStatus: 'completed' });
    expect(phone).to.include({ waitsFor: 'nothing', status: 'completed', seconds: 1 + 1 + 2 + 1 + 1 + 0.25 });
  });

  it('interrupts with a key: what comes after it is not heard', async () => {
    const phone = await dial({ '/twilio/voice': MENU, '/twilio/voice/2': '' });
    await phone.press('1', 0.5);
    expect(await phone.hear()).to.deep.equal([{ text: '投票，按1。', seconds: 0.5 }]);
    expect(phone.seconds).to.equal(1.5);
  });

  it('ends an entry with #, at its length, or as no key follows', async () => {
    const entry = '<Gather action="/twilio/voice/2"/>';
    const card = '<Gather numDigits="9" action="/twilio/voice/3" finishOnKey=""/>';
    const phone = await dial({ '/twilio/voice': entry, '/twilio/voice/2': card, '/twilio/voice/3': entry });
    await phone.press('12#');
    expect(sent('/twilio/voice/2')).to.include({ Digits: '12', FinishedOnKey: '#' });
    await phone.press('2046817#');
    expect(sent('/twilio/voice/3')).to.include({ Digits: '2046817#', FinishedOnKey: '' });
    await phone.press('5');
    expect(sent('/twilio/voice/2')).to.include({ Digits: '5', FinishedOnKey: '' });
  });

  it('what is pressed beyond an entry’s end meets the next one', async () => {
    const phone = await dial({
      '/twilio/voice': MENU,
      '/twilio/voice/2': '<Gather action="/twilio/voice/3"><Say>号码</Say></Gather>',
      '/twilio/voice/3': '',
    });
    await phone.press('13#');
    expect((await phone.hear()).map(({ text }) => text)).to.deep.equal(['投票，按1。', '找人，按0。']);
    expect(sent('/twilio/voice/3')).to.include({ Digits: '3', FinishedOnKey: '#' });
  });

  it('on silence and on # alone goes on in the document, unless the line wants to know', async () => {
    const quiet = '<Gather action="/twilio/voice/2"/><Redirect>/twilio/voice/3</Redirect>';
    const asked = '<Gather action="/twilio/voice/2" actionOnEmptyResult="true"/><Redirect>/twilio/voice/3</Redirect>';
    const phone = await dial({ '/twilio/voice': quiet, '/twilio/voice/3': asked, '/twilio/voice/2': asked });
    await phone.silence();
    expect(paths()).to.deep.equal(['/twilio/voice', '/twilio/voice/3']);
    await phone.silence();
    expect(sent('/twilio/voice/2')).to.include({ Digits: '', FinishedOnKey: '' });
    await phone.press('#');
    expect(sent('/twilio/voice/2')).to.include({ Digits: '', FinishedOnKey: '#' });
    expect(phone.seconds).to.equal(11);
  });

  it('records, and hands over what was said also where the caller hangs up', async () => {
    const record = '<Record action="/twilio/voice/2" maxLength="60" finishOnKey="#"/><Say>没听见。</Say>';
    const spoken = { url: 'https://carrier.example/RE1', seconds: 90 };
    const phone = await dial({ '/twilio/voice': record, '/twilio/voice/2': record });
    expect(phone.waitsFor).to.equal('recording');
    await phone.speak({ ...spoken, seconds: 7 });
    expect(sent('/twilio/voice/2')).to.include({ RecordingUrl: spoken.url, RecordingDuration: '7', Digits: '#' });
    await phone.speak(spoken);
    expect(sent('/twilio/voice/2')).to.include({ RecordingDuration: '60', Digits: '' });
    await phone.hangUp({ ...spoken, seconds: 3 });
    expect(sent('/twilio/voice/2')).to.include({ RecordingDuration: '3', Digits: 'hangup', CallStatus: 'completed' });
    const silent = await dial({ '/twilio/voice': record });
    await silent.silence();
    expect(await silent.hear()).to.deep.equal([{ text: '没听见。', seconds: 0.75 }]);
    expect(paths()).to.deep.equal(['/twilio/voice', '/twilio/status']);
  });

  it('is connected, rejected, and hung up on', async () => {
    const dialling = '<Dial action="/twilio/voice/2" timeout="15">+862880000003</Dial>';
    const unanswered = await dial({ '/twilio/voice': dialling, '/twilio/voice/2': '<Hangup/>' });
    expect(sent('/twilio/voice/2')).to.include({ DialCallStatus: 'no-answer' });
    expect(unanswered.connectedTo).to.deep.equal(['+862880000003']);
    await dial({ '/twilio/voice': dialling, '/twilio/voice/2': '<Hangup/>' }, { dialled: 'completed' });
    expect(sent('/twilio/voice/2')).to.include({ DialCallStatus: 'completed' });
    expect((await dial({ '/twilio/voice': '<Reject reason="busy"/>' })).status).to.equal('busy');
    expect((await dial({ '/twilio/voice': '<Reject/>' })).status).to.equal('no-answer');
  });

  it('after a hang-up everything is lost', async () => {
    const phone = await dial({ '/twilio/voice': MENU });
    await phone.hangUp();
    await phone.hangUp();
    await phone.press('1');
    await phone.silence();
    await phone.speak({ url: 'https://carrier.example/RE1', seconds: 7 });
    expect(paths()).to.deep.equal(['/twilio/voice', '/twilio/status']);
  });

  it('answers a call that the service placed', async () => {
    const placed = {
      url: `${PUBLIC_URL}/twilio/voice/placed`,
      statusCallback: `${PUBLIC_URL}/twilio/status?ref=1`,
      answeredBy: 'machine_start',
    } as const;
    const phone = await dial({ '/twilio/voice/placed': '<Hangup/>' }, { placed });
    expect(sent('/twilio/voice/placed')).to.deep.equal({ CallStatus: 'in-progress', AnsweredBy: 'machine_start', Direction: 'outbound-api' });
    expect(sent('/twilio/status?ref=1')).to.include({ CallStatus: 'completed' });
    expect(phone.status).to.equal('completed');
  });

  it('speaks slower, breathes, and fetches what is played', async () => {
    const said = '<Say voice="Polly.Zhiyu"><prosody rate="50%">投票，按1。</prosody><break time="500ms"/></Say><Play>/audio/menu.mp3</Play>';
    const phone = await dial({ '/twilio/voice': said });
    expect(await phone.hear()).to.deep.equal([
      { text: '投票，按1。', seconds: 2.5 },
      { text: '♪ /audio/menu.mp3', seconds: 0 },
    ]);
  });

  for (const [what, inner, code] of [
    ['a document that is not there', '<Redirect>/nowhere</Redirect>', 'not-delivered'],
    ['an address of somebody else', '<Redirect>https://elsewhere.example/</Redirect>', 'wrong-twiml'],
    ['documents that lead to each other', '<Redirect>/twilio/voice</Redirect>', 'wrong-twiml'],
    ['audio that is none', '<Play>/twilio/voice</Play>', 'wrong-twiml'],
  ] as const) {
    it(`does not take ${what}`, async () => {
      expect(await codeOf(dial({ '/twilio/voice': inner }))).to.equal(code);
    });
  }
});

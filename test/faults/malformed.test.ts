import { connect } from 'node:net';
import { expect } from 'chai';
import { hostileRequests, unsignedCarriers } from '../../bench/hostile/hostileRequests.ts';
import { throwAt } from '../../bench/hostile/throwAt.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { operator } from '../../src/fund/people/index.ts';
import { useDatabase } from '../support/database.ts';
import { SECRET } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess, TOKEN } from '../support/serviceProcess.ts';

const MANY = 3_000;
const WECHAT_TOKEN = 'atokenofthetests';
const PATH_SECRET = 'p'.repeat(32);

describe('malformed and hostile requests', () => {
  const { world, uri } = useDatabase(import.meta.filename);
  let service: ServiceProcess & { readonly port: number };

  before(async () => {
    await importCommunity(world, 'src/demo/community', operator('Li'));
    service = await serviceProcess({
      MONGODB_URI: uri(),
      SECRET,
      WECHAT_APP_ID: 'wx1',
      WECHAT_APP_SECRET: 'secret',
      WECHAT_TOKEN,
      WECHAT_AES_KEY: 'a'.repeat(43),
      WECHAT_API_URL: 'http://127.0.0.1:9',
      ...unsignedCarriers(PATH_SECRET),
    });
  });
  after(() => service?.stop());

  /** The first line of what comes back to these bytes. */
  const said = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(service.port, '127.0.0.1', () => socket.write(bytes));
      let got = '';
      socket.on('data', (chunk) => {
        got += chunk;
        if (!got.includes('\r\n')) return;
        socket.destroy();
        resolve(got.slice(0, got.indexOf('\r\n')));
      });
      socket.on('error', reject).on('close', () => resolve(got));
    });

  it('answers a target in absolute form with 400, at every door', async () => {
    const sent = ['GET', 'POST', 'CONNECT'].flatMap((method) =>
      ['/wechat', '/twilio/sms', '/twilio/voice', '/', '/api/communities', '/metrics'].flatMap((path) =>
        ['1.2.3.4.5', '[::', 'localhost'].map(
          (host) => `${method} http://${host}${path} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: x\r\nContent-Length: 0\r\n\r\n`,
        ),
      ),
    );
    for (const bytes of sent) expect(await said(bytes), bytes).to.equal('HTTP/1.1 400 Bad Request');
    expect(await said('POST //1.2.3.4.5/twilio/sms HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: x\r\nContent-Length: 0\r\n\r\n')).to.match(/ 40[34] /);
  });

  it(`answers or closes each of ${MANY}, those that do not come to their end too, tells nothing of itself, and takes a turn afterwards`, async () => {
    const requests = hostileRequests(20_261_126, { publicUrl: service.url, authToken: TOKEN, wechatToken: WECHAT_TOKEN, pathSecret: PATH_SECRET });
    const [{ statuses, left, wrong }, ...dribbled] = await Promise.all([
      throwAt(service.port, requests, MANY, 150),
      said('POST /twilio/sms HTTP/1.1\r\nHost: x\r\nX-Dribble: '),
      said('POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBody='),
    ]);
    expect(dribbled).to.deep.equal(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout']);
    expect(left.map(String)).to.deep.equal([]);
    expect(wrong.map(({ sent, got }) => `${sent}\n${got}`)).to.deep.equal([]);
    expect([...statuses.keys()]).to.include.members([200, 400, 403, 404, 413, 431]);
    expect(await service.text({ from: '+8613800000001', to: '+862880000001', body: '帮助' })).to.be.a('string');
  });
});

import { join } from 'node:path';
import { expect } from 'chai';
import { config } from '../../src/app/config.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { useFolders } from '../support/folder.ts';

const TWILIO = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a token of somebody', TWILIO_PHONE_NUMBER: '+862880000001' };
const SECRET = Buffer.alloc(32, 'k').toString('base64');
const carrier = { ...TWILIO, TWILIO_AUTH_TOKEN: '0123456789abcdef' };

/** The names of the settings that are reported as wrong; none if all are right. */
function wrong(env: Record<string, string>): string[] {
  try {
    config(env);
    return [];
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'bad-settings') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0] ?? '');
  }
}

describe('config', () => {
  const folder = useFolders();

  it('needs nothing', () => {
    expect(config({})).to.deep.include({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      dataDir: '.data',
      logLevel: 'info',
      demo: undefined,
      twilio: undefined,
    });
    expect(config({ PORT: ' ', SECRET: '', TWILIO_ACCOUNT_SID: '' })).to.deep.equal(config({}));
  });

  it('takes what is right', () => {
    const read = config({
      ...carrier,
      PORT: '8080',
      PUBLIC_URL: 'https://vote.example.cn/',
      DEMO: 'off',
      MONGODB_URI: 'mongodb://db/yisheng?replicaSet=rs0',
      SECRET,
    });
    expect(read).to.deep.include({
      port: 8080,
      publicUrl: 'https://vote.example.cn',
      demo: 'off',
      mongodbUri: 'mongodb://db/yisheng?replicaSet=rs0',
      secret: Buffer.alloc(32, 'k'),
    });
    expect(read.twilio).to.deep.include({ phoneNumber: '+862880000001' });
    expect(config({ ...carrier, TWILIO_ACCOUNT_SID: 'ACtest123' }).twilio?.accountSid).to.equal('ACtest123');
    const bytes = Buffer.alloc(32, '\xff');
    for (const SECRET of [bytes.toString('base64'), bytes.toString('base64url')]) expect(config({ SECRET }).secret).to.deep.equal(bytes);
    expect(config({ PORT: '8080' }).publicUrl).to.equal('http://localhost:8080');
  });

  it('takes each secret from a file, too', () => {
    const place = folder({
      secret: `${SECRET}\n`,
      uri: 'mongodb://yisheng:word@db/yisheng?replicaSet=rs0',
      token: `${carrier.TWILIO_AUTH_TOKEN}\n`,
      empty: '\n',
    });
    const at = (name: string) => join(place, name);
    const { TWILIO_AUTH_TOKEN: _, ...others } = carrier;
    const filed = { SECRET_FILE: at('secret'), BACKUP_KEY_FILE: at('secret'), MONGODB_URI_FILE: at('uri'), TWILIO_AUTH_TOKEN_FILE: at('token') };
    const read = config({ ...others, ...filed });
    const bytes = Buffer.alloc(32, 'k');
    expect(read).to.deep.include({ secret: bytes, backupKey: bytes, mongodbUri: 'mongodb://yisheng:word@db/yisheng?replicaSet=rs0' });
    expect(read.twilio?.authToken).to.equal(carrier.TWILIO_AUTH_TOKEN);
    expect(wrong({ SECRET, SECRET_FILE: at('secret') }), 'said twice').to.deep.equal(['SECRET_FILE']);
    expect(wrong({ BACKUP_KEY_FILE: at('empty'), TO_SECRET_FILE: at('none') })).to.deep.equal(['TO_SECRET_FILE', 'BACKUP_KEY_FILE']);
  });

  const cases: [string, Record<string, string>, string[]][] = [
    ['half of Twilio', { TWILIO_ACCOUNT_SID: carrier.TWILIO_ACCOUNT_SID }, ['TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER']],
    ['half of WeChat', { WECHAT_APP_ID: 'wx1', WECHAT_TOKEN: 'token' }, ['WECHAT_APP_SECRET', 'WECHAT_AES_KEY']],
    ['a demo with a carrier', { ...carrier, DEMO: 'on' }, ['DEMO']],
    ['a demo on a database that is given', { MONGODB_URI: 'mongodb://db/?replicaSet=rs0', SECRET, DEMO: 'on' }, ['DEMO']],
    ['another word than on and off', { DEMO: 'yes' }, ['DEMO']],
    ['no port', { PORT: 'http' }, ['PORT']],
    ['too large a port', { PORT: '65536' }, ['PORT']],
    ['a database without a secret', { MONGODB_URI: 'mongodb://db/?replicaSet=rs0' }, ['SECRET']],
    ['no database address', { MONGODB_URI: 'db:27017', SECRET }, ['MONGODB_URI']],
    ['a short secret', { SECRET: Buffer.alloc(31, 'k').toString('base64') }, ['SECRET']],
    ['a secret that is a sentence', { SECRET: 'a secret that has thirty-two characters, and more' }, ['SECRET']],
    ['a secret in hexadecimal that is too short', { SECRET: '0123456789abcdef0123456789abcdef' }, ['SECRET']],
    ['an account of somebody else', { ...carrier, TWILIO_ACCOUNT_SID: 'SK0123' }, ['TWILIO_ACCOUNT_SID']],
    ['no such level', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL']],
    ['no address', { PUBLIC_URL: 'vote.example.cn' }, ['PUBLIC_URL']],
    ['an address of another kind', { TWILIO_API_URL: 'ftp://api.example.com', ...carrier }, ['TWILIO_API_URL']],
    ['a number without its country', { ...carrier, TWILIO_PHONE_NUMBER: '02880000001' }, ['TWILIO_PHONE_NUMBER']],
    ...['0.0.0.0/0', '127.0.0.1, ::/0', '0.0.0.0/1,128.0.0.0/1', '::ffff:0.0.0.0/96'].map(
      (TRUST_PROXY): [string, Record<string, string>, string[]] => [`everybody as a proxy: ${TRUST_PROXY}`, { TRUST_PROXY }, ['TRUST_PROXY']],
    ),
    [
      'a key of the wrong length',
      { WECHAT_APP_ID: 'wx1', WECHAT_APP_SECRET: 's', WECHAT_TOKEN: 'token', WECHAT_AES_KEY: 'short' },
      ['WECHAT_AES_KEY'],
    ],
  ];
  for (const [what, env, names] of cases) it(`refuses ${what}`, () => expect(wrong(env)).to.deep.equal(names));

  it('tells all that is wrong at once, by name, and shows no value', () => {
    const env = {
      ...TWILIO,
      PORT: 'port-value',
      SECRET: 'secret!',
      MONGODB_URI: 'uri-value',
      LOG_LEVEL: 'level-value',
      PUBLIC_URL: 'url-value',
      DEMO: 'demo-value',
      WECHAT_TOKEN: 'token-value',
      METRICS_TOKEN: 'metrics value',
      LEDGER_MEMORY: 'ledger-value',
    };
    expect(wrong(env)).to.have.members([
      'PORT',
      'SECRET',
      'MONGODB_URI',
      'LOG_LEVEL',
      'PUBLIC_URL',
      'DEMO',
      'WECHAT_TOKEN',
      'METRICS_TOKEN',
      'LEDGER_MEMORY',
      'TWILIO_AUTH_TOKEN',
      'WECHAT_APP_ID',
      'WECHAT_APP_SECRET',
      'WECHAT_AES_KEY',
    ]);
    expect(() => config(env))
      .to.throw(CodedError)
      .and.satisfy((error: Error) => Object.values(env).every((value) => !error.message.includes(value)));
  });
});

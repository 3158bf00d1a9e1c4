import { expect } from 'chai';
import { safe, seconds, textXml } from '../../../src/carriers/wechat/puppet/test/account.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { everything } from '../../channels/everything.ts';
import type { FakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';

/** `FUZZ=10000` for as many as the figures in the closing notes. */
const POSTS = Number(process.env.FUZZ ?? 400);
const SEED = 20_261_125;
const AT_ONCE = 16;

interface Post {
  readonly query: Record<string, string>;
  readonly body: string;
}

describe('the door of WeChat, fuzzed', function () {
  this.timeout(20_000 + POSTS * 20);
  const { world } = useDatabase('wechatfuzz');
  const random = mulberry(SEED);
  let service: TestService;
  let wechat: FakeWechat;

  before(async () => {
    service = await startService(world, undefined, { withWechat: true });
    if (!service.wechat) throw new Error('the service has no WeChat');
    wechat = service.wechat;
    const fuzzed = onRoster(world, { _id: 'fuzzed', community: service.community._id, rosterId: 'fuzzed', linkedContacts: ['wechat|o6_fuzzed'] });
    await Resident.insertMany([fuzzed]);
  });
  after(() => service.stop());

  const vote = () => textXml('投 3 7', { openid: 'o6_fuzzed', id: String(1e15 + Math.floor(random() * 1e15)) });
  const encryptedPost = (xml: string | Buffer, over: Parameters<typeof safe>[1] = {}) => {
    const { appId, token, aesKey } = wechat;
    return safe(xml, { appId, token, aesKey, ...over });
  };

  const post = ({ query, body }: Post) => wechat.post(query, body);

  async function posted(posts: readonly Post[]): Promise<Map<number, number>> {
    const statuses = new Map<number, number>();
    for (let from = 0; from < posts.length; from += AT_ONCE) {
      const answers = await Promise.all(posts.slice(from, from + AT_ONCE).map(post));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    return statuses;
  }

  it(`takes none of ${POSTS} posts in which something signed or encrypted was changed, and stays well`, async () => {
    const before = await everything();
    const statuses = await posted(Array.from({ length: POSTS }, () => changed(encryptedPost(vote()))));
    if (process.env.FUZZ) console.log(statuses);
    expect([...statuses.keys()].every((status) => status === 403)).to.equal(true, JSON.stringify([...statuses]));
    expect(await everything()).to.deep.equal(before);
  });

  it('answers what is signed, whatever it is, with 200 or 400', async () => {
    const statuses = await posted(Array.from({ length: POSTS / 4 }, () => encryptedPost(spoilt(Buffer.from(vote())))));
    if (process.env.FUZZ) console.log(statuses);
    expect([...statuses.keys()].every((status) => status === 200 || status === 400)).to.equal(true, JSON.stringify([...statuses]));
    const { entries = 0 } = await everything();
    expect((await post(encryptedPost(vote()))).status).to.equal(200);
    expect((await everything()).entries).to.equal(entries + 1);
  });

  /** One of the ways in which a person without the keys might change a post, or make one of their own. */
  function changed(right: Post): Post {
    const other = encryptedPost(vote());
    const encrypted = /\[CDATA\[([\w+/=]{40,})\]\]/.exec(right.body)?.[1] ?? '';
    const withEncrypted = (text: string) => ({ ...right, body: right.body.replace(encrypted, () => text) });
    const withQuery = (name: string, value: string) => ({ ...right, query: { ...right.query, [name]: value } });
    const bytes = Buffer.from(encrypted, 'base64');
    const ways: (() => Post)[] = [
      () =>
        withEncrypted(
          spoilt(Buffer.from(encrypted))
            .toString('latin1')
            .replace(/[^\w+/=]/g, 'A'),
        ),
      () => withEncrypted(flipped(bytes).toString('base64')),
      () => withEncrypted(bytes.subarray(0, Math.floor(random() * bytes.length)).toString('base64')),
      () => withEncrypted(Buffer.concat([bytes, bytes.subarray(0, 32)]).toString('base64')),
      () => withEncrypted(Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]).toString('base64')),
      () => withEncrypted(`${encrypted}=`),
      () => withEncrypted(''),
      () => ({ ...right, body: other.body }),
      () => ({ query: other.query, body: right.body }),
      () => ({ ...right, body: right.body.replace(/<Encrypt>.*<\/Encrypt>/, '$&$&') }),
      () => ({ ...right, body: right.body.replace(/<Encrypt>.*<\/Encrypt>/, `<Encrypt><![CDATA[${encrypted}]]>${encrypted}</Encrypt>`) }),
      () => ({ ...right, body: right.body.replace(encrypted, () => `${encrypted.slice(0, 20)}]]><![CDATA[${encrypted.slice(20)}`) }),
      () => withQuery('msg_signature', digits(right.query.msg_signature ?? '')),
      () => withQuery('msg_signature', ''),
      () => withQuery('msg_signature', right.query.signature ?? ''),
      () => withQuery('signature', digits(right.query.signature ?? '')),
      () => withQuery('timestamp', String(Number(right.query.timestamp) + 1 + Math.floor(random() * 1_000))),
      () => withQuery('timestamp', 'NaN'),
      () => withQuery('nonce', digits(right.query.nonce ?? '')),
      () => withQuery('encrypt_type', 'raw'),
      () => ({ query: right.query, body: vote() }),
      () => ({ query: { ...right.query, encrypt_type: 'raw' }, body: vote() }),
      () => encryptedPost(vote(), { token: 'another' }),
      () => encryptedPost(vote(), { aesKey: '0'.repeat(43) }),
      () => encryptedPost(vote(), { appId: 'wx0000000000000000' }),
      () => encryptedPost(vote(), { timestamp: String(seconds() - 301 - Math.floor(random() * 1e6)) }),
    ];
    const made = (ways[Math.floor(random() * ways.length)] ?? (() => right))();
    return JSON.stringify(made) === JSON.stringify(right) ? changed(right) : made;
  }

  function digits(text: string): string {
    const at = Math.floor(random() * text.length);
    return `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
  }

  function flipped(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    const at = Math.floor(random() * copy.length);
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    return copy;
  }

  /** A few bytes changed, left out or put in. */
  function spoilt(bytes: Buffer): Buffer {
    let made = bytes;
    for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
      const at = Math.floor(random() * made.length);
      const gone = Math.floor(random() * 4);
      const put = Buffer.from(Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 256)));
      made = Buffer.concat([made.subarray(0, at), put, made.subarray(at + gone)]);
    }
    return made;
  }
});

/** A small random generator that can be seeded. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

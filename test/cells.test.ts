import { createHash } from 'node:crypto';
import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { useDatabase } from './support/database.ts';
import { startService, type TestService } from './support/service.ts';

const OTHERS = 200;
/** This test's own look at all of them, to see that it is noticed. */
const CONTROL = 'of all communities';
/** What looks at many communities, and why: by collection, and a field that only this look asks for. */
const SCANS: readonly (readonly [collection: string, field: string])[] = [
  ['cycles', '"frozen":{"$exists":false}'], // which votes are to be held back: a tick (holdVotes)
  ['cycles', '"pseudonymKey":{"$exists":true}'], // whose key is to be destroyed: a tick (destroyPseudonymKeys)
  ['outbox', '"reason":"leaseLost"'], // what a sender that died had begun to send: a tick (recoverLeases)
  ['inquiries', CONTROL],
];

describe('what is asked for one community', () => {
  const { world } = useDatabase('cells');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  it('touches documents of no other, in a turn, on a page, in the API', async () => {
    await play('一');
    await multiply(service.community._id);
    const db = mongoose.connection.db;
    await db?.createCollection('system.profile', { capped: true, size: 64 * 1024 * 1024 });
    await db?.command({ profile: 2 });
    await play('二');
    await read();
    await db?.collection('inquiries').find({ kind: 'question' }, { comment: CONTROL }).toArray();
    await db?.command({ profile: 0 });
    const profile = db?.collection('system.profile').find({ op: { $in: ['query', 'update', 'remove', 'command', 'getmore'] } });
    const wide = ((await profile?.toArray()) ?? []).filter(
      ({ docsExamined = 0, keysExamined = 0 }) => docsExamined >= OTHERS || keysExamined >= OTHERS,
    );
    const asked = wide.map(
      ({ ns, op, command, docsExamined, keysExamined }) => `${ns.split('.')[1]} ${op} ${docsExamined} ${keysExamined} ${JSON.stringify(command)}`,
    );
    expect(asked.some((one) => one.includes(CONTROL))).to.equal(true);
    expect(asked.filter((one) => !SCANS.some(([name, field]) => one.startsWith(`${name} `) && one.includes(field)))).to.deep.equal([]);
  });

  async function play(word: string): Promise<void> {
    const { twilio, community } = service;
    const say = (from: string, body: string) => twilio.deliver({ from, to: community.phone, body });
    for (const body of [
      '投 3 7',
      '查票',
      '项目',
      '进度 1',
      `提议 修路灯${word}`,
      `问 几点来水${word}`,
      '支持 1',
      '订阅',
      '乌鸦坐飞机轮子圆',
      '人工',
      '删除',
      '菜单',
    ])
      await say('+8613800000001', body);
    for (const body of ['登记 王小明 3栋', '投 3 204681725', '加入 482107717']) await say(word === '一' ? '+8613900000099' : '+8613900000098', body);
    await twilio.dial({ from: '+8613800000008', to: community.callback ?? '' });
    const call = await twilio.dial({ from: '+8613800000010', to: community.phone });
    for (const keys of ['1', '1', '3#', '#']) await call.press(keys);
    await call.hangUp();
  }

  async function read(): Promise<void> {
    const { url, community } = service;
    const slug = community._id;
    const pages = ['', '/proposals', '/poster', '/log', '/meetings', '/hall', '/feed.atom', '/report', '/works/3'].map((page) => `/c/${slug}${page}`);
    const ofCycle = ['proposals', 'ballot', 'works', 'account', 'ledger', 'results', 'ballots'].map((each) => `/api/cycles/qingsong-demo/${each}`);
    const api = [`/api/cycles/current?community=${slug}`, ...ofCycle];
    for (const path of [...pages, ...api]) expect((await fetch(url + path)).status, path).to.be.below(500);
  }

  /** So many communities more, each with a copy of everything that this one has, under other ids. */
  async function multiply(slug: string): Promise<void> {
    const { db } = mongoose.connection;
    const names = ((await db?.listCollections({}, { nameOnly: true }).toArray()) ?? []).map(({ name }) => name);
    for (const name of names.filter((name) => !['serviceState', 'system.profile', 'runs', 'democlock'].includes(name))) {
      const own = (await db?.collection(name).find({}).toArray()) ?? [];
      const copies = Array.from({ length: OTHERS }, (_, n) => own.map((document) => copied(document, slug, n))).flat();
      if (copies.length > 0) await db?.collection<mongo.Document>(name).insertMany(copies);
    }
  }
});

function copied(document: mongo.Document, slug: string, n: number): mongo.Document {
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [field, other(value, slug, n)]));
}

function other(value: unknown, slug: string, n: number): unknown {
  if (typeof value === 'string') return otherText(value, slug, n);
  if (Array.isArray(value)) return value.map((each) => other(each, slug, n));
  if (value instanceof mongoose.mongo.ObjectId) return new mongoose.mongo.ObjectId();
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return copied(value, slug, n);
}

/** Ids and numbers become others; what is the same text everywhere stays. */
function otherText(text: string, slug: string, n: number): string {
  const hash = (of: string) => createHash('sha256').update(`${of} ${n}`).digest('base64url');
  return text
    .replaceAll(slug, `other${n}`)
    .replaceAll(/[\w-]{43}|[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{12}/g, hash)
    .replaceAll(/\+\d{8,15}/g, (number) => `+86${String(10_000_000_000 + n * 1_000 + Number(number.slice(-3)))}`)
    .replaceAll(/^\d{10}$/g, () => hash(text).slice(0, 10));
}

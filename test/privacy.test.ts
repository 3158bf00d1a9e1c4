import { Entry } from '../src/fund/ballots/index.ts';
import { Cycle } from '../src/fund/cycles/index.ts';
import { readResidents } from '../src/fund/files/index.ts';
import { answerInquiry } from '../src/fund/inquiries/index.ts';
import { forgetCodes, operator, Resident, residentId } from '../src/fund/people/index.ts';
import { staffPhones } from '../src/fund/staff/index.ts';
import '../src/demo/clock.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose, { mongo, type Schema } from 'mongoose';
import { forgetRecent } from '../src/dialog/conversation.ts';
import { Miss } from '../src/fund/misses/miss.ts';
import { forgetCallBacks } from '../src/outreach/callBacks.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { forgetMessages } from '../src/outreach/outbox/forgetMessages.ts';
import { Message } from '../src/outreach/outbox/message.ts';
import { collection } from '../src/store/collection.ts';
import { encryptedFields } from '../src/store/encryptedFields.ts';
import { root } from '../src/store/files.ts';
import { ENCRYPTION_PURPOSES, HMAC_PURPOSES, type Vault } from '../src/store/vault.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import { account } from './channels/wechat/channel.ts';
import { useDatabase } from './support/database.ts';
import { decrypted } from './support/decrypted.ts';
import { startService, type TestService } from './support/service.ts';

const PAGE = readFileSync(join(root, 'docs/privacy.md'), 'utf8');
const NOT_IN_SCHEMAS = ['serviceState', ...['recordingFiles', 'documentFiles'].flatMap((name) => [`${name}.files`, `${name}.chunks`])];

interface Row {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly kept: string;
}

/** The page's table of collections; a row without one belongs to the one above. */
const rows: Row[] = [];
for (const line of PAGE.slice(PAGE.indexOf('## Collections')).split('\n')) {
  if (!/^\| (`|\| `)/.test(line)) continue;
  const [, named = '', fields = '', kept = ''] = line.split('|').map((cell) => cell.trim());
  const collection = named === '' ? (rows.at(-1)?.collection ?? '') : named.replaceAll('`', '');
  rows.push({ collection, fields: [...fields.matchAll(/`([^`]+)`/g)].map(([, field = '']) => field), kept });
}
const told = rows.flatMap(({ collection, fields, kept }) => fields.map((field) => ({ collection, field, kept })));

const { rows: roster } = readResidents('residents.csv', readFileSync(join(root, 'src/demo/community/residents.csv'), 'utf8'), undefined);
const OPENID = 'oPrivacyTestOfSomebody';
const OF_STAFF = 'oPrivacyTestOfTheStaff';
const WORDS = ['井盖坏了三天没人修', '几点可以领材料', '马上派人去看', '钱三娘', '楼道又停水了', '那边黑漆漆的', '又是这样子', '乌鸦坐飞机轮子圆'];
const STRANGER = '+8613900000099';

describe('what is stored about people', () => {
  const { world } = useDatabase('privacy');
  let ahead = 0;
  let service: TestService;
  let cycle: string;
  const sids = Array.from({ length: 16 }, (_, n) => `SM${String(n).padStart(32, '0')}`);
  const callSid = `CA${'0'.repeat(32)}`;

  before(async () => {
    const moved = { ...world, vault: world.vault, now: () => new Date(Date.now() + ahead) };
    service = await startService(moved, undefined, { withWechat: true });
    cycle = (await collection(Cycle).findOne({ community: service.community._id }))?._id ?? '';
    await play();
  });
  after(() => service.stop());

  /** A round through every channel: ballots, one from another phone with a card, one from a chat, one by call; words of every kind. */
  async function play(): Promise<void> {
    const { twilio, community } = service;
    const sids_ = sids.values();
    const say = async (from: string, body: string) => (await twilio.deliver({ from, to: community.phone, body, sid: sids_.next().value })) ?? '';
    expect(await say('+8613800000001', '投 3 7')).to.include('凭证');
    expect(await say('+8613800000001', `提议 ${WORDS[0]}`)).to.include('记下了');
    expect(await say('+8613800000009', `问 ${WORDS[1]}`)).to.include('收到');
    expect(await say(STRANGER, `登记 ${WORDS[3]} 9栋`)).to.be.a('string');
    expect(await say(STRANGER, '投 3 503771413')).to.include('凭证');
    expect(await say('+8613800000005', 'SUBSCRIBE')).to.be.a('string');
    expect(await say('+8613800000012', WORDS[7] ?? '')).to.be.a('string');
    expect(await say('+8613800000008', '投票')).to.be.a('string');
    expect(await say('+8613800000011', '退订')).to.be.a('string');
    const digits = /\d{6}/.exec(await say('+8613800000006', '删除'))?.[0];
    expect(await say('+8613800000006', digits ?? '')).to.include('删');
    expect(await say('+8613800000007', WORDS[5] ?? '')).to.be.a('string');
    expect(await say('+8613800000007', '人工')).to.include('转给居委会');
    const chat = account(service);
    const text = (Content: string) => ({ MsgType: 'text', Content, MsgId: String(1e15 + Math.floor(Math.random() * 1e15)) });
    expect(await chat.deliver(OPENID, { MsgType: 'event', Event: 'subscribe', EventKey: `qrscene_${community._id}` })).to.be.a('string');
    expect(await chat.deliver(OPENID, text('加入 726431019'))).to.be.a('string');
    expect(await chat.deliver(OPENID, text('投 1'))).to.include('凭证');
    expect(await chat.deliver(OPENID, text(`投诉 ${WORDS[4]}`))).to.include('收到');
    expect(await chat.deliver(OPENID, text(WORDS[6] ?? ''))).to.be.a('string');
    expect(await staffPhones(world).link('+8613800000012', { community: community._id, channel: 'wechat', address: OF_STAFF })).to.equal(true);
    await twilio.dial({ from: '+8613800000008', to: community.callback ?? '' });
    const call = await twilio.dial({ sid: callSid, from: '+8613800000010', to: community.phone });
    for (const keys of ['1', '1', '3#', '#']) await call.press(keys);
    await call.hangUp();
    const letter = { community: community._id, at: { number: '1' }, actor: operator('王芳') };
    await answerInquiry.perform({ world, notify: enqueue(world) }, { ...letter, input: { text: WORDS[2] ?? '' } });
    expect(await collection(Entry).countDocuments({ '_id.cycle': cycle })).to.equal(4);
    while ((await collection(Miss).countDocuments({ community: community._id })) === 0) await sleep(20);
    while ((await collection(Message).countDocuments({ state: { $nin: ['sent', 'delivered'] } })) > 0) await sleep(20);
    expect(await collection(Message).countDocuments({ kind: 'receipt' })).to.be.above(0);
  }

  it('is on the page, field by field, and nothing else is', () => {
    const ours = mongoose.modelNames().filter((name) => mongoose.model(name).schema.get('versionKey') === false); // other tests have models of their own
    const inSchemas = ours.flatMap((name) => {
      const { schema, collection } = mongoose.model(name);
      return [...new Set(pathsOf(schema))].map((path) => `${collection.name} ${path}`);
    });
    const onPage = told.filter(({ collection }) => !NOT_IN_SCHEMAS.includes(collection)).map(({ collection, field }) => `${collection} ${field}`);
    expect(onPage.toSorted()).to.deep.equal(inSchemas.filter((path) => !/[^ ]\._id$/.test(path)).toSorted());
    const rewritten = ours.flatMap((name) =>
      encryptedFields(mongoose.model(name).schema).map(({ path }) => `${mongoose.model(name).collection.name} ${path.replace(/\.\d+\./, '.')}`),
    );
    const encryptedOnPage = told.filter(({ collection, kept }) => kept === 'encrypted' && !NOT_IN_SCHEMAS.includes(collection));
    expect([...new Set(rewritten)].toSorted(), 'encrypted(…) in the schema').to.deep.equal(
      encryptedOnPage.map(({ collection, field }) => `${collection} ${field}`).toSorted(),
    );
    const named = new Set(PAGE.match(/\w+/g));
    expect([...HMAC_PURPOSES, ...ENCRYPTION_PURPOSES].filter((purpose) => !named.has(purpose))).to.deep.equal([]);
  });

  it('stands there as the page says: encrypted, an HMAC, or on the page at all', async () => {
    const kept = new Map(told.map(({ collection, field, kept }) => [`${collection} ${field}`, kept]));
    const unknown = new Set<string>();
    const seen = new Set<string>();
    for (const [collection, documents] of await raw())
      for (const document of documents)
        for (const [path, value] of valuesOf(document)) {
          const how = kept.get(`${collection} ${path}`) ?? (path.startsWith('_id.') ? kept.get(`${collection} _id`) : undefined);
          if (how === undefined) unknown.add(`${collection} ${path}`);
          seen.add(`${how} ${collection}`);
          if (how === 'encrypted') expect(value instanceof mongo.Binary, `${collection} ${path}`).to.equal(true);
          if (how === 'HMAC') expect(value, `${collection} ${path}`).to.match(/[\w-]{43}|^[0-9a-z]{8}$|^[0-9a-f]{12}$/);
        }
    const opaque = ['about', 'categories', 'plan', 'carriers', 'rates', 'prices', 'templates'].map((field) => `communities ${field}`);
    expect([...unknown].filter((path) => !opaque.some((one) => path.startsWith(one)))).to.deep.equal([]);
    for (const collection of [
      'residents',
      'conversations',
      'outbox',
      'inquiries',
      'misses',
      'proposals',
      'membershipRequests',
      'callBacks',
      'addresses',
      'entries',
      'staffchats',
    ])
      expect(seen, collection).to.include(`encrypted ${collection}`);
  });

  it('bears no number, name, card, openid or word of anybody in the clear, in whichever bytes', async () => {
    const numbers = [...roster.flatMap(({ phone }) => phone ?? []), STRANGER].flatMap((phone) => [phone, phone.slice(3)]);
    const secrets = [...numbers, ...roster.flatMap(({ name, card }) => [name ?? [], card ?? []].flat()), OPENID, OF_STAFF, ...WORDS];
    for (const [collection, documents] of await raw())
      for (const document of documents) {
        const bytes = Buffer.from(mongoose.mongo.BSON.serialize(document));
        for (const secret of secrets) expect(bytes.includes(secret), `${secret} in ${collection}`).to.equal(false);
      }
  });

  it('leads from no ballot to a person once the key is destroyed, SECRET, roster, database and the carrier’s log in hand', async () => {
    const before = await decrypted(world.vault);
    const known = knownOf(before);
    expect(receiptsIn(before), 'a receipt by text tells whose it is, as long as it is kept').to.have.length.above(0);

    ahead = 45 * DAY_MS; // the process was down as the vote closed, and thirty days later
    while (await collection(Cycle).findOne({ _id: cycle, $or: [{ sealedAt: { $exists: false } }, { pseudonymKey: { $exists: true } }] }))
      await sleep(50);
    while (await collection(Resident).findOne({ erasureRequest: { $exists: true } })) await sleep(50); // deleted behind the seal
    const now = () => new Date(Date.now() + ahead);
    await forgetRecent({ now });
    await Promise.all([forgetCodes(now()), forgetCallBacks(now()), forgetMessages(now())]);

    const after = await decrypted(world.vault);
    const links = await linksFrom(world.vault, new Set([...known, ...knownOf(after)]));
    const ballots = (after.get('entries') ?? []).filter(({ secret }) => secret !== undefined);
    expect(ballots).to.have.length(4);
    for (const { key, voter, receipt, secret } of ballots) {
      const { salt, voter: pseudonym, from } = JSON.parse(secret);
      for (const tells of [key, voter, receipt, salt, pseudonym, from].filter((value) => value !== undefined)) {
        expect(links.has(tells), `a keyed link to ${tells}`).to.equal(false);
        for (const [collection, documents] of after)
          if (collection !== 'entries') expect(JSON.stringify(documents).includes(tells), `${tells} in ${collection}`).to.equal(false);
      }
    }
    expect(receiptsIn(after)).to.deep.equal([]);
    for (const conversation of after.get('conversations') ?? [])
      expect(conversation).to.have.all.keys(
        ...['_id', 'community', 'language', 'revision', ...('strangerUntil' in conversation ? ['strangerUntil'] : [])],
      );
    for (const emptied of ['outbox', 'callBacks', 'phonecodes', 'proofdays', 'wrongcards'])
      expect(after.get(emptied) ?? [], emptied).to.deep.equal([]);
  });

  it('tells by no moment in which order people came, which is that of the ballots', async () => {
    const ofStaff = ['addedAt', 'cardMade.at'];
    while (await collection(Resident).findOne({ erasureRequest: { $exists: true } })) await sleep(50);
    const moments = (await raw())
      .filter(([collection]) => ['conversations', 'addresses', 'chats', 'residents'].includes(collection))
      .flatMap(([collection, documents]) => documents.flatMap((document) => valuesOf(document).map(([path, value]) => ({ collection, path, value }))))
      .filter(({ path, value }) => (value instanceof Date && !ofStaff.includes(path)) || value instanceof mongo.ObjectId);
    expect(moments.map(({ path }) => path)).to.include.members(['log.at', 'stoppedAt', 'erasedAt']);
    expect(moments.filter(({ value }) => !(value instanceof Date) || value.getTime() % DAY_MS !== 0)).to.deep.equal([]);
  });

  /** Receipts of ballots that stand anywhere beside an entry. */
  function receiptsIn(dump: Map<string, mongo.Document[]>): string[] {
    const receipts = (dump.get('entries') ?? []).flatMap(({ receipt }) => receipt ?? []);
    const elsewhere = [...dump].filter(([collection]) => collection !== 'entries').map(([, documents]) => JSON.stringify(documents));
    return receipts.filter((receipt) => elsewhere.some((text) => text.includes(receipt)));
  }

  /** The knowledge of a person who holds the roster, the carrier's log and the whole database. Links could be made from it. */
  function knownOf(dump: Map<string, mongo.Document[]>): string[] {
    const { _id: slug, phone } = service.community;
    const people = roster.flatMap(({ id, phone, card }) => [id, residentId(world.vault, slug, id), phone ?? [], card ?? []].flat());
    const places = [...people.filter((one) => one.startsWith('+')), STRANGER].map((address) => `sms|${address}`);
    const stored = [...dump].filter(([collection]) => collection !== 'entries' && !collection.startsWith('published'));
    const keys = stored.flatMap(([, documents]) => JSON.stringify(documents).match(/[\w-]{43}/g) ?? []);
    return [slug, cycle, phone, ...people, ...places, OPENID, `wechat|${OPENID}`, ...sids, callSid, ...keys];
  }
});

/** Every HMAC that SECRET makes from known values, and from these again: a delivery's key, the key of a service's act under it. */
async function linksFrom(vault: Vault, known: ReadonlySet<string>): Promise<Set<string>> {
  const links = new Set<string>();
  const beside = ['sms', 'voice', 'wechat', 'qingsong', 'qingsong-demo'];
  const services = ['castBallot', 'castSlip', 'castAssisted', 'voidBallot', 'voidLate', '0', '1', '2'];
  const all = (from: Iterable<string>) => {
    const made = new Set<string>();
    for (const one of from)
      for (const purpose of HMAC_PURPOSES) {
        const forms = [[one], ...beside.map((other) => [other, one]), ...services.map((service) => [one, service])];
        for (const parts of forms) made.add(vault.hmac(purpose, ...parts));
      }
    for (const one of made) links.add(one);
    return made;
  };
  const first = all(known);
  const again = new Set<string>();
  for (const one of known)
    for (const purpose of ['delivery', 'address', 'resident'] as const)
      for (const parts of [[one], ...beside.map((other) => [other, one])]) again.add(vault.hmac(purpose, ...parts));
  for (const one of all([...again].filter((key) => first.has(key)))) links.add(one);
  return links;
}

async function raw(): Promise<[string, mongo.Document[]][]> {
  const { db } = mongoose.connection;
  const names = (await db?.listCollections().toArray()) ?? [];
  return Promise.all(names.map(async ({ name }) => [name, (await db?.collection(name).find({}).toArray()) ?? []] as [string, mongo.Document[]]));
}

/** Every value of a document, by the path that a schema would give it; of numbered places by the path without the number. */
function valuesOf(value: unknown, path = ''): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each, path));
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value === null || value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([field, inside]) => valuesOf(inside, /^\d+$/.test(field) ? path : path === '' ? field : `${path}.${field}`));
}

function pathsOf({ paths }: Pick<Schema, 'paths'>, prefix = ''): string[] {
  return Object.values(paths).flatMap((type) => {
    const path = (prefix + type.path).replace(/\.\d+$/, '');
    return 'schema' in type && type.schema instanceof mongoose.Schema ? pathsOf(type.schema, `${path}.`) : [path];
  });
}

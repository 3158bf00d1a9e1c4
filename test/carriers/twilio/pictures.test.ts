import { createServer } from 'node:http';
import { expect } from 'chai';
import sharp from 'sharp';
import { picturesIn } from '../../../src/carriers/twilio/carrier.ts';
import { pictureName, twilioPictures } from '../../../src/carriers/twilio/rest.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { Staff, staffId, staffPhone } from '../../../src/fund/staff/index.ts';
import { encryptedStaff } from '../../../src/fund/staff/staff.ts';
import {
  fetchSentPictures,
  forgetSentProgress,
  heldNews,
  isStaffHere,
  newsOfWork,
  proveProgress,
  tellProgress,
  Work,
} from '../../../src/fund/works/index.ts';
import { SentProgress } from '../../../src/fund/works/sentProgress.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';
import { chooses } from '../../support/works.ts';

const CADRE = '+8613700000099';
const CHOSEN = '+8613700000098';
const MESSAGE = `MM${'a'.repeat(32)}`;
const media = (kind: string) => `ME${Buffer.from(kind.padEnd(16, '.')).toString('hex')}`;
const name = (kind: string) => pictureName({ account: 'AC1', message: MESSAGE, media: media(kind) });

describe('pictures that come with a text', () => {
  const database = useDatabase('mms');
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server = createServer();
  let [origin, elsewhere] = ['', ''];
  let picture: Buffer;
  let now: Date;
  let world: World;
  let here: Town;

  before(async () => {
    const noise = sharp({
      create: { width: 4_000, height: 3_000, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
    });
    picture = await noise
      .jpeg({ quality: 60 })
      .withExif({ IFD0: { Make: 'PHONEMAKER' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    server.on('request', (request, response) => {
      const { url = '' } = request;
      asked.push({ path: url, authorization: request.headers.authorization });
      const kind = Buffer.from(/ME([0-9a-f]{32})/.exec(url)?.[1] ?? '', 'hex')
        .toString()
        .replace(/\.+$/, '');
      const redirect = (to: string) => response.writeHead(307, { location: to }).end();
      if (url.startsWith('/cdn/')) return void response.end(picture);
      if (url.startsWith('/private')) return void response.end('secret of the inner net');
      if (kind === 'moved') return void redirect(`${origin}/cdn/one?sig=1`);
      if (kind === 'lured') return void redirect(`${elsewhere}/private`);
      if (kind === 'endless') return void endless();
      if (kind === 'hangs') return undefined;
      if (kind === 'broken') return void response.end(picture.subarray(0, 5_000));
      if (kind === 'fine') return void response.end(picture);
      return void response.writeHead(kind === 'fails' ? 500 : 404).end();

      function endless(): void {
        if (response.destroyed) return;
        response.write(Buffer.alloc(1_000_000), () => setImmediate(endless));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    [origin, elsewhere] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    asked.splice(0);
    now = new Date();
    world = { ...database.world, now: () => now };
    here = await town(world, { residents: 1, cycle: { projects: [{ number: 3, title: '社区花园', cost: 1_000 }] } });
    const steps = [{ state: 'under-way' as const, day: '2027-03-01', by: '周敏', at: now }];
    const work = { community: here.community, state: 'under-way' as const, steps, offers: [], papers: [], news: 0, revision: 0 };
    await collection(Work).insertOne({ _id: { cycle: here.cycle, number: 3 }, ...work });
    const _id = staffId(world.vault, here.community, { role: 'cadre', phone: CADRE });
    const person = encryptedStaff(world.vault, _id, { name: '周敏', phone: CADRE });
    const cadre = { community: here.community, role: 'cadre' as const, phone: staffPhone(world.vault, CADRE), by: 'Li', at: now };
    await collection(Staff).insertOne({ _id, person, ...cadre });
  });

  const act = (from: string | number) => ({ ...here.act(from), at: now, language: 'zh-CN' });
  const say = (input: Parameters<typeof tellProgress>[2], from: string | number = CADRE) => tellProgress(world, here.notify, input, act(from));
  const prove = (digits: string, from: string | number = CADRE) => proveProgress(world, here.notify, { digits }, act(from));
  const codes = () => here.notices.filter(({ said }) => said.key === 'notice.cadreCode');
  const digits = () => String(codes().at(-1)?.said.params?.digits);
  /** Tells, and repeats the digits. */
  const telling = async (input: Parameters<typeof say>[0], from?: string | number) => {
    const told = await say(input, from);
    return 'held' in told ? prove(digits(), from) : told;
  };
  const tell = (kinds: string[], text = '杆子立好了', from: string | number = CADRE) => telling({ number: 3, text, pictures: kinds.map(name) }, from);
  const account = () => ({ accountSid: 'AC1', authToken: 'token', apiUrl: origin });
  const fetchAll = async () => {
    const job = () => fetchSentPictures(world, twilioPictures(account(), { hosts: [origin], slowestMs: 1_500 }).fetch, here.notify);
    await job();
    now = new Date(now.getTime() + 11 * 60_000);
    await job();
  };
  const told = () => here.notices.filter((one) => !codes().includes(one)).map(({ address, said: { key, params } }) => [address, key, params?.lost]);

  it('are named by ids alone, whatever address stands in the form', () => {
    const url = `https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/${MESSAGE}/Media/${media('fine')}`;
    const one = { AccountSid: 'AC1', MediaUrl0: url, MediaContentType0: 'image/jpeg' };
    expect(picturesIn({ NumMedia: '1', ...one })).to.deep.equal([name('fine')]);
    expect(picturesIn({ NumMedia: '1', ...one, MediaContentType0: 'audio/amr' })).to.deep.equal([]);
    expect(picturesIn({ NumMedia: '1', ...one, MediaUrl0: 'http://169.254.169.254/latest' })).to.deep.equal([]);
    expect(picturesIn({ NumMedia: '9999', ...one })).to.deep.equal([name('fine')]);
  });

  it('come by the carrier and its own hosts, are made anew and public with the text; credentials go to the carrier alone', async () => {
    expect(await tell(['fine', 'moved'])).to.include({ text: '杆子立好了', pictures: 2 });
    expect(await newsOfWork(here.cycle, 3)).to.deep.equal([]);
    await fetchAll();
    const [news] = await newsOfWork(here.cycle, 3);
    expect(news).to.include({ text: '杆子立好了', by: '周敏' });
    expect(news?.pictures.map(({ width, height }) => [width, height])).to.deep.equal([[1_200, 1_600]]); // the same picture twice is kept once
    expect(asked.map(({ path, authorization }) => [path.startsWith('/cdn/'), authorization !== undefined])).to.deep.equal([
      [false, true],
      [false, true],
      [true, false],
    ]);
    expect(told()).to.deep.equal([]);
    await fetchAll();
    expect(await newsOfWork(here.cycle, 3)).to.have.length(1);
  });

  it('that are missing, fail, hang, never end, are broken or lead elsewhere end well: the text is public, and who sent it is told', async () => {
    const evils = ['lost', 'fails', 'hangs', 'endless', 'broken', 'lured'];
    for (const kind of evils) expect(await tell([kind], kind)).to.have.property('noted');
    await fetchAll();
    await fetchAll();
    expect((await newsOfWork(here.cycle, 3)).map(({ text, pictures }) => [text, pictures.length]).toSorted()).to.deep.equal(
      evils.map((kind) => [kind, 0]).toSorted(),
    );
    expect(told().toSorted()).to.deep.equal(
      ['neverCame', 'neverCame', 'neverCame', 'neverCame', 'noPicture', 'tooLarge'].map((why) => [CADRE, `notice.progressPictures.${why}`, 1]),
    );
    expect(asked.filter(({ path }) => path.startsWith('/private'))).to.deep.equal([]);
    expect(await collection(SentProgress).countDocuments({ state: 'waiting' })).to.equal(0);
  });

  it('come from an implementer, who tells of the work for which they were chosen alone, once they are staff as well', async () => {
    const projects = [3, 7].map((number) => ({ number, title: `项目${number}`, cost: 1_000 }));
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { projects } });
    const seven = { community: here.community, state: 'under-way' as const, steps: [], offers: [], papers: [], news: 0, revision: 0 };
    await collection(Work).insertOne({ _id: { cycle: here.cycle, number: 7 }, ...seven });
    await chooses(world, here, 3, CHOSEN);
    const tellOf = (number: number, text: string) => telling({ number, text, pictures: [] }, CHOSEN);
    expect(await tellOf(3, '杆子到了')).to.deep.equal({ notStaff: true });
    expect(await isStaffHere(world, here.community, 1)).to.equal(false);
    await staff(world, here.community, { role: 'implementer', phone: CHOSEN });
    expect(await isStaffHere(world, here.community, 1)).to.equal(true);
    expect(await tellOf(3, '杆子到了')).to.have.property('noted');
    expect(await tellOf(7, '不是我的')).to.deep.equal({ notYours: { number: 7, label: '项目7', cost: 1_000 } });
    expect((await newsOfWork(here.cycle, 3)).map(({ text }) => text)).to.deep.equal(['杆子到了']);
    expect(await newsOfWork(here.cycle, 7)).to.deep.equal([]);
  });

  it('are kept like their text until the digits that went to the real phone are repeated, each news with its own', async () => {
    const held = () => collection(SentProgress).countDocuments({ state: 'held' });
    expect(await say({ number: 3, text: '请到 evil.example 退款', pictures: [name('fine')] })).to.include({
      text: '请到 evil.example 退款',
      phone: CADRE,
    });
    const forged = digits();
    expect(codes().map(({ address, channel }) => [address, channel])).to.deep.equal([[CADRE, 'sms']]);
    await fetchAll();
    expect([(await newsOfWork(here.cycle, 3)).length, asked.length], 'nothing is public or fetched').to.deep.equal([0, 0]);
    expect(await say({ number: 3, text: '杆子立好了', pictures: [] })).to.have.property('held');
    const own = digits();
    expect(await prove(own, '+8613700000001'), 'from elsewhere').to.deep.equal({ nothing: true });
    const wrong = ['000000', '000001', '000002', '000003'].find((one) => one !== own && one !== forged) ?? '';
    expect(await prove(wrong)).to.deep.equal({ wrong: 2 });
    expect(await prove(own)).to.deep.equal({
      ...{ noted: { number: 3, label: '社区花园' }, text: '杆子立好了', pictures: 0 },
      more: { number: 3, label: '社区花园', text: '请到 evil.example 退款', pictures: 1 },
    });
    expect((await newsOfWork(here.cycle, 3)).map(({ text }) => text)).to.deep.equal(['杆子立好了']);
    expect(await held()).to.equal(1);
    now = new Date(now.getTime() + 60 * 60_000);
    expect(await prove(forged), 'too late: nothing is lost, and other digits come').to.deep.equal({
      ...{ anew: { number: 3, label: '社区花园', text: '请到 evil.example 退款', pictures: 1 }, phone: CADRE },
    });
    expect(digits()).not.to.equal(forged);
    expect(await prove(digits()))
      .to.include({ pictures: 1 })
      .and.not.have.property('more');
    await fetchAll();
    expect((await newsOfWork(here.cycle, 3)).map(({ pictures }) => pictures.length)).to.deep.equal([1, 0]);
  });

  it('and whose digits were asked for ten times in a day, by whoever forges the number, are published by twelve that the answer shows; what is held is in the console', async () => {
    for (let times = 0; times < 10; times += 1) expect(await say({ number: 3, text: `第${times}次`, pictures: [] })).to.have.property('held');
    now = new Date(now.getTime() + 1_000);
    const shown = await say({ number: 3, text: '还有一次', pictures: [] });
    if (!('heldShown' in shown)) throw new Error(JSON.stringify(shown));
    expect([codes().length, shown.digits.length]).to.deep.equal([10, 12]);
    const LI = operator('Li');
    const work = { cycle: here.cycle, number: 3 };
    expect((await heldNews.read({ world, community: here.community, actor: LI }, work)).map(({ text, by }) => [text, by]).at(-1)).to.deep.equal([
      '还有一次',
      '周敏',
    ]);
    expect(await prove('204681717336'), 'others').to.have.nested.property('heldShown.text', '还有一次');
    expect(await prove(shown.digits))
      .to.include({ text: '还有一次' })
      .and.have.property('more');
    expect((await newsOfWork(here.cycle, 3)).map(({ text }) => text)).to.deep.equal(['还有一次']);
    await forgetSentProgress(new Date(now.getTime() + 2 * 24 * 60 * 60_000));
    expect(await heldNews.read({ world, community: here.community, actor: LI }, work)).to.have.length(10);
    await forgetSentProgress(new Date(now.getTime() + 4 * 24 * 60 * 60_000));
    expect(await heldNews.read({ world, community: here.community, actor: LI }, work)).to.deep.equal([]);
  });

  it('without a text belong to what the same phone told within the hour; nobody else adds news', async () => {
    expect(await say({ text: '', pictures: [name('fine')] })).to.deep.equal({ alone: true });
    await tell([]);
    now = new Date(now.getTime() + 30 * 60_000);
    expect(await telling({ text: '', pictures: [name('fine')] })).to.include({ text: '', pictures: 1 });
    expect(await tell([], '我也说一句', 0)).to.deep.equal({ notStaff: true });
    await collection(Staff).deleteMany({ community: here.community });
    await fetchAll();
    expect((await newsOfWork(here.cycle, 3)).map(({ text }) => text)).to.deep.equal(['杆子立好了']);
    expect(told()).to.deep.equal([[CADRE, 'notice.progressNotAdded', undefined]]);
    const from = addressHmac(world.vault, { community: here.community, channel: 'sms', address: CADRE });
    expect(await collection(SentProgress).countDocuments({ from, state: { $ne: 'done' } })).to.equal(0);
  });
});

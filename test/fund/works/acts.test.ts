import { expect } from 'chai';
import mongoose from 'mongoose';
import sharp from 'sharp';
import writeExcelFile from 'write-excel-file/node';
import { Account, publicAccount } from '../../../src/fund/accounts/index.ts';
import type { Act } from '../../../src/fund/act/index.ts';
import { type Actor, operator } from '../../../src/fund/people/index.ts';
import { makeDocument } from '../../../src/fund/works/documents.ts';
import {
  acceptWork,
  addImplementer,
  addProgress,
  askImplementer,
  chooseImplementer,
  correctEntry,
  documentsOf,
  dropDocument,
  findWork,
  keepDocument,
  mendWork,
  moveWork,
  payWork,
  publicDocument,
  readDocument,
  readWorks,
  recordOffer,
  signContract,
  WorkDocument,
  WorkNews,
  warningsAmong,
  warningsOf,
} from '../../../src/fund/works/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { addStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { importAccount, LATER, RESULT_DAY, stand, won } from '../../support/works.ts';

const DAY = dayOf(new Date(), 'Asia/Shanghai');
const OPERATOR = operator('o');
const PDF = Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

describe('a work from the search to the acceptance', () => {
  const { world } = useDatabase('works');
  let here: Town;
  let cadre: Actor;
  let supervisor: Actor;
  let implementer: Actor;
  before(async () => {
    here = await town(world, { community: { offersAbove: 10_000, twoPersonsAbove: 5_000 } });
    await won(world, here, { 3: 60_000, 7: 48_000 });
    cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000001', name: '王芳' });
    supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000002', name: '陈杰' });
    implementer = await staff(world, here.community, { role: 'implementer', phone: '+8613800000011', name: '周师傅' });
    await addStaff(world)(here.community, { name: '王芳', phone: '+8613800000001', role: 'supervisor' }, OPERATOR);
  });
  const on = (actor = cadre, number = 3) => ({ community: here.community, cycle: here.cycle, number, actor });
  const does = (act: Act, given: object) => tried(world)(act, { ...on(), ...given });
  const now = async () => {
    const work = await findWork(here.cycle, 3);
    if (!work) throw new Error('there is no work');
    return work;
  };
  const keepAs = async (kind: string) => {
    const made = await makeDocument(Buffer.from(`%PDF-1.7 ${kind}\n%%EOF\n`));
    const kept = 'refused' in made ? made : await tried(world)(keepDocument, { ...on(), kind, title: kind, file: made });
    return 'kept' in kept ? String(kept.kept) : expect.fail(JSON.stringify(kept));
  };
  const confirm = async (outcome: object, actor = supervisor) => {
    if (!('waits' in outcome)) throw new Error(`it does not wait: ${JSON.stringify(outcome)}`);
    return confirmSecond(world)({ community: here.community, number: Number(outcome.waits), actor });
  };

  it('chooses who does it by two, after enough offers or a reason why there are not', async () => {
    for (const [n, organisation] of ['周记水电', '光明照明', '王芳装修'].entries()) {
      const phone = n === 2 ? '+8613800000001' : `+861380000001${n + 1}`;
      const given = { organisation, kind: 'company', registration: '91510100MA6', person: '负责人', phone };
      expect(await does(addImplementer, given)).to.deep.equal({ added: n + 1 });
    }
    const alike = { organisation: '周記 水電', kind: 'company', person: '负责人', phone: '+8613800000019' };
    expect(await does(addImplementer, alike), 'whom nobody tells apart').to.deep.equal({ refused: 'nameTaken' });
    expect(await does(askImplementer, { implementer: 1 })).to.deep.equal({ refused: 'notSeeking' });
    await tried(world)(moveWork, { ...on(), to: 'seeking', day: '2026-01-20' });
    for (const number of [1, 2, 3]) expect(await does(askImplementer, { implementer: number })).to.deep.equal({ asked: number });
    const offer = (number: number, amount: number) => does(recordOffer, { implementer: number, amount, day: '2026-01-25' });
    const choose = async (number: number, more: object = {}, seen?: number) =>
      does(chooseImplementer, { implementer: number, reason: '最便宜', ...more, seen: seen ?? (await now()).revision });
    expect(await choose(1)).to.deep.equal({ refused: 'noOffer' });
    await offer(1, 58_000);
    await offer(2, 59_000);
    expect(await choose(1)).to.deep.equal({ refused: 'fewOffers' });
    expect(await choose(1, { reason: ' ', fewReason: '没人来' })).to.deep.equal({ mistakes: { reason: 'empty' } });
    await offer(3, 61_000);
    expect(await choose(3), 'whose phone is a cadre’s').to.deep.equal({ refused: 'isStaff' });
    expect(await choose(1, {}, 0)).to.deep.equal({ refused: 'changed' });
    const waiting = await choose(1);
    expect((await now()).state).to.equal('seeking');
    const same = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000001', name: '王芳' });
    expect(await confirm(waiting, same), 'one person as both').to.deep.equal({ refused: 'samePerson' });
    expect(await confirm(waiting)).to.deep.equal({ confirmed: true });
    const { state, chosen } = await now();
    expect([state, chosen?.implementer, chosen?.amount]).to.deep.equal(['chosen', 1, 58_000]);
    expect(await offer(2, 40_000), 'an offer after the choice').to.deep.equal({ refused: 'notSeeking' });
    expect(await does(askImplementer, { implementer: 2 })).to.deep.equal({ refused: 'notSeeking' });
  });

  it('keeps papers by what they are, and shows them to who may see them', async () => {
    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#888' } })
      .withExif({ IFD3: { GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer();
    const [pdf, picture] = await Promise.all([makeDocument(PDF), makeDocument(photo)]);
    if ('refused' in pdf || 'refused' in picture) throw new Error('a good paper was refused');
    expect([pdf.type, picture.type, Buffer.from(picture.bytes).includes('GPS')]).to.deep.equal(['pdf', 'jpeg', false]);
    expect(await makeDocument(Buffer.from('%PDF-1.7 cut'))).to.deep.equal({ refused: 'brokenPaper' });
    expect(await makeDocument(Buffer.from('<svg/>'))).to.deep.equal({ refused: 'unknownPaper' });
    const keep = (made: typeof pdf, kind: string, isPublic: boolean, actor = cadre) =>
      tried(world)(keepDocument, { ...on(actor), kind, title: kind, file: made, ...(isPublic && { isPublic: 'yes' }) });
    const first = await keep(pdf, 'contract', false);
    expect(await keep(pdf, 'contract', false)).to.deep.equal(first);
    expect(await keep(picture, 'offer', true, implementer)).to.have.property('kept');
    const [contract, offer] = await documentsOf(await now());
    expect([contract?.type, contract?.isPublic, offer?.isPublic]).to.deep.equal(['pdf', false, false]);
    const read = (id: string, actor: Actor) => readDocument.read({ world, community: here.community, actor }, id);
    const readByAll = (id: string) => publicDocument(world, here.community, id);
    const id = contract?.id ?? '';
    expect(await readByAll(id), 'anybody').to.equal(null);
    expect((await read(id, cadre))?.bytes).to.deep.equal(PDF);
    expect((await read(id, implementer))?.type, 'who does it').to.equal('pdf');
    expect((await readWorks.read({ world, community: here.community, actor: implementer }, here.cycle)).map(({ _id }) => _id.number)).to.deep.equal([
      3,
    ]);
    expect(await codeOf(tried(world)(keepDocument, { ...on(implementer, 7), kind: 'other', title: '别人的', file: pdf }))).to.equal('not-allowed');
    const copy = await tried(world)(keepDocument, { ...on(cadre, 7), kind: 'contract', title: '公开', file: pdf, isPublic: 'yes' });
    const shown = 'kept' in copy ? String(copy.kept) : '';
    expect((await readByAll(shown))?.bytes).to.deep.equal(PDF);
    expect(await publicDocument(world, 'elsewhere', shown)).to.equal(null);
    expect(await read(shown, implementer), 'not their work').to.equal(null);
    expect(await tried(world)(dropDocument, { ...on(cadre, 7), document: shown, reason: '放错了' })).to.deep.equal({ dropped: true });
    expect(await readByAll(shown)).to.equal(null);
    expect((await findWork(here.cycle, 7))?.papers).to.deep.equal([]);
    const record = (await collection(WorkDocument).findOne({ _id: contract?.id ?? '' })) ?? expect.fail();
    const full = Array.from({ length: 60 }, (_, n) => ({ ...record, _id: `full ${n}`, of: { cycle: here.cycle, number: 7 } }));
    await collection(WorkDocument).insertMany(full);
    const files = () => mongoose.connection.collection('documentFiles.files').countDocuments();
    const before = await files();
    const another = await makeDocument(Buffer.from('%PDF-1.7 one more\n%%EOF\n'));
    if ('refused' in another) throw new Error(another.refused);
    expect(await tried(world)(keepDocument, { ...on(cadre, 7), kind: 'other', title: '太多', file: another })).to.deep.equal({
      refused: 'tooMany',
    });
    expect(await files(), 'what is refused is not kept').to.equal(before);
    await collection(WorkDocument).updateMany({ 'of.number': 7, _id: /^full [1-4]/ }, { $set: { 'of.number': 3 } });
    const { news = 0, papers = [] } = (await findWork(here.cycle, 3)) ?? {};
    await stand(here.cycle, 3, { news: 500 });
    const told = (actor: Actor) => tried(world)(addProgress, { ...on(actor), text: '又来了' });
    const kept = (actor: Actor) => tried(world)(keepDocument, { ...on(actor, 3), kind: 'other', title: '再一份', file: another });
    for (const one of [told, kept]) expect(await one(implementer), 'half is left for those who answer for it').to.deep.equal({ refused: 'tooMany' });
    expect(await told(cadre)).to.include({ news: 501 });
    expect(await kept(cadre)).to.have.property('kept');
    await collection(WorkDocument).deleteMany({ 'of.number': 3, $or: [{ _id: /^full/ }, { title: '再一份' }] });
    await collection(WorkNews).deleteMany({ '_id.cycle': here.cycle });
    await stand(here.cycle, 3, { news, papers });
    await collection(WorkDocument).deleteMany({ 'of.number': 7 });
  });

  it('pays much by two, and little by one', async () => {
    const [contract] = await documentsOf(await now());
    const signing = { ...on(), paper: 'HT-1', amount: 58_000, day: DAY, until: LATER, document: contract?.id ?? '' };
    expect(await tried(world)(signContract, signing)).to.deep.equal({ signed: true });
    expect(await tried(world)(dropDocument, { ...on(), document: contract?.id ?? '', reason: '不要了' })).to.deep.equal({ refused: 'isUsed' });
    expect(await tried(world)(moveWork, { ...on(), to: 'chosen', reason: '不做了' })).to.deep.equal({ refused: 'isContracted' });
    const pay = (amount: number, key: string) => tried(world)(payWork, { ...on(), amount, day: DAY, paper: key, key });
    expect(await pay(5_000, 'a')).to.deep.equal({ entry: 4, isAll: false });
    const [one, other] = [await pay(40_000, 'b'), await pay(40_000, 'c')];
    expect((await publicAccount(here.cycle))?.paid).to.equal(5_000);
    expect(await confirm(one)).to.deep.equal({ confirmed: true });
    expect(await confirm(other), 'not both of them').to.deep.equal({ refused: 'notHeld', why: 'work.pay.not.beyondContract' });
    expect((await publicAccount(here.cycle))?.paid).to.equal(45_000);
    const right = { community: here.community, cycle: here.cycle, entry: 3, day: DAY, reason: '少写了', key: 'more', actor: cadre };
    expect(await tried(world)(correctEntry, { ...right, amount: 58_001, was: 58_000 }), 'beyond what two chose, by one').to.have.property('waits');
    expect(await tried(world)(correctEntry, { ...right, entry: 4, amount: 10_001, was: 5_000 }), 'so much more paid').to.have.property('waits');
  });

  it('takes a file of the account again without a difference, and new entries once', async () => {
    const asSaved = DAY.replace(/-0?/g, '/');
    const rows = ['entry,day,kind,work,amount,paper,reason,corrects,by,at', `4,${asSaved},paid,3,"5,000",a,,,x,y`];
    const take = (more: readonly string[], isTry = false, actor = cadre) =>
      importAccount(world)({ cycle: here.cycle, bytes: Buffer.from(`\uFEFF${[...rows, ...more].join('\n')}\n`), isTry, actor });
    const fresh = [`,${DAY},自筹,7,800,,,,,`, `,${DAY},付款,3,3000,发票9,,,,`];
    expect(await take(fresh, true)).to.deep.equal({ added: 2, same: 1 });
    expect((await publicAccount(here.cycle))?.own, 'only looked').to.equal(0);
    expect(await take(fresh)).to.deep.equal({ added: 2, same: 1 });
    await take(fresh);
    expect(await publicAccount(here.cycle)).to.include({ own: 800, paid: 48_000, entries: 7 });
    const wrong = [`4,${DAY},paid,3,5001,a,,,,`, `99,${DAY},paid,3,1,,,,,`, `第4笔,${DAY},paid,3,5000,a,,,,`];
    const fresher = [
      [`,${DAY},paid,3,2001,尾款,,,,`, 'second'],
      [`,${DAY},own,7,4201,,,,,`, 'second'],
      [`,${DAY},granted,3,5,,多批,,,`, 'second'],
      [`,${DAY},extra,,5,街办3号,街道补的,,,`, 'second'],
      [`,${DAY},paid,3,-3000,,多付了,,,`, 'corrects'],
      [`,${DAY},paid,3,-3000,,多付了,7,,`, 'second'],
      [`,${DAY},paid,3,5,Ａ,,,,`, 'paperUsed'],
      [`,${DAY},paid,3,5,Ａ,另一张,,,`, 'second'],
      [`,${DAY},paid,3,5,,,,,`, 'noPaper'],
    ] as const;
    expect(await take([...wrong, ...fresher.map(([row]) => row)])).to.deep.equal({
      problems: [
        { row: 3, why: 'differs' },
        { row: 4, why: 'unknown' },
        { row: 5, why: 'number' },
        ...fresher.map(([, why], index) => ({ row: 6 + index, why })),
      ],
    });
    const parts = [1, 2, 3].map((part) => `,${DAY},paid,3,4999,尾款${part},,,,`);
    expect(await take([`,${DAY},own,7,5,,,,,`, ...parts]), 'in parts').to.deep.equal({ problems: [4, 5, 6].map((row) => ({ row, why: 'second' })) });
    const onServer = (more: readonly string[]) => take(more, false, OPERATOR);
    expect(await onServer([`,${DAY},own,7,5,,,,,`, ...parts])).to.deep.equal({ problems: [{ row: 6, why: 'beyondContract' }] });
    const wrongToo = [
      [`,${DAY},granted,3,5,,,,,`, 'reason'],
      [`,${DAY},granted,7,5,,多批,,,`, 'beyondFund'],
      [`,${DAY},extra,,5,,街道补的,,,`, 'noPaper'],
      [`,${DAY},extra,3,5,街办3号,街道补的,,,`, 'noWork'],
      [`,${DAY},paid,3,-1,,少付了,6,,`, 'corrects'],
      [`,${DAY},paid,3,-3001,,多付了,7,,`, 'corrects'],
      [`,${DAY},own,7,-1,,没有了,99,,`, 'corrects'],
      [`,${DAY},paid,3,10000,尾款,,,,`, 'notAccepted'],
    ] as const;
    expect(await onServer(wrongToo.map(([row]) => row))).to.deep.equal({ problems: wrongToo.map(([, why], index) => ({ row: 3 + index, why })) });
    expect((await publicAccount(here.cycle))?.entries, 'all or none').to.equal(7);
    const sheet = async (paper: string | Date) => {
      const dated = { value: new Date(`${DAY}T00:00Z`), type: Date, format: 'm/d' };
      const cells = [4, dated, 'paid', 3, 5_000, paper instanceof Date ? { ...dated, value: paper } : paper];
      const bytes = await writeExcelFile([['entry', 'day', 'kind', 'work', 'amount', 'paper'], cells]).toBuffer();
      return importAccount(world)({ cycle: here.cycle, bytes, isTry: false, actor: cadre });
    };
    expect(await sheet('a'), 'a day that became a date').to.deep.equal({ added: 0, same: 1 });
    expect(await sheet(new Date('2027-03-02'))).to.deep.equal({ problems: [{ row: 2, why: 'date' }] });
  });

  it('is accepted by a supervisor and one more, or has to be mended by a day', async () => {
    await tried(world)(moveWork, { ...on(), to: 'under-way' });
    const accept = async () => tried(world)(acceptWork, { ...on(), day: DAY, seen: (await now()).revision });
    expect(await accept()).to.deep.equal({ refused: 'notFinished' });
    await tried(world)(moveWork, { ...on(), to: 'finished' });
    const mend = async (until: string) => tried(world)(mendWork, { ...on(supervisor), what: '两盏不亮', until, seen: (await now()).revision });
    expect(await mend('2026-01-01')).to.deep.equal({ refused: 'until' });
    expect(await mend(LATER)).to.deep.equal({ toBeMended: true });
    expect((await now()).mend).to.deep.equal({ until: LATER, what: '两盏不亮' });
    expect(await tried(world)(moveWork, { ...on(), to: 'finished' })).to.deep.equal({ moved: 'finished' });
    const role = { phone: '+8613800000011', role: 'cadre' } as const;
    await addStaff(world)(here.community, { ...role, name: '周师傅' }, OPERATOR);
    expect(await accept(), 'of who became a cadre').to.deep.equal({ refused: 'isStaff' });
    expect(await tried(world)(payWork, { ...on(), amount: 5, day: DAY, paper: '尾款', key: 'own' })).to.deep.equal({ refused: 'isStaff' });
    const file = Buffer.from(`day,kind,work,amount,paper\n${DAY},paid,3,5,尾款\n`);
    expect(await importAccount(world)({ cycle: here.cycle, bytes: file, isTry: false, actor: cadre })).to.deep.equal({
      problems: [{ row: 2, why: 'isStaff' }],
    });
    await removeStaff(world)(here.community, role, OPERATOR);
    expect(await accept(), 'without its sheet').to.deep.equal({ refused: 'noSheet' });
    const sheet = await keepAs('acceptance');
    const waiting = await accept();
    expect(await confirm(waiting)).to.deep.equal({ confirmed: true });
    expect(await tried(world)(dropDocument, { ...on(), document: sheet, reason: '换一张' }), 'by which it was accepted').to.deep.equal({
      refused: 'isUsed',
    });
    const { state, steps } = await now();
    expect([state, steps.map((step) => step.state).join(' ')]).to.deep.equal([
      'accepted',
      'approved seeking chosen signed under-way finished to-be-mended finished accepted',
    ]);
    expect(await tried(world)(moveWork, { ...on(), to: 'paid' })).to.deep.equal({ refused: 'unpaid' });
    const pay = () => tried(world)(payWork, { ...on(), amount: 10_000, day: DAY, paper: '尾款', key: 'last' });
    expect(await pay(), 'without an invoice').to.deep.equal({ refused: 'noPapers' });
    await keepAs('invoice');
    const last = await pay();
    expect(await confirm(last)).to.deep.equal({ confirmed: true });
    expect((await now()).state).to.equal('paid');
  });

  it('warns of what inspectors find', async () => {
    const work = await now();
    const built = {
      ...work,
      state: 'under-way' as const,
      papers: [],
      steps: [{ ...work.steps[0], state: 'approved' as const, day: '2026-01-10', by: '', at: new Date(0) }],
    };
    const sums = { granted: 100, own: 0, contracted: 100, paid: 0 };
    const contract = { number: '1', amount: 100, day: '2026-02-01', until: '2026-06-01' };
    const on = (over: object, paid: number, today: string) =>
      warningsOf(
        { ...built, contract, picturedAt: new Date('2026-02-20'), papers: ['offer', 'contract', 'invoice'], ...over },
        { ...sums, paid },
        today,
      );
    expect(on({}, 20, '2026-03-01')).to.deep.equal([]);
    expect(on({}, 90, '2026-03-01')).to.deep.equal(['moneyAhead']);
    expect(on({}, 10, '2026-05-20')).to.deep.equal(['moneyBehind', 'noPicture']);
    expect(on({ papers: ['contract'] }, 20, '2026-03-01')).to.deep.equal(['papers']);
    expect(on({ state: 'seeking', contract: undefined }, 0, '2026-03-20')).to.deep.equal(['lateSigned']);
    expect(on({ state: 'to-be-mended', mend: { until: '2026-03-01', what: '' } }, 50, '2026-03-02')).to.deep.equal(['lateMended']);
    expect(on({ state: 'finished' }, 100, '2026-03-01'), 'all of it before it is accepted').to.deep.equal(['moneyAhead']);
    const all = ['offer', 'contract', 'acceptance', 'invoice'];
    const accepted = { state: 'accepted', steps: [{ state: 'accepted', day: '2026-03-01', by: '', at: new Date(0) }], papers: all };
    expect(on(accepted, 50, '2026-03-31')).to.deep.equal([]);
    expect(on(accepted, 50, '2026-04-01'), 'not paid off').to.deep.equal(['moneyBehind']);
    for (const kind of all)
      expect(on({ ...accepted, papers: all.filter((each) => each !== kind) }, 50, '2026-03-02'), kind).to.deep.equal(['papers']);
    const counts = async () => (await warningsAmong([here.community], DAY)).get(here.community);
    expect((await counts())?.papers).to.equal(undefined);
    await stand(here.cycle, 3, { papers: [] });
    const found = await counts();
    expect(found?.lateSigned, 'since it was granted').to.deep.equal({ count: 1, since: RESULT_DAY });
    expect(Object.entries(found ?? {}).map(([warning, { count }]) => [warning, count])).to.have.deep.members([
      ['lateSigned', 1],
      ['papers', 1],
    ]);
    await collection(Account).updateOne({ _id: here.cycle }, { $set: { closed: { left: 0, by: '王芳', at: world.now() } } });
    expect(await counts(), 'of a closed account').to.equal(undefined);
  });
});

import { expect } from 'chai';
import mongoose, { mongo } from 'mongoose';
import { addressHmac } from '../src/contacts/contact.ts';
import {
  castBallot,
  Entry,
  type EntryRecord,
  ledgerOf,
  publishedFiles,
  results,
  sealDue,
  turnout,
  turnoutShares,
} from '../src/fund/ballots/index.ts';
import { ledgerEntries } from '../src/fund/ballots/ledger/ledgerOf.ts';
import { entryHash, firstPrevious, ledgerRow } from '../src/fund/ballots/ledger/ledgerRules.ts';
import { PUBLISHED } from '../src/fund/ballots/ledger/publishedFiles.ts';
import { Community, moneySettings } from '../src/fund/communities/index.ts';
import { Cycle, findCycle } from '../src/fund/cycles/index.ts';
import { enterAccepted, enterRest, keySlip, openBatch } from '../src/fund/paper/index.ts';
import { whyNotNow } from '../src/fund/paper/keySlips.ts';
import { type Actor, cardHmac, holdersOf, officeFields, operator, Resident, type ResidentRecord } from '../src/fund/people/index.ts';
import { addStaff as addStaffAct } from '../src/fund/roster/index.ts';
import { askSecond, confirmSecond } from '../src/fund/second/index.ts';
import { Second } from '../src/fund/second/second.ts';
import {
  ALL,
  actorsAt,
  actorsInChat,
  countOffices,
  isAllRead,
  isOfficeHeld,
  Staff,
  staffPhone,
  staffPhones,
  supervisedAmong,
} from '../src/fund/staff/index.ts';
import { StaffSession } from '../src/fund/staff/session.ts';
import { StaffChat } from '../src/fund/staff/staffChat.ts';
import { forgedRecords } from '../src/operation/forged.ts';
import { Broadcast, publicBroadcasts } from '../src/outreach/broadcasts/broadcast.ts';
import { queueDue } from '../src/outreach/broadcasts/queueBroadcast.ts';
import { Message } from '../src/outreach/outbox/message.ts';
import { collection } from '../src/store/collection.ts';
import { sha256 } from '../src/store/vault.ts';
import { HOUR_MS } from '../src/store/wallTime.ts';
import { ledger } from './conversations/records.ts';
import { createBroadcast } from './support/broadcasts.ts';
import { codeOf } from './support/codeOf.ts';
import { extendCycle, releaseResult } from './support/cycles.ts';
import { useDatabase } from './support/database.ts';
import { AT_TABLE, accepted, closed, finishKeying, handIn, keyed, serials, table } from './support/paper.ts';
import { runs } from './support/second.ts';
import { startService, type TestService } from './support/service.ts';
import { addStaff } from './support/staff.ts';
import { openKiosk } from './support/tables.ts';
import { type Town, town, votingNow } from './support/town.ts';
import { browse, cookieOf } from './web/console/office.ts';

const [VICTIM, OWN, STRANGE] = ['+8613800000001', '+8613800000009', '+8613911112222'];
const [OWN_CARD, HELPER, CADRE, SUPERVISOR] = ['503771413', '+8613800000033', '+8613800000021', '+8613800000012'];
const NOT_ON_ROSTER = '这个号码不在青松社区名册上';

describe('somebody who writes into the database and has no SECRET', () => {
  const { world } = useDatabase('writteninto');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());
  const idOf = (address: string) => addressHmac(world.vault, { community: service.community._id, channel: 'sms', address });
  const say = async (from: string, body: string) => (await service.twilio.deliver({ from, to: service.community.phone, body })) ?? '';
  const change = (_id: string, set: Partial<ResidentRecord>) => collection(Resident).updateOne({ _id }, { $set: set });
  const linked = (id: string) => ({ linkedContacts: [{ id, channel: 'sms' as const, address: Buffer.alloc(40), linkedBy: 'card' as const }] });
  const nobody = Buffer.alloc(60);

  it('writes to nobody in the community’s name, nor on its page, and changes nothing that was written', async () => {
    const here = await town(world, { residents: 2 });
    const { community } = here;
    const given = { id: 'a1', occasion: 'a1', community, text: '明天停水', to: 'all', dueAt: world.now() };
    await createBroadcast(world, given, operator('李姐'));
    const written = (await collection(Broadcast).findOne({ _id: 'a1' })) ?? expect.fail();
    await collection(Broadcast).insertOne({ ...written, _id: 'a2', occasion: 'a2', text: '投4号有奖，打13900000000' });
    await queueDue(world, ['sms']);
    expect(await collection(Message).distinct('broadcast', { community })).to.deep.equal(['a1']);
    await createBroadcast(world, { ...given, id: 'a3', occasion: 'a3', text: '后天停电' }, operator('李姐'));
    await collection(Broadcast).updateOne({ _id: 'a3' }, { $set: { to: 'all', text: '投4号' } });
    await queueDue(world, ['sms']);
    expect(await collection(Message).distinct('broadcast', { community })).to.deep.equal(['a1']);
    expect((await publicBroadcasts(world.vault, community, world.now())).map(({ text }) => text)).to.deep.equal(['明天停水']);
  });

  it('neither votes for a resident nor hears whether they have voted, by moving phone, link or card to them, or inventing one', async () => {
    expect(await say(VICTIM, '投 3')).to.include('投好了');
    const card = cardHmac(world.vault, service.community._id, OWN_CARD);
    const [victim, own, cardholder] = await Promise.all(
      [{ phoneId: idOf(VICTIM) }, { phoneId: idOf(OWN) }, { card }].map((which) => collection(Resident).findOne(which)),
    );
    if (!victim || !own || !cardholder) throw new Error('they are on the roster');

    await collection(Resident).updateOne({ _id: own._id }, { $unset: { phoneId: 1 } });
    await change(victim._id, { phoneId: idOf(OWN), ...linked(idOf(STRANGE)) });
    await collection(Resident).updateOne({ _id: cardholder._id }, { $unset: { card: 1, cardMark: 1 } });
    await change(victim._id, { card, cardMark: cardholder.cardMark ?? '' });
    for (const from of [OWN, STRANGE]) {
      for (const said of ['投 7', '查票']) expect(await say(from, said), said).to.include(NOT_ON_ROSTER);
      expect(await say(from, `投 7 ${OWN_CARD}`), 'the card that was moved').to.include('没找到这张卡');
    }
    await collection(Resident).insertOne({
      ...{ _id: 'invented', community: service.community._id, role: 'resident', addedAt: new Date(0) },
      ...{ phoneId: idOf('+8613911113333'), person: victim.person ?? nobody, linkedContacts: [] },
    });
    expect(await say('+8613911113333', '投 7')).to.include(NOT_ON_ROSTER);
    expect((await ledger(world)).map(({ picks }) => picks)).to.deep.equal([[3]]);

    await change(victim._id, { phoneId: idOf(VICTIM), linkedContacts: [] });
    expect(await say(VICTIM, '查票'), 'as it was, it is theirs').to.include('您的票记着呢');
  });

  it('becomes no cadre by message, and no supervisor to whom heads go, by another office on the roster', async () => {
    const own = await collection(Resident).findOne({ phoneId: idOf('+8613800000005') });
    await say('+8613800000005', '群发 开会');
    const before = await say('+8613800000005', '群发 开会');
    await change(own?._id ?? '', { role: 'cadre' });
    expect(await say('+8613800000005', '群发 开会')).to.equal(before);
    const cadre = await collection(Resident).findOne({ role: 'cadre', officeMark: { $exists: true } });
    await change(own?._id ?? '', { officeMark: cadre?.officeMark ?? '' });
    expect(await say('+8613800000005', '群发 开会'), 'another one’s mark').to.equal(before);
    await change(own?._id ?? '', { role: 'resident' });
  });

  it('is no supervisor whom pages count, and makes no settings by which one person pays alone', async () => {
    const here = await town(world, { residents: 2, community: { twoPersonsAbove: 0, papers: 'required' } });
    const [one = '', other = ''] = here.residents;
    const counted = async () => ({
      offices: (await countOffices(world, here.community)).supervisor,
      isHeld: await isOfficeHeld(world, here.community, 'supervisor'),
      among: [...(await supervisedAmong(world, [here.community]))],
      isAllRead: await isAllRead(world),
    });
    const nobody = { offices: 0, isHeld: false, among: [], isAllRead: false };
    expect(await counted()).to.deep.equal(nobody);
    await change(one, { role: 'supervisor' });
    const theirs = await collection(Staff).findOne({ role: 'supervisor' });
    if (!theirs) throw new Error('there is one');
    await collection(Staff).insertMany([here.community, ALL].map((community) => ({ ...theirs, _id: `own ${community}`, community })));
    expect(await counted()).to.deep.equal(nobody);
    await change(other, officeFields(world.vault, other, 'supervisor'));
    expect(await counted()).to.deep.equal({ offices: 1, isHeld: true, among: [here.community], isAllRead: false });

    await collection(Community).updateOne({ _id: here.community }, { $set: { twoPersonsAbove: 1_000_000, papers: 'warned' } });
    expect(await moneySettings(world, here.community)).to.deep.equal({});
    await collection(Staff).deleteMany({ _id: /^own/ });
  });

  it('does not become a resident of another community, where their phone is known', async () => {
    const [here, there] = [await town(world, { residents: 1, cycle: votingNow(world) }), await town(world, { residents: 1 })];
    const [phone = ''] = there.phones;
    const [theirs = '', ours = ''] = [there.residents[0], here.residents[0]];
    const at = (place: Town) => addressHmac(world.vault, { community: place.community, channel: 'sms', address: phone });
    await collection(Resident).deleteOne({ _id: ours });
    await change(theirs, { community: here.community, phoneId: at(here) });
    expect((await holdersOf(world)(here.act(phone))).holders).to.deep.equal([]);
    await change(theirs, { community: there.community, phoneId: at(there) });
    expect((await holdersOf(world)(there.act(phone))).holders).to.have.length(1);
  });

  it('gets no role, session or chat of the staff by changing whose it is', async () => {
    const slug = service.community._id;
    const people = `/console/${slug}/people`;
    const web = browse(() => service, await cookieOf(world, HELPER));
    const status = async () => (await web.get(people)).status;
    const of = async (phone: string) => (await collection(Staff).findOne({ phone: staffPhone(world.vault, phone) }))?._id ?? '';
    const [helper, supervisor] = [await of(HELPER), await of(SUPERVISOR)];
    expect(await status(), 'a helper').to.equal(403);

    await collection(Staff).updateOne({ _id: helper }, { $set: { role: 'cadre' } });
    expect(await status(), 'another role').to.equal(303);
    await collection(Staff).updateOne({ _id: helper }, { $set: { role: 'helper' } });
    await collection(Staff).updateOne({ _id: supervisor }, { $set: { phone: staffPhone(world.vault, HELPER) } });
    expect(await status(), 'the role of another phone').to.equal(403);
    await collection(Staff).updateOne({ _id: supervisor }, { $set: { phone: staffPhone(world.vault, SUPERVISOR) } });
    await collection(StaffSession).updateMany({}, { $set: { phone: staffPhone(world.vault, SUPERVISOR) } });
    expect(await status(), 'a session of another phone').to.equal(303);

    const [actor] = await actorsAt(world, slug, CADRE);
    if (!actor) throw new Error('they are a cadre');
    const token = await openKiosk(world, { community: slug, phone: staffPhone(world.vault, CADRE), device: 'tablet', actor });
    const asCadre = browse(() => service, `staff=${token}`);
    await collection(StaffSession).updateMany({ kiosk: slug }, { $unset: { kiosk: 1, turn: 1, stage: 1 } });
    expect((await asCadre.get(people)).status, 'the tablet as its cadre').to.equal(303);

    const chat = { community: slug, channel: 'wechat' as const, address: 'o-own' };
    const _id = addressHmac(world.vault, chat);
    expect(await staffPhones(world).link(HELPER, { ...chat })).to.equal(true);
    const roles = async () => (await actorsInChat(world, chat)).map(({ role }) => role);
    expect(await roles()).to.deep.equal(['helper']);
    await collection(StaffChat).updateOne({ _id }, { $set: { phone: staffPhone(world.vault, CADRE) } });
    expect([await roles(), await staffPhones(world).isTied(CADRE, chat)]).to.deep.equal([[], false]);
  });

  it('confirms nothing of their own by changing who asked, who may confirm, or what it is', async () => {
    const here = await town(world);
    const [one, other] = ['+8613800000201', '+8613800000202'];
    await addStaff(world)(here.community, { name: '王芳', phone: one, role: 'cadre' }, operator('李姐'));
    await addStaff(world)(here.community, { name: '郑海涛', phone: other, role: 'supervisor' }, operator('李姐'));
    const [cadre, supervisor] = (await Promise.all([one, other].map((phone) => actorsAt(world, here.community, phone)))).flat();
    if (!cadre || !supervisor) throw new Error('they are staff');
    const payload = { name: '老周', phone: '+8613800000203', role: 'council' as const };
    const run = (_: unknown, community: string, actor: Actor) => addStaff(world)(community, payload, actor);
    const asking = {
      community: here.community,
      actor: cadre,
      act: { ...addStaffAct, confirmedBy: 'supervisor' as const },
      payload,
      subject: 'staff/council',
      detail: {},
    };
    const { waits } = await askSecond(world, asking);
    const _id = { community: here.community, number: waits };
    const asked = await collection(Second).findOne({ _id });
    const confirm = (actor = supervisor) => confirmSecond(world, runs(run), { community: here.community, number: waits, actor });
    for (const set of [{ role: 'any' as const }, { act: 'staff.remove' }, { 'asked.id': supervisor.id }, { 'asked.phone': 'somebody' }]) {
      await collection(Second).updateOne({ _id }, { $set: set });
      expect(await confirm(), Object.keys(set).join()).to.have.property('refused');
      if (asked) await collection(Second).replaceOne({ _id }, asked);
    }
    expect(await confirm()).to.deep.equal({ confirmed: true });
  });

  it('changes no result: not what is published, not the ballot, a day, a voter or a receipt, however the entries are chained anew', async () => {
    const here = await town(world, { residents: 4, cycle: votingNow(world) });
    for (const [n, picks] of [[1], [1], [2]].entries()) await castBallot(world, { picks }, here.act(n));
    const later = new Date(world.now().getTime() + 2 * HOUR_MS);
    const closed = () => ({ ...world, now: () => later }); // each is a process that knows nothing yet
    await sealDue(closed(), enterRest(closed()))();
    const published = await results(closed(), here.cycle);
    expect(published.winners).to.deep.equal([1, 2, 3]);

    const parts = mongoose.connection.collection<{ _id: object; bytes: mongo.Binary }>('publishedParts');
    const files = mongoose.connection.collection<{ _id: object; cast: number }>('publishedFiles');
    const which = { '_id.cycle': here.cycle, '_id.name': 'results' };
    const part = await parts.findOne(which);
    const forged = Buffer.from(part?.bytes.toString('utf8').replace('"winners":[1,2,3]', '"winners":[3,2,1]') ?? '');
    await parts.updateOne(which, { $set: { bytes: new mongo.Binary(forged) } });
    expect(await codeOf(results(closed(), here.cycle))).to.equal('not-published');
    await files.updateOne(which, { $set: { cast: 99 } });
    expect(await results(closed(), here.cycle), 'made anew of the ledger').to.deep.equal(published);

    const unpublish = () => Promise.all([parts.deleteMany({ '_id.cycle': here.cycle }), files.deleteMany({ '_id.cycle': here.cycle })]);
    const entries: EntryRecord[] = [];
    for await (const entry of ledgerEntries(here.cycle)) entries.push(entry);
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    const ballot = cycle?.frozen?.ballot ?? '';
    const isForged = async (what: string) => {
      await unpublish();
      expect(await codeOf(results(closed(), here.cycle)), what).to.equal(what === 'another budget' ? 'not-closed' : 'broken-ledger');
      for (const entry of entries) await collection(Entry).replaceOne({ _id: entry._id }, entry);
      await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { 'frozen.ballot': ballot, 'frozen.hash': sha256(ballot) } });
    };
    const cheaper = ballot.replace('"budget":300000', '"budget":10000');
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { 'frozen.ballot': cheaper, 'frozen.hash': sha256(cheaper) } });
    await chainAnew(here.cycle, cheaper, {});
    await isForged('another budget');
    await chainAnew(here.cycle, ballot, { at: '2020-01-01' });
    await isForged('another day');
    for (const set of [{ voter: entries[1]?.voter ?? '' }, { key: 'another' }, { receipt: '0000000000' }, { voided: true as const }]) {
      await collection(Entry).updateOne({ _id: { cycle: here.cycle, seq: 1 } }, { $set: set });
      await isForged(Object.keys(set).join());
    }
    await unpublish();
    expect(await results(closed(), here.cycle)).to.deep.equal(published);
  });

  it('has nothing told before the close, by other dates or a seal of their own, nor has the last ballots left out after it', async () => {
    const here = await town(world, {
      residents: 12,
      cycle: { ...votingNow(world), paper: { until: new Date(world.now().getTime() + 2 * HOUR_MS) } },
    });
    for (let n = 0; n < 12; n += 1) await castBallot(world, { picks: [1] }, here.act(n));
    const _id = here.cycle;
    const genuine = await collection(Cycle).findOne({ _id });
    /** What each way tells, in a process that knows nothing yet. */
    const told = async () => {
      const one = { ...world };
      const cycle = await findCycle(_id);
      const rows = [];
      for await (const piece of ledgerOf(one, _id)) rows.push(...piece);
      return {
        sealed: await sealDue(one, enterRest(one))().catch(() => []),
        results: await codeOf(results(one, _id)),
        files: await Promise.all(PUBLISHED.map((name) => codeOf(publishedFiles(one).of(_id, name)))),
        ballots: (await turnout(one)(_id)).ballots,
        days: cycle && (await turnoutShares.read({ world: one, community: cycle.community, actor: operator('李姐') }, cycle))?.voters,
        rows: rows.length,
        released: await releaseResult(one)({ cycle: _id, actor: operator('李姐') }),
        keyed: await whyNotNow(one, _id),
        log: (await (await fetch(`${service.url}/c/${here.community}/log`)).text()).includes('作废'),
      };
    };
    const honest = await told();
    expect([honest.results, honest.days]).to.deep.equal(['not-closed', 0]);
    const ago = new Date(world.now().getTime() - 60_000);
    const back = { 'stages.1.from': ago, paper: { until: ago } };
    const last = (await collection(Entry).find({ '_id.cycle': _id }).sort({ _id: -1 }).toArray())[0];
    const place = { previous: last?.hash ?? '', seq: 13, at: last?.at ?? '' };
    const own = {
      _id: { cycle: _id, seq: 13 },
      at: place.at,
      previous: place.previous,
      key: 'own',
      sealed: true as const,
      hash: entryHash(sha256, place),
    };
    for (const [what, set] of Object.entries({
      back,
      keyedAtOnce: { 'paper.key': 'atOnce' },
      publicNow: { 'frozen.timezone': 'Pacific/Kiritimati' },
      larger: { 'frozen.day': '' },
      sealed: { sealedAt: ago, residentsAtClose: 12, ...back },
    })) {
      await collection(Cycle).updateOne({ _id }, { $set: set });
      if (what === 'sealed') await collection(Entry).insertOne(own);
      expect(await told(), what).to.deep.equal(honest);
      if (genuine) await collection(Cycle).replaceOne({ _id }, genuine);
      await collection(Entry).deleteMany({ '_id.cycle': _id, sealed: true });
    }

    const extended = extendCycle(world)({ id: _id, to: new Date(world.now().getTime() + 3 * HOUR_MS), actor: operator('李姐'), reason: '停电' });
    expect(await extended).to.have.property('extended');
    const now = await collection(Cycle).findOne({ _id });
    if (genuine) await collection(Cycle).replaceOne({ _id }, genuine);
    const atOldClose = () => ({ ...world, now: () => new Date(world.now().getTime() + 2.5 * HOUR_MS) });
    await sealDue(atOldClose(), enterRest(atOldClose()))().catch(() => []);
    expect((await collection(Cycle).findOne({ _id }))?.sealedAt, 'sealed by the dates of before').to.equal(undefined);
    if (now) await collection(Cycle).replaceOne({ _id }, now);

    const later = () => ({ ...world, now: () => new Date(world.now().getTime() + 9 * HOUR_MS) });
    await sealDue(later(), enterRest(later()))();
    await collection(Entry).deleteMany({ '_id.cycle': _id, '_id.seq': { $gte: 12 } });
    const before = (await collection(Entry).findOne({ _id: { cycle: _id, seq: 11 } }))?.hash ?? '';
    const shorter = { previous: before, seq: 12, at: place.at };
    await collection(Entry).insertOne({ ...own, previous: before, _id: { cycle: _id, seq: 12 }, hash: entryHash(sha256, shorter) });
    expect(await codeOf(results(later(), _id))).to.equal('broken-ledger');
  });

  it('has no slip of paper count for another, or as superseded or double, or keyed by one, or taken in by nobody; doctor names each', async () => {
    const here = await town(world, { residents: 9, cycle: votingNow(world) });
    const { cycle, community, residents } = here;
    const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = ''] = await serials(world, cycle, 9);
    const place = { cycle, table: await table(world, cycle) };
    const handedIn = [a, b, c, d, e, f, g, i];
    for (const [n, serial] of handedIn.entries()) await handIn(world, place, serial, { resident: residents[n] ?? '' });
    const found = async () => (await forgedRecords(world.vault)).forged.filter((each) => each.community === community).map(({ kind }) => kind);
    const [marks, tables, batches, slips] = ['marks', 'tables', 'batches', 'slips'].map((name) =>
      mongoose.connection.collection<mongo.Document>(name),
    );
    if (!marks || !tables || !batches || !slips) throw new Error('they are there');
    const happened: Record<string, unknown> = {};

    await slips.insertOne({ ...(await slips.findOne({ _id: h as never })), _id: '00000000' as never });
    happened['an invented slip'] = await handIn(world, place, '00000000', { resident: residents[8] ?? '' });
    await closed(world, place);
    const opens = () => openBatch(world, { ...place, actor: AT_TABLE });
    const genuine = await tables.findOne({ '_id.cycle': cycle });
    await tables.updateOne({ '_id.cycle': cycle }, { $set: { hands: [] } });
    happened['another table’s hands'] = [await opens(), await found()];
    await batches.deleteMany({ '_id.cycle': cycle });
    if (genuine) await tables.replaceOne({ _id: genuine._id }, genuine);

    const batch = await keyed(
      world,
      place,
      [a, b, c, d, e].map((serial, n) => [serial, [n < 3 ? 1 : 2]]),
    );
    const keyedByOne = async (serial: string) => {
      const actor = operator('小陈');
      const { batch: number } = { batch: 0, ...(await openBatch(world, { ...place, actor })) };
      await keySlip(world, { cycle, batch: number, serial, says: { picks: [3] }, actor });
      await finishKeying(world)({ cycle, batch: number, actor });
      const _id = { cycle, number } as never;
      const [first] = (await batches.findOne({ _id }))?.keyed ?? [];
      return (by: object = first.by) => batches.updateOne({ _id }, { $set: { state: 'ready', 'keyed.1': { ...first, by } } });
    };
    const [copyToAnother, copyToThemselves] = [await keyedByOne(f), await keyedByOne(i)];
    const taken = await keyed(world, place, [[g, [3]]]);
    expect(await found()).to.deep.equal(['slips slip']);

    const [ofA, ofB, ofC, ofD] = await Promise.all([a, b, c, d].map((serial) => marks.findOne({ serial })));
    await marks.deleteMany({ serial: { $in: [a, b] } });
    await marks.insertMany([ofA && { ...ofA, serial: b }, ofB && { ...ofB, serial: a }].flatMap((mark) => mark ?? []));
    const later = new Date(world.now().getTime() + 1_000);
    if (ofC) await marks.insertOne({ ...ofC, _id: { cycle, id: 'own' } as never, serial: h, at: later });
    if (ofC) await marks.insertOne({ ...ofC, _id: { cycle, id: 'ours' } as never, serial: '00000017', voter: ofD?.voter, at: later });
    await slips.updateOne({ _id: e as never }, { $set: { batch: taken, outcome: 'counted' } });
    happened['swapped, superseded twice, double'] = await accepted(world, cycle, batch);

    await copyToAnother({ phone: 'operator 小吴', name: '小吴' });
    happened['a keying copied as another’s'] = await accepted(world, cycle, batch + 1);
    await copyToThemselves();
    happened['keyed twice by one'] = await accepted(world, cycle, batch + 2);

    const invented = ['小郑', '小陈'].map((name) => ({ by: { phone: `operator ${name}`, name }, at: world.now() }));
    await batches.updateOne({ _id: { cycle, number: taken } as never }, { $set: { state: 'entering', accepted: invented } });
    await enterAccepted(world);
    happened['accepted by nobody'] = (await batches.findOne({ _id: { cycle, number: taken } as never }))?.outcomes;
    happened.doctor = await found();
    expect(happened).to.deep.equal({
      'an invented slip': { refused: 'unknownSerial' },
      'another table’s hands': [{ refused: 'noTable' }, ['slips slip', 'tables table']],
      'swapped, superseded twice, double': { accepted: 2, outcomes: { unmarked: 2, counted: 3 } },
      'a keying copied as another’s': { refused: 'notReady' },
      'keyed twice by one': { refused: 'notReady' },
      'accepted by nobody': {},
      doctor: ['batches batch', 'batches keyed.slips', 'marks mark', 'marks person', 'slips slip'],
    });
  });
});

/** Writes all entries of a cycle anew, so that each follows from the one before, and the first from the ballot. */
async function chainAnew(cycle: string, ballot: string, over: Partial<EntryRecord>): Promise<void> {
  let previous = firstPrevious(sha256, cycle, ballot);
  for await (const entry of ledgerEntries(cycle)) {
    const { hash: _, ...row } = ledgerRow({ ...entry, ...over, previous });
    const hash = entryHash(sha256, row);
    await collection(Entry).updateOne({ _id: entry._id }, { $set: { ...over, previous, hash } });
    previous = hash;
  }
}

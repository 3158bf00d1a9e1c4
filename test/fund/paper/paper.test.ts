import { expect } from 'chai';
import type { Notice } from '../../../src/contacts/notify.ts';
import { castBallot, checkReceipt, decryptSecret, voidBallot } from '../../../src/fund/ballots/index.ts';
import { ledgerEntries } from '../../../src/fund/ballots/ledger/ledgerOf.ts';
import { Cycle, cycleById } from '../../../src/fund/cycles/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { encryptedKeyed, markOfBatch } from '../../../src/fund/paper/batch.ts';
import {
  Batch,
  enterAccepted,
  enterLateJoined,
  handedInLast,
  keySlip,
  Mark,
  MOST_IN_BATCH,
  openBatch,
  publicPaper,
  readBatch,
  readOddSlips,
  readOneTable,
  readTables,
  Slip,
  Table,
  UNDO_MS,
  votedOrHandedIn,
} from '../../../src/fund/paper/index.ts';
import { encryptedMarked, markOfMark } from '../../../src/fund/paper/mark.ts';
import { markOfSlip } from '../../../src/fund/paper/slip.ts';
import { operator, Resident, residentId } from '../../../src/fund/people/index.ts';
import { forgedRecords } from '../../../src/operation/forged.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { linkedContactOf } from '../../support/onRoster.ts';
import { AT_TABLE, acceptBatch, accepted, changedTable, closed, finishKeying, handIn, keyed, OTHER, serials, table } from '../../support/paper.ts';
import { acceptRequest } from '../../support/requests.ts';
import { staff } from '../../support/second.ts';
import { castAssisted, closeTable, openTable, undoMark, validateTable } from '../../support/tables.ts';
import { cycleRecord, type Town, town, votingNow } from '../../support/town.ts';

describe('paper', () => {
  const { world } = useDatabase('paper');
  const here = (residents = 3) => town(world, { residents, cycle: votingNow(world) });
  /** What the ledger holds in its order: channel and picks. */
  const ledgerOf = async (cycle: string) => {
    const found: string[] = [];
    for await (const entry of ledgerEntries(cycle)) {
      const { channel, picks } = decryptSecret(world.vault, entry);
      found.push(`${channel} ${picks}`);
    }
    return found;
  };
  const ago = (ms: number) => new Date(world.now().getTime() - ms);
  const text = (town: Town, n: number, pick: number, at = world.now()) => castBallot(world, { picks: [pick] }, town.act(n, { at }));

  it('takes a slip at the table by card, name or request, and refuses what is forged, another community’s, of an older ballot, or handed in before', async () => {
    const [one, other] = [await here(), await here()];
    const [old = ''] = await serials(world, one.cycle, 1);
    await collection(Cycle).updateOne({ _id: one.cycle }, { $set: { 'projects.0.title': '换了一个' } }); // printed before the ballot was frozen
    const [a = '', b = '', c = ''] = await serials(world, one.cycle, 3);
    const [foreign = ''] = await serials(world, other.cycle, 1);
    const place = { cycle: one.cycle, table: await table(world, one.cycle) };
    const taken = await handIn(world, place, `${a.slice(0, 4)} ${a.slice(4)}`, { card: card(0) }, { id: 'device-1' });
    expect(taken).to.include({ marked: 1, serial: a });
    expect(await handIn(world, place, a, { card: card(0) }, { id: 'device-1' }), 'sent again').to.include({ marked: 1, serial: a });
    expect(await handIn(world, place, a, { resident: one.residents[1] ?? '' })).to.deep.equal({ refused: 'usedSerial' });
    expect(await handIn(world, place, foreign, { card: card(1) })).to.deep.equal({ refused: 'otherSlip' });
    expect(await handIn(world, place, old, { card: card(1) })).to.deep.equal({ refused: 'oldBallot' });
    const forged = '00000000';
    expect(await handIn(world, place, (await collection(Slip).findOne({ _id: forged })) ? 'x' : forged, { card: card(1) })).to.deep.equal({
      refused: 'unknownSerial',
    });
    expect(
      await handIn(
        world,
        place,
        b.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)),
        { card: card(1) },
      ),
    ).to.deep.equal({
      refused: 'serial',
    });
    expect(await handIn(world, place, b, { card: card(0) })).to.include({ marked: 2 });
    expect(await handIn(world, place, c, { card: card(1) }, { other: AT_TABLE.name })).to.deep.equal({ refused: 'samePerson' });
    expect(await handIn(world, place, c, { card: card(99) })).to.deep.equal({ refused: 'noPerson' });
    for (const at of [ago(13 * 3_600_000), ago(3_600_000), ago(-600_000), new Date(Number.NaN)])
      expect(await handIn(world, place, c, { card: card(1) }, { at }), `a device’s clock: ${at.getTime()}`).to.deep.equal({ refused: 'moment' });
    expect(await handIn(world, place, c, { name: '赵小梅', building: '3栋' }, { id: 'asked' })).to.include({ marked: 3, asked: 1 });
    expect(await undoMark(world, one.notify)({ cycle: one.cycle, id: 'asked', actor: AT_TABLE })).to.deep.equal({ undone: true });
    const late = { ...world, now: () => ago(-UNDO_MS - 60_000) };
    expect(await undoMark(late, one.notify)({ cycle: one.cycle, id: 'device-1', actor: AT_TABLE })).to.deep.equal({ refused: 'late' });
    await changedTable(world, place, ({ opened }) => ({ opened: { ...opened, at: ago(3_000_000) } }));
    const back = ago(1_800_000);
    expect(await handIn(world, place, c, { card: card(2) }, { at: back })).to.include({ marked: 4 });
    const told = [];
    for await (const { act, opening } of readLog(world, one.community)) if (act === 'table.mark') told.push(opening?.detail.after);
    expect(told.at(-1), 'who dates back is in the log with both moments')
      .to.include({ mark: 4, at: back.toISOString() })
      .and.have.property('received');
    expect(told[0]).not.to.have.property('received');
    const reads = operator('小陈');
    const shown = async () => [
      (await readTables.read({ world, community: one.community, actor: reads }, one.cycle)).map(({ datedBack }) => datedBack),
      (await readOneTable.read({ world, community: one.community, actor: reads }, one.cycle, place.table))?.datedBack,
      (await publicPaper(one.cycle))?.tables.map(({ datedBack }) => datedBack),
    ];
    expect(await shown(), 'and so have lists and pages').to.deep.equal([[1], 1, [1]]);
    const counts = { cycle: one.cycle, table: place.table, other: OTHER, actor: AT_TABLE };
    expect(await closeTable(world, one.notify)({ ...counts, handedOut: 4, spoiled: 1, left: 95 })).to.deep.equal({
      refused: 'reason',
      slips: 0,
      marks: 1,
    });
    expect(await closeTable(world, one.notify)({ ...counts, handedOut: 3, spoiled: 1, left: 96 })).to.deep.equal({ closed: true });
    expect(await handIn(world, place, a, { card: card(1) })).to.deep.equal({ refused: 'closed' });
    expect(await undoMark(world, one.notify)({ cycle: one.cycle, id: 'device-1', actor: AT_TABLE })).to.deep.equal({ refused: 'closed' });
    const batch = await keyed(world, place, [[a, [1]]]);
    expect(
      (await readBatch.read({ world, community: one.community, actor: reads }, one.cycle, batch))?.datedBack,
      'where the keyings are compared',
    ).to.equal(1);
    expect(await acceptBatch(world)({ cycle: one.cycle, batch, actor: operator('小陈') }), 'a text of just now is written first').to.deep.equal({
      refused: 'tooSoon',
    });
  });

  it('tells the phone of whom a slip or a ballot with help was taken from, once, and when a slip was taken back', async () => {
    const { community, cycle, residents } = await here();
    const [a = '', b = ''] = await serials(world, cycle, 2);
    const place = { cycle, table: await table(world, cycle) };
    const told: unknown[] = [];
    const notify = async ({
      resident = '',
      kind,
      said: { key, params },
    }: Omit<Notice, 'said'> & { readonly said: { key: string; params?: object } }) => {
      told.push([residents.indexOf(resident), kind, key, kind === 'alarm' && params]);
    };
    for (const _ of [1, 2]) await handIn(world, place, a, { card: card(0) }, { id: 'told', notify });
    await handIn(world, place, b, { name: '赵小梅', building: '3栋' }, { notify });
    for (const _ of [1, 2]) await undoMark(world, notify)({ cycle, id: 'told', actor: AT_TABLE });
    const beside = { community, picks: [2], witness: OTHER, actor: AT_TABLE };
    const { receipt } = { receipt: '', ...(await castAssisted(world, notify)({ ...beside, person: { card: card(1) }, key: 'alone' })) };
    await castAssisted(world, notify)({ ...beside, person: { card: card(2) }, key: 'by-sms', bySms: true });
    expect(told).to.deep.equal([
      [0, 'alarm', 'notice.slip', { number: 1 }],
      [0, 'alarm', 'notice.slipBack', { number: 1 }],
      [1, 'alarm', 'notice.assisted', { receipt }],
      [2, 'receipt', 'vote.receipt', false],
    ]);
  });

  it('tells by text whom somebody named as the second person: once at a table, of its counts, and once a day of ballots with help', async () => {
    const { community, cycle } = await here();
    const [first, named, third] = await Promise.all(
      ['1', '2', '3'].map((n) => staff(world, community, { role: 'cadre', phone: `+861390000010${n}`, name: `第${n}位` })),
    );
    if (!first || !named || !third) throw new Error('nobody');
    const told: unknown[] = [];
    const seen = new Set<string>();
    const notify = async ({
      occasion,
      address,
      heedsQuiet,
      said: { key, params },
    }: Omit<Notice, 'said'> & { said: { key: string; params?: object } }) => {
      if (key.startsWith('notice.named') && !seen.has(occasion + address)) told.push([address, heedsQuiet, key, params]);
      seen.add(occasion + address);
    };
    const [a = '', b = '', c = ''] = await serials(world, cycle, 3);
    const opening = { cycle, place: '门口', received: 10, other: named.id, actor: first };
    for (const _ of [1, 2]) expect(await openTable(world, notify)(opening)).to.deep.equal({ table: 1 });
    const place = { cycle, table: 1 };
    const by = { actor: first, notify };
    expect(await handIn(world, place, a, { card: card(0) }, { ...by, other: named.id })).to.include({ marked: 1 });
    for (const [serial, n] of [[b, 1] as const, [c, 2] as const])
      expect(await handIn(world, place, serial, { card: card(n) }, { ...by, other: third.id })).to.have.property('marked');
    const closing = { cycle, table: 1, handedOut: 3, spoiled: 0, left: 7, other: named.id, actor: first };
    expect(await closeTable(world, notify)(closing)).to.deep.equal({ closed: true });
    for (const n of [0, 1])
      await castAssisted(world, notify)({ community, picks: [1], witness: third.id, actor: first, person: { card: card(n) }, key: `k${n}` });
    const by1 = first.name;
    expect(told).to.deep.equal([
      ['+8613900000102', true, 'notice.namedAtTable', { by: by1, number: 1 }],
      ['+8613900000103', true, 'notice.namedAtTable', { by: by1, number: 1 }],
      ['+8613900000102', true, 'notice.namedAtClosing', { by: by1, number: 1, handedOut: 3, marks: 3 }],
      ['+8613900000103', true, 'notice.namedAsWitness', { by: by1 }],
    ]);
  });

  it('writes each ballot that was entered beside its voter into the log, whatever key its form sends: of another person, community or cycle; sent again it is one', async () => {
    const [one, other] = [await here(), await here()];
    const next = { ...cycleRecord(one.community, world.now()), _id: `${one.cycle}-next` };
    const later = world.now().getTime() + 2 * 3_600_000;
    await collection(Cycle).insertOne({ ...next, ...votingNow({ now: () => new Date(later) }) });
    const told: string[] = [];
    const notify = async ({ occasion }: { occasion: string }) => void told.push(occasion);
    const assist = async (of: Town, n: number, at = world) =>
      castAssisted(at, notify)({ community: of.community, person: { card: card(n) }, picks: [1], witness: OTHER, key: 'guessed', actor: AT_TABLE });
    const inLog = async ({ community }: Town) => {
      const subjects: string[] = [];
      for await (const { act, subject } of readLog(world, community)) if (act === 'ballot.assist') subjects.push(subject);
      return subjects;
    };
    const first = await assist(one, 0);
    expect(await assist(one, 0), 'sent again').to.deep.equal(first);
    await assist(other, 0);
    await assist(one, 1);
    await assist(one, 0, { ...world, now: () => new Date(later) });
    expect([await inLog(one), await inLog(other)]).to.deep.equal([[one.cycle, one.cycle, next._id], [other.cycle]]);
    expect((await Promise.all([one.cycle, next._id, other.cycle].map(ledgerOf))).map(({ length }) => length)).to.deep.equal([2, 1, 1]);
    expect(new Set(told).size, 'each of them is told').to.equal(4);
  });

  it('lets who worked at a table neither key its slips nor validate it, in whatever role and from whatever phone', async () => {
    const { cycle, community } = await here();
    const phone = '+8613900000001';
    const both = await staff(world, community, { role: 'helper', phone });
    const supervisor = await staff(world, community, { role: 'supervisor', phone });
    const [a = '', b = ''] = await serials(world, cycle, 2);
    const place = { cycle, table: await table(world, cycle) };
    const witness = await staff(world, community, { role: 'cadre', phone: '+8613900000002' });
    const same = await staff(world, community, { role: 'cadre', phone });
    expect(await handIn(world, place, a, { card: card(0) }, { actor: both, other: same.id })).to.deep.equal({ refused: 'samePerson' });
    expect(await handIn(world, place, a, { card: card(0) }, { actor: both, other: witness.id })).to.include({ marked: 1 });
    expect(await openBatch(world, { ...place, actor: witness })).to.deep.equal({ refused: 'open' });
    const otherPhone = await staff(world, community, { role: 'supervisor', phone: '+8613900000003', name: witness.name });
    const asHelper = await staff(world, community, { role: 'helper', phone: '+8613900000003', name: witness.name });
    expect(await handIn(world, place, b, { card: card(1) }, { actor: witness, other: asHelper.id }), 'another phone').to.deep.equal({
      refused: 'samePerson',
    });
    await closed(world, place);
    expect(await openBatch(world, { ...place, actor: otherPhone })).to.deep.equal({ refused: 'ownTable' });
    expect(await validateTable(world)({ ...place, actor: otherPhone })).to.deep.equal({ refused: 'ownTable' });
    expect(await openBatch(world, { ...place, actor: witness })).to.deep.equal({ refused: 'ownTable' });
    expect(await openBatch(world, { ...place, actor: supervisor })).to.deep.equal({ refused: 'ownTable' });
    expect(await validateTable(world)({ ...place, actor: supervisor })).to.deep.equal({ refused: 'ownTable' });
  });

  it('has a table closed by who worked at it, or a cadre, and by no helper who never did', async () => {
    const { cycle, community } = await here();
    const helper = (phone: string, name: string) => staff(world, community, { role: 'helper', phone, name });
    const [one, other] = [await helper('+8613900000001', '老周'), await helper('+8613900000002', '小刘')];
    const stranger = await helper('+8613900000003', '小陈');
    const cadre = await staff(world, community, { role: 'cadre', phone: '+8613900000004', name: '王芳' });
    const open = async (place: string) => {
      const opened = await openTable(world)({ cycle, place, received: 10, other: other.id, actor: one });
      return 'table' in opened ? Number(opened.table) : expect.fail(JSON.stringify(opened));
    };
    const counts = { cycle, handedOut: 0, spoiled: 0, left: 10, other: other.id };
    const [first, second] = [await open('门口'), await open('后门')];
    expect(await closeTable(world)({ ...counts, table: first, actor: stranger })).to.deep.equal({ refused: 'notHere' });
    expect(await closeTable(world)({ ...counts, table: first, actor: one })).to.deep.equal({ closed: true });
    expect(await closeTable(world)({ ...counts, table: second, actor: cadre })).to.deep.equal({ closed: true });
  });

  it('keys each slip twice, blind, lets a third settle what differs, and enters only what two accepted', async () => {
    const { cycle, community } = await here();
    const [a = '', b = '', c = '', lone = ''] = await serials(world, cycle, 4);
    const place = { cycle, table: await table(world, cycle) };
    await handIn(world, place, a, { card: card(0) });
    await handIn(world, place, b, { card: card(1) });
    await handIn(world, place, c, { card: card(2) });
    await closed(world, place);
    const [first, second, third] = [operator('小陈'), operator('小吴'), operator('小郑')];
    await openBatch(world, { ...place, actor: first });
    const key = (actor: typeof first, serial: string, ...picks: number[]) => keySlip(world, { cycle, batch: 1, serial, says: { picks }, actor });
    const finish = (actor: typeof first) => finishKeying(world)({ cycle, batch: 1, actor });
    expect(await key(first, a, 9)).to.deep.equal({ refused: 'unknown' });
    expect(await key(first, a.slice(4), 1), 'the last four digits').to.include({ keyed: a });
    await key(first, b, 2);
    await key(first, lone, 3);
    await keySlip(world, { cycle, batch: 1, serial: c, says: 'unreadable', actor: first });
    expect(await key(second, a, 1)).to.deep.equal({ refused: 'taken' });
    expect((await readOddSlips.read({ world, community, actor: first }, cycle, 9)).notKeyed.map(({ serial }) => serial)).to.have.members([a, b, c]);
    expect(await finish(first)).to.deep.equal({ state: 'second', differ: 0 });
    expect(await key(first, a, 1)).to.deep.equal({ refused: 'samePerson' });
    for (const serial of [a, b, lone]) await key(second, serial, serial === a ? 1 : 3);
    await keySlip(world, { cycle, batch: 1, serial: c, says: 'unreadable', actor: second });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: third })).to.deep.equal({ refused: 'notReady' });
    expect((await readBatch.read({ world, community, actor: third }, cycle, 1))?.own, 'what others keyed').to.equal(undefined);
    expect(await finish(second)).to.deep.equal({ state: 'differences', differ: 1 });
    expect((await readBatch.read({ world, community, actor: third }, cycle, 1))?.differ).to.deep.equal([b]);
    expect(await key(third, a, 2)).to.deep.equal({ refused: 'notAsked' });
    expect(await key(second, b, 2)).to.deep.equal({ refused: 'samePerson' });
    await key(third, b, 2);
    expect(await finish(third)).to.deep.equal({ state: 'ready', differ: 0 });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: first })).to.deep.equal({ accepted: 1 });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: first })).to.deep.equal({ refused: 'samePerson' });
    expect(await ledgerOf(cycle)).to.deep.equal([]);
    const outcomes = { counted: 2, unreadable: 1, unmarked: 1 };
    const found = (await collection(Batch).findOne({ '_id.cycle': cycle })) ?? expect.fail();
    const before = found.accepted.map((each) => ({ ...each, at: ago(73 * 3_600_000) }));
    const mark = markOfBatch(world.vault, { ...found, accepted: before });
    await collection(Batch).updateOne({ _id: found._id }, { $set: { accepted: before, mark } });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: second }), 'the first waited too long').to.deep.equal({ accepted: 1 });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: first })).to.deep.equal({ accepted: 2, outcomes });
    expect(await acceptBatch(world)({ cycle, batch: 1, actor: third })).to.deep.equal({ accepted: 2, outcomes });
    expect((await ledgerOf(cycle)).toSorted()).to.deep.equal(['paper 1', 'paper 2']);
    expect(await readOddSlips.read({ world, community, actor: first }, cycle, 9)).to.deep.equal({
      notKeyed: [],
      uncounted: [
        { serial: lone, batch: 1, outcome: 'unmarked' },
        { serial: c, batch: 1, outcome: 'unreadable' },
      ],
    });
    const told = await publicPaper(cycle);
    expect(told).to.deep.include({ outcomes, missing: 0 });
    expect(told?.tables[0]).to.include({ received: 100, marks: 3, validated: false });
  });

  it('counts a serial that is keyed in two batches once, and refuses what belongs into no batch', async () => {
    const { cycle, community } = await town(world, { residents: 3, cycle: { ...votingNow(world), choices: { min: 1, max: 2 } } });
    const [a = '', b = '', c = ''] = await serials(world, cycle, 3);
    const place = { cycle, table: await table(world, cycle) };
    await handIn(world, place, a, { card: card(0) });
    await handIn(world, place, b, { card: card(1) });
    await handIn(world, place, c, { card: card(2) });
    await closed(world, place);
    const [one, two] = [await keyed(world, place, [[a, [1]]]), await keyed(world, place, [[a, [2]]])];
    expect(await accepted(world, cycle, one)).to.deep.include({ outcomes: { counted: 1 } });
    expect(await accepted(world, cycle, two)).to.deep.include({ outcomes: { double: 1 } });

    const [first, second, third] = [operator('小陈'), operator('小吴'), operator('小郑')];
    const { batch } = { batch: 0, ...(await openBatch(world, { ...place, actor: first })) };
    type Says = Parameters<typeof keySlip>[1]['says'];
    const key = (actor: typeof first, serial: string, says: Says) => keySlip(world, { cycle, batch, ...(serial && { serial }), says, actor });
    const finish = (actor: typeof first) => finishKeying(world)({ cycle, batch, actor });
    expect(await finish(first)).to.deep.equal({ refused: 'empty' });
    expect(await key(first, a, { picks: [1] })).to.deep.equal({ refused: 'usedSerial' });
    for (const actor of [first, second]) {
      expect(await key(actor, b, { picks: [1, 2, 3] })).to.deep.equal({ keyed: b, count: 1, invalid: 'tooMany' });
      expect(await key(actor, c, { picks: [] })).to.deep.equal({ keyed: c, count: 2, invalid: 'tooFew' });
      for (let n = 1; n <= MOST_IN_BATCH - 2; n += 1) expect(await key(actor, '', 'unreadable')).to.deep.equal({ keyed: `?${n}`, count: n + 2 });
      expect(await key(actor, '', 'unreadable')).to.deep.equal({ refused: 'full' });
      if (actor === second) for (const none of ['?1', '?2']) await key(actor, none, 'absent');
      await finish(actor);
    }
    expect(await finish(third)).to.deep.equal({ refused: 'empty' });
    expect((await readBatch.read({ world, community, actor: third }, cycle, batch))?.differ).to.deep.equal(['?1', '?2']);
    await key(third, '?1', 'absent');
    expect(await finish(third)).to.deep.equal({ refused: 'unsettled', left: [1] });
    await key(third, '?2', 'absent');
    expect(await finish(third)).to.deep.equal({ state: 'ready', differ: 0 });
    expect(await accepted(world, cycle, batch)).to.deep.include({ outcomes: { invalid: 2, unmarked: MOST_IN_BATCH - 4 } });
    expect(await ledgerOf(cycle)).to.deep.equal(['paper 1']);
    expect((await publicPaper(cycle))?.outcomes).to.include({ counted: 1, double: 1, invalid: 2 });
  });

  it('goes on with an accepted batch in the middle of which a process died, and counts each slip once', async () => {
    const { cycle } = await here();
    const [a = '', b = ''] = await serials(world, cycle, 2);
    const place = { cycle, table: await table(world, cycle) };
    await handIn(world, place, a, { card: card(0) });
    await handIn(world, place, b, { card: card(1) });
    await closed(world, place);
    const batch = await keyed(world, place, [
      [a, [1]],
      [b, [2]],
    ]);
    await accepted(world, cycle, batch);
    // as a process leaves it that dies after the entries and before anything is noted
    await collection(Slip).updateMany({ cycle }, { $unset: { batch: 1, outcome: 1 } });
    await collection(Batch).updateOne({ _id: { cycle, number: batch } }, { $set: { state: 'entering' }, $unset: { outcomes: 1 } });
    await enterAccepted(world);
    expect(await collection(Batch).findOne({ _id: { cycle, number: batch } })).to.deep.include({ state: 'accepted', outcomes: { counted: 2 } });
    expect(await ledgerOf(cycle)).to.have.length(2);
  });

  it('enters the slip of who asked at the table to join, once they are accepted', async () => {
    const one = await here();
    const { cycle, community } = one;
    const [a = ''] = await serials(world, cycle, 1);
    const place = { cycle, table: await table(world, cycle) };
    await handIn(world, place, a, { name: '赵小梅', building: '3栋' });
    await closed(world, place);
    const batch = await keyed(world, place, [[a, [1]]]);
    expect(await accepted(world, cycle, batch)).to.deep.include({ outcomes: { notOnRoll: 1 } });
    await acceptRequest(world, one.notify)({ community, request: 1, actor: AT_TABLE });
    expect(one.notices, 'there is no phone to tell').to.deep.equal([]);
    await waitElsewhere(100);
    const enter = enterLateJoined(world);
    for (const _ of [1, 2]) await enter(); // those who are never accepted do not hold up the others
    expect(await ledgerOf(cycle)).to.deep.equal(['paper 1']);
    expect((await publicPaper(cycle))?.outcomes).to.include({ counted: 1 });
  });

  /** So many slips of another vote wait before all others, for requests that nobody has accepted. */
  async function waitElsewhere(count: number): Promise<void> {
    const { cycle, community } = await here();
    const at = world.now();
    const ids = Array.from({ length: count }, (_, n) => String(n).padStart(8, '0'));
    const hands = ['小陈', '小吴'].map((name) => ({ phone: name, name }));
    const says = ids.map((serial) => ({ serial, picks: [1] }));
    const batch = { _id: { cycle, number: 1 }, community, table: 1, at, accepted: hands.map((by) => ({ by, at })) };
    const keyed = hands.map((by, turn) => ({ by, slips: encryptedKeyed(world.vault, batch, hands.slice(0, turn + 1), says) }));
    await collection(Batch).insertOne({ ...batch, state: 'accepted', keyed, revision: 1, mark: markOfBatch(world.vault, batch) });
    await collection(Slip).insertMany(
      ids.map((_id) => {
        const made = { _id, cycle, made: { at, by: '' } };
        return { ...made, batch: 1, outcome: 'notOnRoll' as const, waits: true as const, mark: markOfSlip(world.vault, made) };
      }),
    );
    await collection(Mark).insertMany(
      ids.map((id, n) => {
        const mark = { _id: { cycle, id }, community, table: 1, number: n, serial: id, at, heardAt: at, by: [], active: true as const };
        const person = encryptedMarked(world.vault, mark._id, { request: n + 1 });
        return { ...mark, person, asks: true as const, mark: markOfMark(world.vault, mark) };
      }),
    );
  }

  it('lets a slip from before a voided ballot not revive, and counts one from after it', async () => {
    const one = await here();
    const [a = '', b = ''] = await serials(world, one.cycle, 2);
    const place = { cycle: one.cycle, table: await table(world, one.cycle) };
    await changedTable(world, place, ({ opened }) => ({ opened: { ...opened, at: ago(3_600_000) } }));
    await handIn(world, place, a, { card: card(0) }, { at: ago(40_000) });
    await text(one, 0, 3, ago(30_000));
    await text(one, 1, 3, ago(30_000));
    for (const n of [0, 1]) await voidBallot(world, undefined, one.act(n, { at: ago(10_000) }), handedInLast, async () => undefined);
    await handIn(world, place, b, { card: card(1) }, { at: ago(5_000) });
    await closed(world, place);
    const batch = await keyed(world, place, [
      [a, [1]],
      [b, [2]],
    ]);
    expect(await accepted(world, one.cycle, batch)).to.deep.include({ outcomes: { superseded: 1, counted: 1 } });
    expect((await ledgerOf(one.cycle)).at(-1)).to.equal('paper 2');
  });

  it('counts a slip at the table where it was handed in alone: who marked there cannot key it among the slips of another', async () => {
    const { cycle } = await here();
    const [a = ''] = await serials(world, cycle, 1);
    const [closedOne, open] = [
      { cycle, table: await table(world, cycle) },
      { cycle, table: await table(world, cycle) },
    ];
    await closed(world, closedOne);
    const forged = await keyed(world, closedOne, [[a, [3]]]);
    await handIn(world, open, a, { card: card(0) });
    expect(await accepted(world, cycle, forged), 'keyed before anybody had it').to.deep.include({ outcomes: { unmarked: 1 } });
    await collection(Slip).updateOne({ _id: a }, { $set: { waits: true } }); // as somebody does who writes into the database
    await enterLateJoined(world)(cycle);
    expect(await ledgerOf(cycle), 'that it waits for the roster changes nothing').to.deep.equal([]);
    await closed(world, open);
    const late = await openBatch(world, { ...closedOne, actor: AT_TABLE });
    expect(late, 'worked at both').to.deep.equal({ refused: 'ownTable' });
    const clerk = operator('小陈');
    const { batch } = { batch: 0, ...(await openBatch(world, { ...closedOne, actor: clerk })) };
    expect(await keySlip(world, { cycle, batch, serial: a, says: { picks: [3] }, actor: clerk })).to.deep.equal({ refused: 'otherTable' });
    expect(await accepted(world, cycle, await keyed(world, open, [[a, [1]]]))).to.deep.include({ outcomes: { counted: 1 } });
    expect(await ledgerOf(cycle)).to.deep.equal(['paper 1']);
  });

  it('lets 不是我 reach a slip of who asked at the table to join, one that was handed in before the phone was linked, and a ballot with help at a table', async () => {
    const one = await here(4);
    const { cycle, community } = one;
    const disown = (from: string | number) => voidBallot(world, undefined, one.act(from), handedInLast, async () => undefined);
    const [joins = '', before = '', again = ''] = await serials(world, cycle, 3);
    const place = { cycle, table: await table(world, cycle) };
    const phone = '+8613900007777';
    await handIn(world, place, joins, { name: '赵小梅', building: '3栋', phone });
    await handIn(world, place, before, { card: card(0) });
    await acceptRequest(world, one.notify)({ community, request: 1, actor: AT_TABLE });
    const joined = residentId(world.vault, community, 'joined-1');
    const check = (resident: string) => checkReceipt(world, undefined, one.act(phone, { resident }), handedInLast);
    const record = await cycleById(world)(cycle);
    const voted = async () => record && [...(await votedOrHandedIn(world, record, [...one.residents, joined]))];
    const [first = ''] = one.residents;
    expect([await check(joined), await check(first)], '查票').to.deep.equal([{ slip: true }, { slip: true }]);
    expect(await voted(), 'nobody of them is reminded').to.have.members([first, joined]);
    expect(await disown(phone), 'not keyed yet').to.deep.equal({ voided: true });
    expect(await check(joined)).to.deep.equal({ none: true });
    expect(await voted()).to.deep.equal([first]);
    const own = { person: { card: card(1) }, picks: [2], witness: OTHER, table: place.table, actor: AT_TABLE };
    await castAssisted(world, async () => undefined)({ ...own, community, key: 'beside' });
    expect(await disown(1), 'entered beside its voter').to.deep.equal({ voided: true });
    await handIn(world, place, again, { card: card(1) });
    await closed(world, place);
    const batch = await keyed(world, place, [
      [joins, [1]],
      [before, [1]],
      [again, [3]],
    ]);
    expect(await accepted(world, cycle, batch)).to.deep.include({ outcomes: { superseded: 1, counted: 2 } });
    expect(await check(first)).to.include.keys('receipt');
    const linked = linkedContactOf(world, { _id: first, community }, 'sms|+8613900008888');
    await collection(Resident).updateOne({ _id: first }, { $set: { linkedContacts: [linked] } });
    expect(await disown('+8613900008888'), 'keyed, and linked since').to.deep.equal({ voided: true });
    expect(await ledgerOf(cycle)).to.have.members(['sms ', 'assisted 2', 'sms ', 'paper 1', 'paper 3', 'sms ']);
    expect((await publicPaper(cycle))?.outcomes).to.deep.equal({ counted: 2, superseded: 1 });
  });

  it('bears the service’s marks after all of this: undone, taken back, joined late, closed, validated and entered', async () => {
    const { _id: place, community } = (await collection(Table).findOne({ closed: { $exists: true } })) ?? expect.fail();
    const actor = await staff(world, community, { role: 'supervisor', phone: '+8613900000077', name: '老林' });
    expect(await validateTable(world)({ cycle: place.cycle, table: place.number, actor })).to.deep.equal({ validated: true });
    expect(await collection(Mark).countDocuments({ active: { $exists: false } })).to.be.above(0);
    const { forged } = await forgedRecords(world.vault);
    expect(forged.filter(({ kind }) => /^(marks|tables|slips|batches) /.test(kind))).to.deep.equal([]);
  });
});

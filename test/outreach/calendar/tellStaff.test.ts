import { expect } from 'chai';
import { closeInquiry } from '../../../src/fund/inquiries/index.ts';
import { insertInquiry } from '../../../src/fund/inquiries/inquiry.ts';
import { Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import type { Actor } from '../../../src/fund/people/index.ts';
import { chooseTexts } from '../../../src/fund/roster/staffActs.ts';
import { calendarJob } from '../../../src/outreach/calendar/calendarJob.ts';
import { addressIn, Message, saidIn } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { performer } from '../../support/performer.ts';
import { staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';

const at = (text: string) => new Date(`2026-11-${text}+08:00`);
const [WANG, LI] = ['+8613800001001', '+8613800001002'];

describe('cadres are told by text in the morning', () => {
  const database = useDatabase('tellStaff');
  let now = at('02T07:00');
  let world: World;
  let here: Town;
  let other: Actor;
  let processes: (() => Promise<void>)[];
  let letters = 0;
  beforeEach(async () => {
    await collection(Message).deleteMany({});
    now = at('02T07:00');
    world = { ...database.world, now: () => now };
    here = await town(world);
    await staff(world, here.community, { role: 'cadre', phone: WANG, name: '王芳' });
    other = await staff(world, here.community, { role: 'cadre', phone: LI, name: '李姐' });
    await staff(world, here.community, { role: 'supervisor', phone: '+8613800001003', name: '郑海涛' });
    processes = [calendarJob(world, ['sms']), calendarJob(world, ['sms'])];
  });

  /** A letter of a resident; its number. */
  const letter = (when: string) => {
    letters += 1;
    const from = { channel: 'sms' as const, address: '+8613900000001' };
    return insertInquiry(world, here.community, { kind: 'question', text: '灯坏了', at: at(when), key: String(letters), ...from });
  };
  const answer = (number: number) => performer(world, here)(closeInquiry, { number: String(number) }, { note: '打过电话' }, other);
  const objection = (number: number, when: Date) => {
    const given = { community: here.community, origin: 'paper' as const, text: '太贵了', at: when, key: `${here.community}${number}` };
    return collection(Objection).insertOne(objectionOf(world.vault, { cycle: here.cycle, number }, given));
  };
  /** Who was told what as both processes looked, twice. */
  const toldAt = async (when: string) => {
    now = at(when);
    for (const _ of [1, 2]) await Promise.all(processes.map((look) => look()));
    const pending = { community: here.community, kind: 'notice' as const, state: 'pending' as const };
    const found = await collection(Message).find(pending, { promoteBuffers: true }).toArray();
    await collection(Message).updateMany(pending, { $set: { state: 'sent' } });
    return found.map((message) => [addressIn(world.vault, message), JSON.stringify(saidIn(world.vault, message))]).toSorted();
  };
  const wait = (come: number, count: number) => JSON.stringify({ key: 'notice.lettersWait', params: { come, count } });
  const due = (count: number) => JSON.stringify({ key: 'notice.objectionsDue', params: { count } });

  it('how many letters came and wait, each once, whoever wants it, and with two processes', async () => {
    await letter('01T08:00');
    await letter('01T22:00');
    await letter('02T08:30');
    await answer(await letter('02T08:40'));
    await letter('02T09:02');
    expect(await toldAt('02T08:59'), 'too early').to.deep.equal([]);
    expect(await toldAt('02T09:05')).to.deep.equal([
      [WANG, wait(2, 4)],
      [LI, wait(2, 4)],
    ]);
    await letter('02T09:30');
    processes.push(calendarJob(world, ['sms']));
    expect(await toldAt('02T10:00'), 'told today already, also by one that started again').to.deep.equal([]);
    await performer(world, here)(chooseTexts, {}, { objections: 'yes' }, other);
    expect(await toldAt('03T09:20')).to.deep.equal([[WANG, wait(2, 5)]]);
    expect(await toldAt('04T09:00'), 'nothing came').to.deep.equal([]);
  });

  it('how many objections are to be answered by tomorrow', async () => {
    await objection(1, new Date(at('03T00:00').getTime() - 10 * 86_400_000));
    await objection(2, new Date(at('03T23:59').getTime() - 10 * 86_400_000));
    await objection(3, new Date(at('04T00:00').getTime() - 10 * 86_400_000));
    await performer(world, here)(chooseTexts, {}, { letters: 'yes' }, other);
    expect(await toldAt('02T08:00')).to.deep.equal([]);
    expect(await toldAt('02T12:00')).to.deep.equal([[WANG, due(2)]]);
    await collection(Objection).updateOne(
      { '_id.cycle': here.cycle, '_id.number': 3 },
      { $set: { answer: { text: Buffer.from('盖好了'), by: '王芳', at: now } } },
    );
    expect(await toldAt('03T09:00'), 'it was answered').to.deep.equal([]);
  });
});

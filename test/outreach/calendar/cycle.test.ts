import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Entry, sealDue } from '../../../src/fund/ballots/index.ts';
import { logHead } from '../../../src/fund/log/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { beginWorks } from '../../../src/fund/works/index.ts';
import { calendarJob } from '../../../src/outreach/calendar/calendarJob.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { quietUntil } from '../../../src/outreach/quietUntil.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { movedWorld } from '../../support/movedWorld.ts';
import { startService, type TestService } from '../../support/service.ts';
import { addStaff } from '../../support/staff.ts';

const HOUR = 60 * 60 * 1_000;
const STEP = 4 * HOUR;
const WANG = '+8613800000001';
const SHARED = '+8613800000002';
const ANNA = '+8613800000005';
const ZHOU = '+8613800000008';
const ZHENG = '+8613800000012';
const STAFF = '+8613800000077';

/** Each test has a database of its own, and moves its own clock. */
function stage(name: string) {
  const { world: real } = useDatabase(name);
  const { world, clock } = movedWorld(real);
  let service: TestService;
  let look: () => Promise<void>;
  let seal: (now?: Date) => Promise<string[]>;
  let begin: () => Promise<void>;
  const move = (shanghai: string) => {
    clock.ahead = new Date(`${shanghai}+08:00`).getTime() - Date.now();
  };
  before(async () => {
    move('2026-10-20T09:00');
    service = await startService({ ...world, vault: real.vault }, 'test/conversations/qingsong');
    look = calendarJob(world, ['sms']);
    seal = sealDue(world);
    begin = beginWorks(world);
  });
  after(() => service.stop());

  /** Waits until every message that can be sent now has been sent. */
  const sent = async () => {
    const now = world.now();
    if (quietUntil(service.community, now)) return;
    while (
      (await collection(Message).countDocuments({
        state: { $in: ['pending', 'leased', 'sending'] },
        dueAt: { $lt: new Date(now.getTime() + HOUR) },
      })) > 0
    )
      await sleep(20);
  };
  const looked = async () => {
    await seal();
    await begin(); // not at whatever moment a tick comes: it is an entry of the log
    await look();
    await sent();
  };
  return {
    world,
    move,
    looked,
    twilio: () => service.twilio,
    says: (from: string, body: string) => service.twilio.deliver({ from, to: service.community.phone, body }),
    /** Looks every four hours up to a moment, and gives the messages that arrived: moment, address and text. */
    until: async (shanghai: string, meanwhile: (now: string) => Promise<void> = async () => {}) => {
      const arrived: [at: string, to: string, body: string][] = [];
      const to = new Date(`${shanghai}+08:00`).getTime();
      for (let now = Math.ceil(world.now().getTime() / STEP) * STEP + 60_000; now <= to; now += STEP) {
        clock.ahead = now - Date.now();
        const wall = new Date(now + 8 * HOUR).toISOString().slice(0, 13);
        await meanwhile(wall);
        service.twilio.accepted.splice(0);
        await looked();
        arrived.push(...service.twilio.accepted.map(({ to, body }): [string, string, string] => [wall, to, body]));
      }
      return arrived;
    },
  };
}

const of = (arrived: readonly [string, string, string][], phone: string) =>
  arrived.filter(([, to]) => to === phone).map(([at, , body]) => [at, body]);

describe('a whole cycle, as each resident gets it', () => {
  const { until, says, move, world } = stage('cycle');

  it('opens to all, reminds who has not voted, tells each step to who asked, and the heads to supervisors, who may live elsewhere', async () => {
    move('2026-10-31T08:30');
    await addStaff(world)('qingsong', { name: '监委', phone: STAFF, role: 'supervisor' }, operator('Li'));
    await says(ANNA, 'SUBSCRIBE');
    const arrived = await until('2026-12-17T12:00', async (now) => {
      if (now === '2026-12-02T12') await says(WANG, '投 3 7');
      if (now === '2026-12-13T12') await says(ANNA, 'V 1');
      if (now === '2026-12-05T12') await says(ZHOU, '退订');
      if (now === '2026-12-05T16') await says(ZHOU, '恢复');
    });
    const opens = '【青松社区】开始投票了，投到15号晚8点。看有哪些，发“项目”；要投，发“投票”。不想再收，回“退订”';
    const closing = '【青松社区】投票到15号晚8点，您还没投。要投，发“投票”。不想再收，回“退订”';
    const first = '\n青松社区投票短信，不收钱，短信费照套餐。号码只用来投票、通知。不想收，回“退订”';
    expect(of(arrived, WANG)).to.deep.equal([['2026-12-01T08', opens + first]]);
    expect(of(arrived, ZHOU)).to.deep.equal([
      ['2026-12-01T08', opens + first],
      ['2026-12-12T20', closing],
      ['2026-12-14T20', closing],
    ]);
    expect(of(arrived, SHARED)).to.deep.equal(of(arrived, ZHOU));
    expect(of(arrived, ANNA)).to.deep.equal([
      [
        '2026-11-01T08',
        "青松社区: we decide together how this year's money is spent. To see what is happening send STATUS. To stop messages reply STOP",
      ],
      ['2026-11-10T08', '青松社区: ideas are welcome now. What should be done? Send PROPOSE. To stop messages reply STOP'],
      [
        '2026-12-01T08',
        '青松社区: voting is open until 8 pm on 15 Dec. To see the projects send PROJECTS, to vote send VOTE. To stop messages reply STOP',
      ],
      ['2026-12-12T20', '青松社区: voting ends at 8 pm on 15 Dec and you have not voted yet. To vote send VOTE. To stop messages reply STOP'],
      ['2026-12-15T20', '青松社区: voting is over, the chosen projects come next. For the result send STATUS. To stop messages reply STOP'],
    ]);
    const seal = await collection(Entry).findOne({ sealed: true });
    const log = await logHead('qingsong');
    const told = (phone: string) => of(arrived, phone).map(([when, body = '']) => [when, body.replace(first, '')]);
    const isHead = ([, body = '']: readonly (string | undefined)[]) => /[0-9a-f]{64}/.test(body);
    const heads = told(ZHENG).filter(isHead);
    expect(told(ZHENG).filter((each) => !isHead(each))).to.deep.equal(told(ZHOU));
    const [weekly, evening] = ['办事记录到这周', '投票底册今晚'].map((words) => heads.filter(([, body = '']) => body.includes(words)));
    expect(weekly?.map(([when]) => when)).to.deep.equal([
      ...['2026-11-02T08', '2026-11-09T08', '2026-11-16T08', '2026-11-23T08', '2026-11-30T08'],
      '2026-12-01T20', // nobody has voted yet
      ...['2026-12-07T08', '2026-12-14T08'],
    ]);
    expect(evening?.map(([when]) => when)).to.deep.equal(Array.from({ length: 14 }, (_, day) => `2026-12-${String(day + 2).padStart(2, '0')}T20`));
    expect(evening?.at(-1)?.[1]).to.equal(
      `【青松社区】投票底册今晚是 ${seal?.hash} 办事记录是 ${log.hash} 请留着，公布后拿它们核对，改过、少了都对不上`,
    );
    const entries = await collection(Entry).find({}).toArray();
    for (const [, body = ''] of evening ?? []) expect(entries.filter(({ hash }) => body.includes(hash))).to.have.length(1);
    expect(told(STAFF), 'who watches and does not live there').to.deep.equal(heads);
    const hours = new Set(arrived.map(([at]) => Number(at.slice(-2))));
    expect([...hours].every((hour) => hour >= 8 && hour < 21)).to.equal(true);
    expect(await collection(Message).countDocuments({ state: { $ne: 'sent' } })).to.equal(0);
    expect(world.now().getTime()).to.be.above(0);
  });
});

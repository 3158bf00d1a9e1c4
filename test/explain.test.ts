import { expect } from 'chai';
import { forgetLetters, forgetWhatIsOver } from '../src/app/ticks.ts';
import { useDatabase } from './support/database.ts';
import { plansOf } from './support/plans.ts';
import { startService, type TestService } from './support/service.ts';

/** Every kind of message: from a resident on the roster, from a shared phone, from a stranger. */
const MESSAGES: readonly (readonly [from: string, texts: readonly string[]])[] = [
  [
    '+8613800000001',
    [
      '投 3 7',
      '投票',
      '3',
      '花园',
      '是',
      '查票',
      '项目',
      '项目 3',
      '进度',
      '进度 1',
      '提议 修路灯',
      '问 几点',
      '退订',
      '恢复',
      '不是我',
      '菜单',
      '4',
      '0',
      '*',
      'English',
    ],
  ],
  ['+8613800000002', ['投 3', '204681717', '投 7 315820614', '查票 204681717', '加入 204681717', '删除']],
  ['+8613900000099', ['投 3', '100000112', '加入 482107717', '登记 王小明 3栋', '提议 修路灯', '那个', '那个', '那个']],
];

/** How long each community keeps letters is read of all of them. */
const EVERY_COMMUNITY = '{"find":"communities","filter":{},"projection":{"keep":1}';

describe('what a turn asks the database', () => {
  const { world } = useDatabase('explain');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  it('is answered by an index, in every turn and every tick', async () => {
    const planned = await plansOf(async () => {
      for (const [from, texts] of MESSAGES) for (const body of texts) await service.twilio.deliver({ from, to: service.community.phone, body });
      await forgetWhatIsOver(world); // comes once an hour
      await forgetLetters(world);
    });
    const all = planned.filter(({ plan }) => plan.includes('COLLSCAN')).map(({ asked }) => asked);
    expect(all.filter((asked) => !asked.includes(EVERY_COMMUNITY))).to.deep.equal([]);
    expect(planned.length).to.be.above(100);
  });
});

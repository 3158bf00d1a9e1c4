import { expect } from 'chai';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { FakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';

const PEOPLE = 60;

describe('WeChat while its API hangs', () => {
  const { world } = useDatabase('wechathanging');
  let service: TestService;
  let wechat: FakeWechat;

  before(async () => {
    service = await startService(world, undefined, { withWechat: true });
    if (!service.wechat) throw new Error('the service has no WeChat');
    wechat = service.wechat;
    await collection(Resident).insertMany(
      openids().map((openid) =>
        onRoster(world, { _id: openid, community: service.community._id, rosterId: openid, linkedContacts: [`wechat|${openid}`] }),
      ),
    );
  });
  after(() => service.stop());

  it('answers everybody before WeChat gives up, and loses nothing', async () => {
    wechat.always('hang');
    const times: number[] = [];
    const say = async (openid: string, text: string, id: string) => {
      const started = performance.now();
      const answer = await wechat.deliver(openid, { MsgType: 'text', Content: text, MsgId: id }); // rejects after five seconds
      times.push(performance.now() - started);
      return answer;
    };
    const shown = await Promise.all(openids().map((openid, index) => say(openid, '投票', String(1_000 + index))));
    const cast = await Promise.all(openids().map((openid, index) => say(openid, '3 7', String(2_000 + index))));
    if (process.env.FUZZ) console.log(`${times.length} answers, the slowest after ${Math.max(...times).toFixed(0)} ms`);
    expect(shown.every((answer) => answer?.includes('3'))).to.equal(true);
    expect(cast.every((answer) => /\d{3} \d{3} \d{4}/.test(answer ?? ''))).to.equal(true);
    expect(await collection(Entry).countDocuments({ commitment: { $exists: true } })).to.equal(PEOPLE);
  });
});

function openids(): string[] {
  return Array.from({ length: PEOPLE }, (_, index) => `o6_hanging_${index}`);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Resident, residentId } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { arrived } from '../../conversations/arrived.ts';
import { ledger } from '../../conversations/records.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';

type Call = Awaited<ReturnType<TestService['twilio']['dial']>>;

const MENU = '青松社区。投票，按1';

describe('two calls of one number', () => {
  const { world } = useDatabase('sameNumber');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  async function resident(_id: string): Promise<string> {
    const phone = `+8613${_id.length}00000777`;
    await collection(Resident).insertOne(
      onRoster(world, { _id: residentId(world.vault, service.community._id, _id), community: service.community._id, rosterId: _id, phone }),
    );
    return phone;
  }
  const dial = (from: string) => service.twilio.dial({ from, to: service.community.phone });
  const hear = async (call: Call) => (await call.hear()).map(({ text }) => text).join(' ');
  /** The answer to the last key. */
  const press = async (call: Call, ...keys: string[]) => {
    let heard = '';
    for (const key of keys) {
      await hear(call);
      await call.press(key);
      heard = await hear(call);
    }
    return heard;
  };
  const casts = async (since: number) => (await ledger(world)).map(({ picks }) => picks).slice(since);

  it('both go on: neither ends the other, hears of it, or takes over what it holds', async () => {
    const from = '+8613800000009';
    const mine = await dial(from);
    await press(mine, '1', '1', '3#');
    const other = await dial(from);
    expect(await hear(other))
      .to.include(MENU)
      .and.not.include('刚才断了');
    await press(mine, '7#');
    expect(await press(other, '*'))
      .to.include('投票，按1')
      .and.not.match(/[37]号/);
    expect(await press(other, '1', '1', '1#'))
      .to.include('1号')
      .and.not.match(/[37]号/);
    expect(await press(mine, '*')).to.equal('还能选一个，选了就投。不选，按井号。');
    expect(await press(mine, '#')).to.match(/^投好了。3号，社区花园；7号，路灯。/);
    expect(await press(other, '*')).not.to.match(/[37]号/);
    expect(await casts(0)).to.deep.equal([[3, 7]]);
    await other.hangUp();
    expect(await press(mine, '*')).to.not.match(/1号/);
    expect(await press(mine, '#')).to.include('投票，按1');
    await mine.hangUp();
    expect(await casts(0)).to.deep.equal([[3, 7]]);
  });

  it('however many others come: the one that holds picks goes on', async () => {
    const from = await resident('many');
    const before = (await ledger(world)).length;
    const mine = await dial(from);
    await press(mine, '1', '1', '3#');
    for (let others = 0; others < 12; others += 1) await dial(from);
    expect(await press(mine, '#')).to.match(/^投好了。3号，社区花园。/);
    expect(await casts(before)).to.deep.equal([[3]]);
  });

  it('the call that was placed goes on beside one that came in', async () => {
    const from = '+8613800000008';
    const { twilio, community } = service;
    const before = (await ledger(world)).length;
    await twilio.dial({ from, to: community.callback ?? '' });
    while (!twilio.calls.some(({ to }) => to === from)) await sleep(50);
    const mine = await twilio.answer(twilio.calls.find(({ to }) => to === from) ?? expect.fail());
    await press(mine, '1', '1', '3#');
    const other = await dial(from);
    expect(await hear(other)).to.include(MENU);
    expect(await press(other, '1', '1', '1#')).not.to.match(/3号/);
    expect(await press(mine, '#')).to.match(/^投好了。3号，社区花园。/);
    expect(await casts(before)).to.deep.equal([[3]]);
  });

  it('who goes on after a call that broke off hears by name only what they key in; the text names all', async () => {
    const from = '+8613800000001';
    const { twilio, community } = service;
    const before = (await ledger(world)).length;
    await twilio.deliver({ from, to: community.phone, body: '投 1' });
    const broken = await dial(from);
    await press(broken, '1', '1', '7#');
    await broken.hangUp();
    expect(await arrived(twilio, from)).to.include('7 路灯');
    const call = await dial(from);
    expect(await hear(call)).to.include('刚才断了');
    expect(await press(call, '1', '3#')).to.include('3号');
    expect(await press(call, '#')).to.match(/^改好了。 3号，社区花园。 断线前按的1个也算上了。要改，按2。凭证：/);
    expect(await press(call, '*'))
      .to.include('断线前按的1个也算上了')
      .and.not.match(/7号/);
    expect((await casts(before)).map((picks) => [...picks].sort())).to.deep.equal([[1], [3, 7]]);
    expect(await arrived(twilio, from)).to.include('3 社区花园、7 路灯');
  });

  it('a number of before that is keyed again stays in, and is said', async () => {
    const from = await resident('again');
    const before = (await ledger(world)).length;
    await service.twilio.deliver({ from, to: service.community.phone, body: '投 1' });
    const broken = await dial(from);
    await press(broken, '1', '1', '7#');
    await broken.hangUp();
    const call = await dial(from);
    expect(await press(call, '1', '7#')).to.match(/^7号，路灯。/);
    expect(await press(call, '#')).to.match(/^改好了。7号，路灯。/);
    expect(await casts(before)).to.deep.equal([[1], [7]]);
  });
});

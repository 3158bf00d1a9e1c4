import { expect } from 'chai';
import { demoClock, worldBeside } from '../../src/demo/clock.ts';
import { noMoreDemo, openDemo } from '../../src/demo/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { useDatabase } from '../support/database.ts';
import { communityRecord } from '../support/town.ts';

const MINUTE_MS = 60_000;

describe('whether a service is the demo', () => {
  const { world } = useDatabase('openDemo');
  const store = { world, embedded: true };
  const twilio = { accountSid: 'AC1', authToken: 'token', phoneNumber: '+862880000001' };
  const wechat = { appId: 'wx1', appSecret: 'secret', token: 'token', aesKey: 'key', plain: false };
  afterEach(() => Community.deleteMany({}));

  it('is where the database is embedded and nothing is set: its community is imported, and stays the demo’s', async () => {
    expect(await openDemo({}, store)).to.have.property('note');
    expect(await Community.distinct('_id', { demo: true })).to.deep.equal(['qingsong']);
    expect(await openDemo({}, store)).to.have.property('note');
  });

  it('is not beside a carrier, with a database elsewhere, or beside a community of one’s own; nothing is imported then', async () => {
    expect(await openDemo({ twilio }, store)).to.equal(undefined);
    expect(await openDemo({ wechat }, store)).to.equal(undefined);
    expect(await openDemo({}, { ...store, embedded: false })).to.equal(undefined);
    expect(await openDemo({ demo: 'off' }, store)).to.equal(undefined);
    expect(await Community.countDocuments({})).to.equal(0);
    await importCommunity(world, 'src/demo/community', operator('Li'));
    expect(await openDemo({}, store)).to.equal(undefined);
    expect(await openDemo({ demo: 'on' }, { ...store, embedded: false })).to.have.property('note');
  });

  it('says so where it is one no longer, because another community came', async () => {
    await openDemo({}, store);
    expect(await noMoreDemo({}, store)).to.deep.equal([]);
    await Community.create(communityRecord('zhuhe'));
    expect(await openDemo({}, store)).to.equal(undefined);
    expect((await noMoreDemo({}, store)).join(''))
      .to.include('no demo any more')
      .and.include('DEMO=on');
    expect(await noMoreDemo({ demo: 'off' }, store)).to.deep.equal([]);
  });

  it('goes by its own clock, and so does a command beside it; one beside another service does not', async () => {
    await (await demoClock(world.now)).moveTo(new Date(world.now().getTime() + DAY_MS));
    const demo = await openDemo({ demo: 'on' }, store);
    expect(await worldBeside(world, undefined)).to.equal(world);
    expect(await worldBeside(world, {})).to.equal(world);
    for (const moved of [await worldBeside(world, demo?.note), demo?.world])
      expect(moved?.now().getTime()).to.be.within(world.now().getTime() + DAY_MS - MINUTE_MS, world.now().getTime() + DAY_MS + MINUTE_MS);
  });
});

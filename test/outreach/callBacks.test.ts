import { expect } from 'chai';
import type { Sent } from '../../src/carriers/sending.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { Community, type CommunityRecord } from '../../src/fund/communities/index.ts';
import { askCallBack, CallBack, callBackSlot, forgetCallBacks, type PlaceCallBack, placeCallBacks } from '../../src/outreach/callBacks.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
import { town } from '../support/town.ts';

const PHONE = '+8613800000001';
const MINUTE_MS = 60_000;

describe('call-backs', () => {
  const { world: here } = useDatabase('callBacks');
  let at = new Date('2026-12-01T02:00:00Z'); // 10:00 in Shanghai
  const world: World = { ...here, now: () => at };
  let community: CommunityRecord;
  const passes = (minutes: number) => {
    at = new Date(at.getTime() + minutes * MINUTE_MS);
  };
  const ask = (id: string, address = PHONE) => askCallBack(world, { id, address, community });

  beforeEach(async () => {
    at = new Date('2026-12-01T02:00:00Z');
    await collection(CallBack).deleteMany({});
    const place = await town(world);
    await place.person('1', { phone: PHONE });
    community = (await collection(Community).findOne({ _id: place.community })) ?? expect.fail();
  });

  it('are given to numbers of the roster, once an hour, three a calendar day, the same call once, also at the same moment', async () => {
    expect(await ask('CA0', '+8613900000009')).to.equal(false);
    expect((await Promise.all(['CA1', 'CA2', 'CA3'].map((id) => ask(id)))).filter(Boolean)).to.have.length(1);
    const [first] = await collection(CallBack).find({}).toArray();
    expect(first).to.include({ from: addressHmac(world.vault, { community: community._id, channel: 'voice', address: PHONE }), state: 'due' });
    expect(first?._id).not.to.include('CA');
    passes(59);
    expect(await ask('CA4')).to.equal(false);
    passes(1);
    expect(await ask('CA5')).to.equal(true);
    expect(await ask('CA5')).to.equal(true);
    passes(60);
    expect(await ask('CA6')).to.equal(true);
    passes(60);
    expect(await ask('CA7')).to.equal(false);
    passes(11 * 60); // after midnight
    expect(await ask('CA8')).to.equal(true);
    expect(await collection(CallBack).countDocuments({ community: community._id })).to.equal(4);
    passes(48 * 60 + 1);
    await forgetCallBacks(at);
    expect(await collection(CallBack).countDocuments({})).to.equal(0);
  });

  it('count the day in the community’s zone', () => {
    const night = new Date('2026-12-01T15:30:00Z'); // 23:30 in Shanghai
    const before = [2, 4, 6].map((hours) => new Date(night.getTime() - hours * 60 * MINUTE_MS));
    expect(callBackSlot(night, before, 'Asia/Shanghai')).to.equal(undefined);
    expect(callBackSlot(new Date(night.getTime() + 30 * MINUTE_MS), before, 'Asia/Shanghai')).to.equal(1);
    expect(callBackSlot(new Date(night.getTime() + 30 * MINUTE_MS), before, 'Europe/Warsaw')).to.equal(undefined);
  });

  it('are placed once the line is free, by one of several processes, nobody twice', async () => {
    const calls: string[] = [];
    const place: PlaceCallBack = async ({ to, from }) => {
      calls.push(`${from} ${to}`);
      return { state: 'sent', carrierId: 'CA9' };
    };
    await ask('CA1');
    await placeCallBacks(world, place);
    expect(calls).to.deep.equal([]);
    passes(0.1);
    await Promise.all([placeCallBacks(world, place), placeCallBacks(world, place)]);
    await placeCallBacks(world, place);
    expect(calls).to.deep.equal([`${community.phone} ${PHONE}`]);
    expect(await collection(CallBack).findOne({})).to.include({ state: 'placed', carrierId: 'CA9' });
  });

  for (const [what, outcomes, placed, state] of [
    ['refused for rate, again', ['refused', 'refused', 'sent'], 3, 'placed'],
    ['not known to have been placed, never again', ['unknown'], 1, 'unknown'],
    ['refused for good, never again', ['failed'], 1, 'failed'],
    ['refused for ten minutes, not any more', Array(50).fill('refused'), 41, 'failed'],
  ] as const) {
    it(`are tried where a call was ${what}`, async () => {
      const left = [...outcomes];
      let tries = 0;
      const place: PlaceCallBack = async () => {
        tries++;
        const state = left.shift() ?? expect.fail();
        return (state === 'sent' ? { state, carrierId: 'CA9' } : { state, reason: 'rate' }) as Sent;
      };
      await ask('CA1');
      for (let n = 0; n < 60; n++) {
        passes(0.25);
        await placeCallBacks(world, place);
      }
      expect(tries).to.be.within(placed - 2, placed);
      expect(await collection(CallBack).findOne({})).to.include({ state });
    });
  }

  it('of a process that ended in the middle are not placed again', async () => {
    await ask('CA1');
    passes(1);
    await new Promise<void>((called) => {
      void placeCallBacks(world, () => {
        called();
        return new Promise(() => {});
      });
    });
    passes(5);
    await placeCallBacks(world, () => expect.fail());
    expect(await collection(CallBack).findOne({})).to.include({ state: 'unknown' });
  });
});

import { expect } from 'chai';
import { Staff, staffId, staffPhone } from '../../../src/fund/staff/index.ts';
import { encryptedStaff } from '../../../src/fund/staff/staff.ts';
import { watching } from '../../../src/outreach/calendar/watching.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const phone = (n: number) => `+861390000000${n}`;

describe('who watches a community', () => {
  const { world } = useDatabase('watching');
  let here: Town;
  beforeEach(async () => {
    await collection(Staff).deleteMany({});
    here = await town(world);
  });

  const give = async (n: number, role: 'supervisor' | 'office' | 'cadre', community = here.community) => {
    const _id = staffId(world.vault, community, { role, phone: phone(n) });
    const person = encryptedStaff(world.vault, _id, { name: `${n}`, phone: phone(n) });
    await collection(Staff).insertOne({ _id, community, role, person, phone: staffPhone(world.vault, phone(n)), by: 'Li', at: world.now() });
  };
  const found = async (besides: string[] = []) => {
    const reached = besides.map((address) => ({ resident: '1', language: 'zh-CN', reach: [{ channel: 'sms' as const, address }] }));
    const all = await watching(world, { _id: here.community, language: 'zh-CN' }, { channels: ['sms', 'wechat'], besides: reached });
    return all.map(({ channel, address }) => [channel, address]).toSorted();
  };

  it('is every supervisor of its staff and every office above it, each phone once, and nobody who is told as a resident', async () => {
    await give(1, 'supervisor');
    await give(1, 'office');
    await give(2, 'supervisor');
    await give(3, 'office');
    await give(4, 'cadre');
    await give(5, 'office', '*');
    await give(6, 'supervisor', 'elsewhere');
    expect(await found([phone(2)])).to.deep.equal([1, 3, 5].map((n) => ['sms', phone(n)]));
  });

  it('is no office for all communities where these are many: it would be texted all evening', async () => {
    await give(3, 'office');
    await give(5, 'office', '*');
    for (let n = 0; n < 25; n += 1) await town(world);
    expect(await found()).to.deep.equal([['sms', phone(3)]]);
  });
});

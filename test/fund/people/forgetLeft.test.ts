import { expect } from 'chai';
import { Resident } from '../../../src/fund/people/resident.ts';
import { forgetLeft, leave } from '../../../src/fund/roster/leave.ts';
import { native } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('forgetLeft', () => {
  const { world } = useDatabase('forgetLeft');

  it('keeps what tells who comes back until the close, and the id for ever', async () => {
    const here = await town(world); // closes in ten days
    const wang = await here.person('1', { phone: PHONE, card: card(1) });
    const li = await here.person('2', { phone: '+8613800000002', card: card(2) });
    await leave(world, forget)({}, here.act(PHONE, { resident: wang }));
    const day = (n: number) => new Date(world.now().getTime() + n * 86_400_000);
    await forgetLeft(day(9));
    expect(await native(Resident).findOne({ _id: wang }))
      .to.include.any.keys('leftAddresses')
      .and.have.property('card');
    await forgetLeft(day(11));
    expect(await native(Resident).findOne({ _id: wang })).to.have.all.keys('_id', 'community', 'role', 'ties', 'addedAt', 'leftAt');
    expect(await native(Resident).findOne({ _id: li })).to.have.property('card');
  });
});

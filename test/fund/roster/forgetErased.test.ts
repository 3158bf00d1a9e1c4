import { expect } from 'chai';
import { Resident } from '../../../src/fund/people/index.ts';
import { eraseMe, forgetErased } from '../../../src/fund/roster/eraseResident.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('forgetErased', () => {
  const { world } = useDatabase('forgetErased');

  it('keeps what tells who comes back until the close, and the id for ever', async () => {
    const here = await town(world); // closes in ten days
    const wang = await here.person('1', { phone: PHONE, card: card(1) });
    const li = await here.person('2', { phone: '+8613800000002', card: card(2) });
    await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }));
    const day = (n: number) => new Date(world.now().getTime() + n * 86_400_000);
    await forgetErased(day(9));
    expect(await collection(Resident).findOne({ _id: wang }))
      .to.include.any.keys('erasedAddresses')
      .and.have.property('card');
    await forgetErased(day(11));
    expect(await collection(Resident).findOne({ _id: wang })).to.have.all.keys('_id', 'community', 'role', 'linkedContacts', 'addedAt', 'erasedAt');
    expect(await collection(Resident).findOne({ _id: li })).to.have.property('card');
  });
});

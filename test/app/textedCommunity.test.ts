import { expect } from 'chai';
import { textedCommunity } from '../../src/app/openPhones.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { town } from '../support/town.ts';

describe('whose text it is', () => {
  const { world } = useDatabase('texted');

  it('is that of whose number was texted, however it is written; else of who named none, but nobody’s if it is a phone’s', async () => {
    const { community, phones } = await town(world, { residents: 1, community: { phone: '+8613700000001', carriers: { sms: 'kannel' } } });
    const other = await town(world, { community: { carriers: { sms: 'kannel' }, textNumber: '106901234501' } });
    const texted = async (to: string) => (await textedCommunity(world, [])({ carrier: 'kannel', from: phones[0] ?? '', to }))?._id;
    for (const to of ['+8613700000001', '13700000001', '008613700000001', '', '10699999', '5']) expect(await texted(to), to).to.equal(community);
    for (const to of ['106901234501', '1069012345019']) expect(await texted(to), to).to.equal(other.community);
    for (const to of ['+8613700000009', '13700000009', '8613700000009', '+420777123456']) expect(await texted(to), to).to.equal(undefined);
    await collection(Community).updateOne({ _id: other.community }, { $unset: { textNumber: 1 } });
    expect(await texted('10699999'), 'who knows the sender').to.equal(community);
  });

  it('is not that of a community whose texts come over another carrier, whatever its number; two carriers may have the same extension', async () => {
    const { community, phones } = await town(world, { residents: 1, community: { carriers: { sms: 'aliyun' } } });
    const extension = await town(world, { community: { carriers: { sms: 'mas' }, textNumber: '10' } });
    const same = await town(world, { community: { carriers: { sms: 'kannel' }, textNumber: '10' } });
    const texted = async (carrier: 'kannel' | 'mas' | 'aliyun', to: string) =>
      (await textedCommunity(world, [])({ carrier, from: phones[0] ?? '', to }))?._id;
    expect([await texted('mas', '10'), await texted('mas', '1001'), await texted('kannel', '10')]).to.deep.equal([
      ...[extension.community, extension.community, same.community],
    ]);
    for (const to of ['10', '106999', '1069987654']) expect(await texted('aliyun', to), to).to.equal(community);
    const taken = { ...(await Community.findById(same.community).orFail().lean()), _id: 'third', phone: '+862880000088' };
    expect(
      await collection(Community)
        .insertOne(taken)
        .catch(({ code }) => code),
      'one carrier, one extension',
    ).to.equal(11_000);
  });
});

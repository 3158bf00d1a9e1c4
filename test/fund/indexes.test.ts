import { expect } from 'chai';
import mongoose from 'mongoose';
import { readProgress } from '../../src/fund/facts/readProgress.ts';
import { writeInquiry } from '../../src/fund/inquiries/index.ts';
import { askDigits, checkDigits, holdersOf, requestMembership, showCard, startMessages, stopMessages } from '../../src/fund/people/index.ts';
import { recordProposal } from '../../src/fund/proposals/index.ts';
import { eraseDue, eraseMe } from '../../src/fund/roster/eraseResident.ts';
import { card } from '../support/cards.ts';
import { useDatabase } from '../support/database.ts';
import { forget } from '../support/forget.ts';
import { town } from '../support/town.ts';

const PHONE = '+8613800000001';
const STRANGER = '+8613900000009';

describe('what a turn looks up about people', () => {
  const { world } = useDatabase('indexes');

  it('is found by an index, whatever the service', async () => {
    const here = await town(world);
    await here.person('1', { phone: PHONE, card: card(1) });
    await mongoose.connection.db?.command({ profile: 2 });
    for (const phone of [PHONE, STRANGER]) {
      const act = () => here.act(phone);
      await holdersOf(world)(act());
      for (const digits of [card(1), card(9)]) await showCard(world, here.notify, { card: digits, link: digits === card(1) }, act());
      await requestMembership(world, { name: '何静', building: '5栋' }, act());
      await recordProposal(world, { text: '修路灯' }, act());
      await readProgress(world, {}, act());
      await readProgress(world, { number: 1 }, act());
      for (const kind of ['question', 'call'] as const) await writeInquiry(world, here.notify, { kind, text: '几点' }, act());
      await askDigits(world, here.notify, { of: 'eraseMe' }, { ...act(), channel: 'voice' });
      for (const digits of ['000000', '111111']) await checkDigits(world, { of: 'eraseMe', proof: 'k', digits }, act());
      await stopMessages(world, { words: '退订' }, act());
      await startMessages(world, { words: '恢复' }, act());
    }
    await eraseDue(world, forget);
    await eraseMe(world, forget, {}, here.act(PHONE));
    await mongoose.connection.db?.command({ profile: 0 });
    const profiled =
      (await mongoose.connection.db
        ?.collection('system.profile')
        .find({ ns: { $not: /system\.profile/ } })
        .toArray()) ?? [];
    const plans = profiled.flatMap(({ ns, command, planSummary }) => (planSummary ? [{ planSummary, what: JSON.stringify([ns, command]) }] : []));
    expect(plans.filter(({ planSummary }) => /COLLSCAN/.test(planSummary)).map(({ what }) => what)).to.deep.equal([]);
    expect(plans.length).to.be.above(60);
  });
});

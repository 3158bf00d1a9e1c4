import { expect } from 'chai';
import { Address, wholeDay } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { castBallot, results, sealDue, voidBallot } from '../../../src/fund/ballots/index.ts';
import { destroyKey } from '../../../src/fund/cycles/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { operator, Resident, startMessages } from '../../../src/fund/people/index.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { eraseDue, eraseMe, forgetDetails, forgetErased } from '../../../src/fund/roster/index.ts';
import { recipients } from '../../../src/outreach/recipients.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { onRoster } from '../../support/onRoster.ts';
import { addStaff } from '../../support/staff.ts';
import type { Town } from '../../support/town.ts';
import { CLOSES, castFor, DURING, heldWorld, SECOND, village } from '../ballots/ledger/village.ts';

const NOTED = { noted: { closesAt: CLOSES.toISOString() } };

describe('who asks to be deleted while voting is open', () => {
  const database = useDatabase('eraseDue');
  let world: ReturnType<typeof heldWorld>;
  let here: Town;
  const resident = (n: number) => collection(Resident).findOne({ _id: here.residents[n] ?? '' });
  const stopped = async (n: number) => (await collection(Address).findOne({ _id: addressHmac(world.vault, here.act(n)) }))?.stoppedAt !== undefined;
  const seal = async () => {
    world.at = new Date(CLOSES.getTime() + 11 * SECOND);
    await sealDue(world)();
  };

  beforeEach(async () => {
    world = heldWorld(database.world);
    here = await village(world, 3);
    await castFor(world, here.act(0), 1);
  });

  it('leaves in the log who changed their phone, until the vote’s key is destroyed', async () => {
    const { act, community, cycle, residents } = here;
    const [one = ''] = residents;
    const change = changeResident.perform(
      { world, notify: here.notify },
      {
        community,
        at: { resident: one },
        input: { name: '何静', phone: '+8613800000888', role: 'resident', reason: '换号' },
        actor: operator('李姐'),
      },
    );
    expect((await change).is).to.equal('done');
    await addStaff(world)(community, { name: '王芳', phone: '+8613800000888', role: 'cadre' }, operator('李姐'));
    const opened = async () => {
      const acts = [];
      for await (const { act, opening } of readLog(world, community)) if (opening && act !== 'ballot.freeze') acts.push(act);
      return acts;
    };
    expect(await eraseMe(world, forget, {}, act('+8613800000888', { resident: one }))).to.deep.equal(NOTED);
    await seal();
    await eraseDue(world, forget);
    expect(await resident(0)).to.have.property('erasedAt');
    expect(await opened()).to.include.members(['resident.change', 'staff.add']);
    await eraseMe(world, forget, {}, act('+8613800000888'));
    await forgetDetails();
    expect(await opened(), 'from the new phone again').to.include.members(['resident.change', 'staff.add']);
    await destroyKey(cycle);
    await forgetDetails();
    expect(await opened())
      .to.include('staff.add')
      .and.not.include('resident.change');
    expect(await resident(0)).not.to.have.property('detailsStay');
  });

  async function writtenTo(): Promise<(string | undefined)[]> {
    const written = [];
    for await (const batch of recipients(world, ['sms'], { _id: here.community, language: 'zh-CN' }, { to: 'all' })) written.push(...batch);
    return written.map(({ resident }) => here.residents[here.residents.indexOf(resident)]);
  }

  it('stays until the seal, votes and says 不是我 as before, and is written to no more', async () => {
    const { act, cycle, residents } = here;
    const asked = act(0);
    for (const _ of [1, 2]) expect(await eraseMe(world, forget, {}, asked)).to.deep.equal(NOTED);
    expect([await stopped(0), await stopped(1)]).to.deep.equal([true, false]);
    expect(await writtenTo()).to.have.members([residents[1], residents[2]]);
    expect(await castBallot(world, { picks: [2] }, act(0))).to.have.property('receipt');
    expect(await voidBallot(world, undefined, act(0))).to.deep.equal({ voided: true });
    await castFor(world, act(0, { withCard: true }), 3);
    world.at = CLOSES;
    await eraseDue(world, forget);
    expect(await resident(0)).to.have.property('phoneId');
    await seal();
    await Promise.all([eraseDue(world, forget), eraseDue({ ...world }, forget)]);
    await eraseDue(world, forget);
    expect(await resident(0)).to.have.all.keys(
      '_id',
      'community',
      'card',
      'cardMark',
      'role',
      'linkedContacts',
      'addedAt',
      'erasedAt',
      'erasureKey',
      'erasedAddresses',
    );
    expect((await resident(0))?.erasedAt).to.deep.equal(wholeDay(DURING));
    expect(await resident(1)).to.have.property('phoneId');
    expect((await results(world, cycle)).tallies.find(({ number }) => number === 3)).to.deep.equal({ number: 3, votes: 1 });
    await forgetErased(world.at);
    expect(await resident(0)).not.to.have.any.keys('erasedAddresses', 'card');
  });

  it('takes it back with 恢复, which says so once, and is written to again', async () => {
    await eraseMe(world, forget, {}, here.act(0));
    expect(await startMessages(world, {}, here.act(1))).to.deep.equal({ started: true, stays: false });
    expect(await startMessages(world, {}, here.act(0))).to.deep.equal({ started: true, stays: true });
    expect(await startMessages(world, {}, here.act(0))).to.deep.equal({ started: true, stays: false });
    expect(await stopped(0)).to.equal(false);
    expect(await writtenTo()).to.have.length(3);
    await seal();
    await eraseDue(world, forget);
    expect(await resident(0)).to.have.property('phoneId');
  });

  it('who shares a phone leaves it to the others: they are written to there, and 恢复 from there takes it back', async () => {
    const { act, community, phones, residents } = here;
    const [, _id = ''] = residents;
    await collection(Resident).replaceOne({ _id }, onRoster(world, { _id, community, rosterId: '1', ...(phones[0] && { phone: phones[0] }) }));
    expect(await eraseMe(world, forget, {}, act(0, { resident: undefined }))).to.deep.equal({ shared: true });
    expect(await eraseMe(world, forget, {}, act(0, { withCard: true }))).to.deep.equal(NOTED);
    expect(await stopped(0)).to.equal(false);
    expect(await writtenTo()).to.have.members([residents[1], residents[2]]);
    expect(await startMessages(world, {}, act(0))).to.deep.equal({ started: true, stays: true });
    await eraseMe(world, forget, {}, act(0, { address: '+8613900000096', withCard: true }));
    expect(await startMessages(world, {}, act(0))).to.deep.equal({ started: true, stays: false }); // the other one did not ask for it
  });

  it('who asked with the card from somebody else’s phone takes it back there, and nobody else does', async () => {
    const elsewhere = { address: '+8613900000099' };
    await eraseMe(world, forget, {}, here.act(0, { ...elsewhere, withCard: true }));
    expect((await resident(0))?.erasureRequest?.from).to.equal(addressHmac(world.vault, here.act(0, elsewhere)));
    expect(await startMessages(world, {}, here.act(1, { address: '+8613900000098' }))).to.have.property('stays', false);
    expect(await startMessages(world, {}, here.act(0, { ...elsewhere, resident: undefined }))).to.have.property('stays', true);
  });

  it('is deleted at once after the seal, or where nobody holds the number', async () => {
    expect(await eraseMe(world, forget, {}, here.act(0, { address: '+8613900000097', resident: undefined }))).to.deep.equal({ stranger: true });
    await seal();
    expect(await eraseMe(world, forget, {}, here.act(0))).to.deep.equal({ erased: true });
    expect(await resident(0)).not.to.have.any.keys('person', 'phoneId', 'erasureRequest');
  });
});

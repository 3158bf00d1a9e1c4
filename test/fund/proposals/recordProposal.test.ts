import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { Proposal, proposalText, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { hideProposal } from '../../support/proposals.ts';
import { town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('recordProposal', () => {
  const { world } = useDatabase('recordProposal');

  it('numbers proposals from 1 without gaps, also many at once, and from the roster they are public', async () => {
    const here = await town(world);
    const acts = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        await here.person(String(n), { phone: `+86138000000${10 + n}` });
        return here.act(`+86138000000${10 + n}`);
      }),
    );
    const made = await Promise.all(acts.map((act) => recordProposal(world, { text: '修路灯' }, act)));
    expect(made.map((proposed) => ('number' in proposed ? proposed.number : proposed)).sort((a, b) => Number(a) - Number(b))).to.deep.equal(
      acts.map((_, n) => n + 1),
    );
    expect(made.every((proposed) => 'public' in proposed && proposed.public && !proposed.isLate)).to.equal(true);
  });

  it('records a turn that comes again once, at once or later', async () => {
    const here = await town(world);
    const act = here.act(PHONE);
    const made = await Promise.all([1, 2, 3].map(() => recordProposal(world, { text: '修路灯' }, act)));
    made.push(await recordProposal(world, { text: '修路灯' }, act));
    expect(made).to.deep.equal(made.map(() => ({ number: 1, public: false })));
    expect(await collection(Proposal).countDocuments({ '_id.cycle': here.cycle })).to.equal(1);
  });

  it('takes three a calendar day from a person, whatever number they write from, also at once', async () => {
    const here = await town(world);
    await here.person('1', { phone: PHONE, linkedContacts: ['sms|+8613900000009'] });
    const noon = new Date('2026-12-01T04:00:00Z'); // 12:00 in Shanghai
    const acts = [1, 2, 3, 4, 5].map((n) => here.act(n % 2 ? PHONE : '+8613900000009', { at: noon }));
    const made = await Promise.all(acts.map((act) => recordProposal(world, { text: '修路灯' }, act)));
    expect(made.filter((proposed) => 'number' in proposed)).to.have.length(3);
    expect(made.filter((proposed) => 'refused' in proposed)).to.deep.equal([1, 2].map(() => ({ refused: { reason: 'enoughToday', max: 3 } })));
    const lateSameDay = here.act(PHONE, { at: new Date('2026-12-01T15:59:59Z') });
    const nextDay = here.act(PHONE, { at: new Date('2026-12-01T16:00:00Z') });
    expect(await recordProposal(world, { text: '修路灯' }, lateSameDay)).to.have.property('refused');
    expect(await recordProposal(world, { text: '修路灯' }, nextDay)).to.include({ number: 4 });
  });

  it('takes at most fifty a day from people who are not on the roster, none of them public', async () => {
    const here = await town(world);
    const acts = Array.from({ length: 52 }, (_, n) => here.act(`+86139000000${10 + n}`));
    const made = [];
    for (const act of acts) made.push(await recordProposal(world, { text: '修路灯' }, act));
    expect(made.filter((proposed) => 'number' in proposed && !proposed.public)).to.have.length(50);
    expect(made.slice(50)).to.deep.equal([1, 2].map(() => ({ refused: { reason: 'enoughToday', max: 50 } })));
    await here.person('1', { phone: PHONE });
    expect(await recordProposal(world, { text: '修路灯' }, here.act(PHONE))).to.include({ public: true });
  });

  it('takes one of each address once half of those are used up, and gives the place of a hidden one to another', async () => {
    const here = await town(world);
    const propose = (phone: string) => recordProposal(world, { text: '修路灯' }, here.act(phone));
    for (let n = 0; n < 25; n++) expect(await propose(`+86139000000${10 + (n >> 1)}`)).to.have.property('number');
    expect(await propose('+8613900000010')).to.deep.equal({ refused: { reason: 'enoughToday', max: 1 } });
    for (let n = 0; n < 25; n++) expect(await propose(`+86139000000${30 + n}`)).to.have.property('number');
    expect(await propose('+8613900000099')).to.deep.equal({ refused: { reason: 'enoughToday', max: 50 } });
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 1, actor: operator('Li'), reason: '垃圾短信' });
    expect(await propose('+8613900000099')).to.include({ number: 51 });
  });

  it('takes 1 to 300 characters, as people count them, without control characters; markup stays text', async () => {
    const here = await town(world);
    const propose = (text: string) => recordProposal(world, { text }, here.act(`+86139${String(Math.random()).slice(2, 10)}`));
    expect(await propose('')).to.deep.equal({ refused: { reason: 'empty' } });
    expect(await propose(' \u0000\n\t ')).to.deep.equal({ refused: { reason: 'empty' } });
    expect(await propose('🌳'.repeat(300))).to.include({ number: 1 });
    expect(await propose('🌳'.repeat(301))).to.deep.equal({ refused: { reason: 'tooLong', max: 300 } });
    expect(await propose(' <b>修</b>\u0007\u202E路灯\r\n&amp; ')).to.include({ number: 2 });
    const made = await collection(Proposal).findOne({ _id: { cycle: here.cycle, number: 2 } });
    expect(made && proposalText(world.vault, made)).to.equal('<b>修</b> 路灯 &amp;');
  });

  it('takes none before a cycle has begun and none once it is closed', async () => {
    const day = (n: number) => new Date(world.now().getTime() + n * 86_400_000);
    const early = await town(world, { cycle: { stages: [{ stage: 'propose', from: day(1) }] } });
    const over = await town(world, {
      cycle: {
        stages: [
          { stage: 'propose', from: day(-2) },
          { stage: 'closed', from: day(-1) },
        ],
      },
    });
    expect(await recordProposal(world, { text: '修路灯' }, early.act(PHONE))).to.deep.equal({ refused: { reason: 'none' } });
    expect(await recordProposal(world, { text: '修路灯' }, over.act(PHONE))).to.deep.equal({ refused: { reason: 'over' } });
  });

  it('begins no write after the deadline', async () => {
    const here = await town(world);
    const late = here.act(PHONE, {
      beginWrite: () => {
        throw new Error('too late');
      },
    });
    const outcome = await recordProposal(world, { text: '修路灯' }, late).catch((error: Error) => error.message);
    expect(outcome).to.equal('too late');
    expect(await collection(Proposal).countDocuments({ '_id.cycle': here.cycle })).to.equal(0);
  });
});

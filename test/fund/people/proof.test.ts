import { expect } from 'chai';
import type { ProofOf } from '../../../src/fund/people/index.ts';
import { askDigits, checkDigits, forgetCodes, ProofDay } from '../../../src/fund/people/proof.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const CALLS = { channel: 'voice' } as const;
const OVER = { refused: 'over' };

describe('six digits that a faked sender never sees', () => {
  const { world } = useDatabase('proof');
  let here: Town;
  type Over = Parameters<Town['act']>[1];
  const ask = (over: Over = {}, of: ProofOf = 'disownBallot', address = PHONE) => askDigits(world, here.notify, { of }, here.act(address, over));
  const check = (proof: string, digits: string, over: Over = {}, of: ProofOf = 'disownBallot') =>
    checkDigits({ ...world }, { of, proof, digits }, here.act(PHONE, over));
  const other = (digits: string) => String((Number(digits) + 1) % 1_000_000).padStart(6, '0');
  const sent = () => String(here.notices.at(-1)?.said.params?.digits);
  const tomorrow = () => ({ at: new Date(world.now().getTime() + 24 * 60 * 60 * 1_000) });

  async function shown(over: Over = {}, of?: ProofOf): Promise<{ digits: string; proof: string }> {
    const asked = await ask(over, of);
    if (!('digits' in asked)) throw new Error(JSON.stringify(asked));
    return asked;
  }

  beforeEach(async () => {
    here = await town(world);
    await here.person('1', { phone: PHONE });
  });

  it('are shown where they were asked for, new ones each time, and spoken only on a call that we placed', async () => {
    const [first, second, placed] = [await shown(), await shown(), await shown({ ...CALLS, isPlaced: true })];
    expect(new Set([first, second, placed].map(({ digits }) => digits)).size).to.equal(3);
    for (const { digits, proof } of [first, second, placed]) {
      expect(digits).to.match(/^\d{6}$/);
      expect(await check(proof, digits)).to.deep.equal({ right: true });
    }
    expect(await check(first.proof, first.digits, {}, 'eraseMe')).to.have.property('refused', 'wrong');
    expect(here.notices).to.deep.equal([]);
  });

  it('go by text to who calls, and are not in what the call knows', async () => {
    const call = here.act(PHONE, CALLS);
    for (const _ of [1, 2]) expect(await askDigits(world, here.notify, { of: 'eraseMe' }, call)).to.deep.equal({ texted: true, proof: call.key });
    expect(new Set(here.notices.map(({ occasion }) => occasion)).size).to.equal(1);
    expect(here.notices[0]).to.deep.include({ channel: 'sms', address: PHONE, kind: 'code' });
    expect(await check(call.key, sent(), CALLS, 'eraseMe')).to.deep.equal({ right: true });
  });

  it('go three times a day to a number, also all at once, and to no landline and no number that is nobody’s here', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(CALLS)));
    expect(asked.filter((one) => 'texted' in one)).to.have.length(3);
    expect(asked.filter((one) => 'refused' in one && one.refused === 'texted')).to.have.length(5);
    expect(here.notices).to.have.length(3);
    expect(await ask(CALLS, 'eraseMe')).to.have.property('texted');
    expect(await ask({ ...CALLS, ...tomorrow() })).to.have.property('texted');
    expect(await ask()).to.have.property('digits');
    expect(await ask(CALLS, 'eraseMe', '+8613900000009')).to.deep.equal({ refused: 'stranger' });
    await here.person('2', { phone: '+862886543210' });
    expect(await ask(CALLS, 'eraseMe', '+862886543210')).to.deep.equal({ refused: 'noText' });
    expect(here.notices).to.have.length(5);
  });

  it('may be tried three times in a calendar day, whatever is asked for meanwhile, by text or call, in whichever process; then the right ones are none', async () => {
    const first = await shown();
    expect(await check(first.proof, other(first.digits))).to.deep.equal({ refused: 'wrong', triesLeft: 2 });
    const second = await shown();
    await ask(CALLS);
    expect(await check(here.notices.length ? second.proof : '', other(second.digits), CALLS)).to.deep.equal({ refused: 'wrong', triesLeft: 1 });
    const third = await shown();
    const last = here.act(PHONE);
    for (const _ of [1, 2])
      expect(await checkDigits(world, { of: 'disownBallot', proof: third.proof, digits: other(third.digits) }, last)).to.deep.equal(OVER);
    expect(await check(third.proof, third.digits)).to.deep.equal(OVER);
    expect(await ask(CALLS)).to.deep.equal(OVER);
    const leaving = await shown({}, 'eraseMe');
    expect(await check(leaving.proof, leaving.digits, {}, 'eraseMe')).to.deep.equal({ right: true });
    expect(await check(third.proof, third.digits, tomorrow())).to.deep.equal({ right: true });
  });

  it('are twelve once three tries were wrong, however often those are tried, by message and on a call that we placed', async () => {
    const six = await shown();
    for (const _ of [1, 2, 3]) await check(six.proof, other(six.digits));
    const [long, placed] = [await shown(), await shown({ ...CALLS, isPlaced: true })];
    for (const { digits, proof } of [long, placed]) {
      expect(digits).to.match(/^\d{12}$/);
      for (let n = 0; n < 5; n += 1) expect(await check(proof, `${n}00000000000`)).to.deep.equal({ refused: 'wrong' });
      expect(await check(proof, digits.slice(0, 6))).to.deep.equal(OVER);
      expect(await check(proof, digits, {}, 'eraseMe')).to.deep.equal({ refused: 'wrong' });
      expect(await check(proof, digits)).to.deep.equal({ right: true });
    }
    expect((await shown(tomorrow())).digits).to.match(/^\d{6}$/);
  });

  it('are guessed by no more than three at once', async () => {
    const { digits, proof } = await shown();
    const guesses = await Promise.all(Array.from({ length: 16 }, () => check(proof, other(digits))));
    expect(guesses.filter((one) => 'refused' in one && one.refused === 'wrong')).to.have.length(2);
    expect(await check(proof, digits)).to.deep.equal(OVER);
  });

  it('are kept nowhere, and their counts for two days', async () => {
    const { digits, proof } = await shown();
    await check(proof, other(digits));
    await ask(CALLS);
    const kept = JSON.stringify(await collection(ProofDay).find().toArray());
    for (const secret of [PHONE.slice(1), digits, sent(), other(digits)]) expect(kept).not.to.include(secret);
    await forgetCodes(new Date(world.now().getTime() + 3 * 24 * 60 * 60 * 1_000));
    expect(await collection(ProofDay).countDocuments()).to.equal(0);
  });
});

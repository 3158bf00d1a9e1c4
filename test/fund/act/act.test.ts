import { expect } from 'chai';
import { z } from 'zod';
import { act, done, line, number, refuse, subject, type Typed } from '../../../src/fund/act/index.ts';
import { findInquiry, Inquiry, type InquiryRecord, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import type { Actor } from '../../../src/fund/people/index.ts';
import { confirmSecond, readSecond } from '../../../src/fund/second/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { staff } from '../../support/second.ts';
import { type Town, town } from '../../support/town.ts';

/** A letter whose channel is its revision: enough of one for these tests. */
const letter = subject({
  path: '/inbox/:number',
  find: (_, community, { number: wanted }, session) => findInquiry(community, Number(wanted), session),
  name: ({ _id }: InquiryRecord) => `inbox/${_id.number}`,
  revision: ({ taken }) => (taken ? 2 : 1),
});

/** Lends the key of the hall for so many days; from eight days on a supervisor confirms it. */
const lendKey = act({
  name: 'inquiry.lendKey',
  may: ['operator', 'staff cadre'],
  approval: { by: 'supervisor', when: ({ input }) => input.days > 7 },
  on: letter,
  input: z.strictObject({ to: line(20), days: number(), note: line(50).optional() }),
  refusals: { lent: null, tooLong: 'days' },
  async run({ world, notify, session, on, input: { to, days, note }, actor }) {
    if (on.answer) return refuse('lent');
    if (days > 30) return refuse('tooLong');
    const answer = { by: to, at: world.now() };
    await collection(Inquiry).updateOne({ _id: on._id }, { $set: { answer } }, { session });
    await notify({
      occasion: 'key',
      community: on._id.community,
      channel: 'sms',
      address: '+8613800000001',
      kind: 'notice',
      said: { key: 'notice.answered' },
    });
    return done({ until: days }, { after: { to, days, note }, reason: `${actor.name}借出` });
  },
});

describe('an act', () => {
  const { world } = useDatabase('act');
  let here: Town;
  let cadre: Actor;
  let supervisor: Actor;

  beforeEach(async () => {
    here = await town(world);
    await writeInquiry(world, here.notify, { kind: 'question', text: '借钥匙' }, here.act('+8613800000009'));
    cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000007', name: '王芳' });
    supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000010', name: '郑海涛' });
  });

  const perform = (input: Typed, more: { seen?: number; number?: string; actor?: Actor } = {}) =>
    lendKey.perform(
      { world, notify: here.notify },
      { community: here.community, at: { number: more.number ?? '1' }, seen: more.seen, input, actor: more.actor ?? cadre },
    );
  const entries = async () => {
    const found = [];
    for await (const { act: name, by, subject: about, opening } of readLog(world, here.community))
      found.push({ name, by, about, ...opening?.detail });
    return found.filter(({ name }) => name !== 'staff.add');
  };
  const confirm = (actor: Actor) =>
    confirmSecond(
      world,
      (name) => async (kept, community, by) => {
        expect(name).to.equal('inquiry.lendKey');
        const { is } = await lendKey.perform(
          { world, notify: here.notify },
          { ...(kept as { at: { number: string }; input: Typed }), community, actor: by },
        );
        return is === 'done' ? {} : { refused: is };
      },
      { community: here.community, number: 1, actor },
    );

  it('is done, told and logged together, with what was typed as a form sends it', async () => {
    expect(await perform({ to: ' 张三 ', days: '3', note: '' })).to.deep.equal({ is: 'done', result: { until: 3 } });
    expect(await entries()).to.deep.equal([
      { name: 'inquiry.lendKey', by: '王芳', about: 'inbox/1', after: { to: '张三', days: 3 }, reason: '王芳借出' },
    ]);
    expect(here.notices.map(({ occasion }) => occasion)).to.deep.equal(['key']);
  });

  it('says what is wrong by field, what it refuses, what is not there and what changed meanwhile, and leaves nothing of it', async () => {
    expect(await perform({ to: '', days: 'x' })).to.deep.equal({ is: 'mistaken', mistakes: { to: 'empty', days: 'number' } });
    expect(await perform({ to: '张'.repeat(21), days: '3' })).to.deep.equal({ is: 'mistaken', mistakes: { to: 'tooLong' } });
    expect(await perform({ to: '', days: '' }, { number: '9' })).to.deep.equal({ is: 'noSubject' });
    expect(await perform({ to: '张三', days: '3' }, { number: '9' })).to.deep.equal({ is: 'noSubject' });
    expect(await perform({ to: '张三', days: '3' }, { seen: 2 })).to.deep.equal({ is: 'changed' });
    expect(await perform({ to: '张三', days: '31' })).to.deep.equal({ is: 'refused', refused: 'tooLong' });
    expect(await codeOf(perform({ to: '张三', days: '3' }, { actor: supervisor }))).to.equal('not-allowed');
    expect([await entries(), here.notices]).to.deep.equal([[], []]);
  });

  it('waits for another person where it has to: nothing of it is done, written or told before; what would be refused does not wait', async () => {
    expect(await perform({ to: '张三', days: '31' })).to.deep.equal({ is: 'refused', refused: 'tooLong' });
    expect(await perform({ to: '张三', days: '9' }, { seen: 1 })).to.deep.equal({ is: 'waits', waits: 1 });
    expect(await perform({ to: '张三', days: '9' })).to.deep.equal({ is: 'waits', waits: 1, already: true });
    expect((await findInquiry(here.community, 1))?.answer).to.equal(undefined);
    expect(here.notices).to.deep.equal([]);
    const waits = await readSecond.read({ world, community: here.community, actor: supervisor }, 1);
    expect([waits?.act, waits?.role, waits?.detail?.after]).to.deep.equal(['inquiry.lendKey', 'supervisor', { to: '张三', days: 9 }]);
    const both = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000007', name: '王芳' });
    expect(await confirm(both)).to.deep.equal({ refused: 'samePerson' });
    expect(await confirm(supervisor)).to.deep.equal({ confirmed: true });
    expect((await findInquiry(here.community, 1))?.answer?.by).to.equal('张三');
    expect((await entries()).map(({ name, by }) => [name, by])).to.deep.equal([
      ['second.ask', '王芳'],
      ['inquiry.lendKey', '王芳'],
      ['second.confirm', '郑海涛'],
    ]);
    expect(here.notices.length).to.equal(1);
  });

  it('is not done any more when what was seen changed before the second person came', async () => {
    await perform({ to: '张三', days: '9' }, { seen: 1 });
    await collection(Inquiry).updateOne({ '_id.community': here.community }, { $set: { taken: { who: '1', by: '李', at: new Date() } } });
    expect(await confirm(supervisor)).to.deep.equal({ refused: 'notHeld', why: 'changed' });
  });
});

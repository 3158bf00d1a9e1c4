import { expect } from 'chai';
import { answerInquiry } from '../../../src/fund/inquiries/answerInquiry.ts';
import { Inquiry, inquiryText } from '../../../src/fund/inquiries/inquiry.ts';
import { writeInquiry } from '../../../src/fund/inquiries/writeInquiry.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('writeInquiry', () => {
  const { world } = useDatabase('writeInquiry');

  it('numbers letters in a community, also many at once, each turn once', async () => {
    const here = await town(world);
    const acts = Array.from({ length: 8 }, () => here.act(PHONE));
    const written = await Promise.all([...acts, ...acts].map((act) => writeInquiry(world, here.notify, { kind: 'question', text: '几点开门' }, act)));
    expect(new Set(written.map(({ number }) => number))).to.deep.equal(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(written.slice(0, 8)).to.deep.equal(written.slice(8));
    expect(await collection(Inquiry).countDocuments({ '_id.community': here.community })).to.equal(8);
  });

  it('tells the community’s person who wants to be called, once an hour', async () => {
    const here = await town(world);
    const write = (hours: number) =>
      writeInquiry(world, here.notify, { kind: 'call', text: '' }, here.act(PHONE, { at: new Date(world.now().getTime() + hours * 3_600_000) }));
    expect([await write(0), await write(0.5), await write(1.1)]).to.deep.equal([{ number: 1 }, { number: 1 }, { number: 2 }]);
    expect(here.notices.map(({ address, said }) => [address, said.key, said.params])).to.deep.equal([
      ['+862880000003', 'notice.callWanted', { number: 1, phone: PHONE }],
      ['+862880000003', 'notice.callWanted', { number: 2, phone: PHONE }],
    ]);
  });

  it('tells who it is and what it is about, and adds what is written before anybody has called', async () => {
    const here = await town(world);
    await here.person('1', { phone: PHONE, name: '王秀英' });
    const ask = (text: string, act = here.act(PHONE)) => writeInquiry(world, here.notify, { kind: 'call', text }, act);
    await ask('井盖坏了 / 没人管');
    const again = here.act(PHONE);
    for (const text of ['三号院的', '三号院的', '']) await ask(text, again);
    const [inquiry] = await collection(Inquiry).find({ '_id.community': here.community }).toArray();
    expect(inquiry && inquiryText(world.vault, inquiry)).to.equal('井盖坏了 / 没人管 / 三号院的');
    expect(here.notices.map(({ said }) => said)).to.deep.equal([
      { key: 'notice.callWantedAbout', params: { number: 1, phone: PHONE, name: '王秀英', words: '井盖坏了 / 没人管' } },
    ]);
  });

  it('tells the end of a long account, as much as fits a text', async () => {
    const here = await town(world);
    await writeInquiry(world, here.notify, { kind: 'call', text: `${'长'.repeat(100)}井盖` }, here.act(PHONE));
    const [notice] = here.notices;
    expect(notice?.said.params?.words).to.equal(`…${'长'.repeat(37)}井盖`);
  });

  it('tells the supervisors at once of a report, once, and nothing of what it says', async () => {
    const here = await town(world);
    const supervisors = async () => [{ id: 's', phone: '+8613900000009' }];
    const act = here.act(PHONE);
    const { number } = await writeInquiry(world, here.notify, { kind: 'report', text: '有人给钱喊投7号' }, act, supervisors);
    await writeInquiry(world, here.notify, { kind: 'report', text: '有人给钱喊投7号' }, act, supervisors);
    const told = here.notices.map(({ address, occasion, said }) => ({ address, occasion, ...said }));
    const one = { address: '+8613900000009', occasion: `report|${here.community}|${number}`, key: 'notice.report', params: { number } };
    expect(told).to.deep.equal([one, one]); // the outbox takes an occasion once
  });

  it('names nobody whose phone several share', async () => {
    const here = await town(world);
    for (const id of ['1', '2']) await here.person(id, { phone: PHONE });
    await writeInquiry(world, here.notify, { kind: 'call', text: '' }, here.act(PHONE));
    expect(here.notices.map(({ said }) => said)).to.deep.equal([{ key: 'notice.callWanted', params: { number: 1, phone: PHONE } }]);
  });

  it('sends the answer back to who asked, once', async () => {
    const here = await town(world);
    const resident = await here.person('1', { phone: PHONE, language: 'en' });
    const act = here.act(PHONE, { resident });
    await writeInquiry(world, here.notify, { kind: 'question', text: 'When?' }, act);
    const answered = (number: string) =>
      answerInquiry.perform(
        { world, notify: here.notify },
        { community: here.community, at: { number }, input: { text: '9 o’clock' }, actor: operator('Li') },
      );
    expect(await answered('1')).to.deep.equal({ is: 'done', result: { notified: true } });
    expect(await answered('1')).to.deep.equal({ is: 'refused', refused: 'answered' });
    expect(await answered('2')).to.deep.equal({ is: 'noSubject' });
    expect(here.notices).to.deep.equal([
      {
        occasion: `inquiry|${here.community}|1`,
        community: here.community,
        channel: 'sms',
        address: PHONE,
        resident,
        language: 'en',
        kind: 'answer',
        askedAt: act.at,
        said: { key: 'notice.answered', params: { number: 1, answer: '9 o’clock' } },
      },
    ]);
  });
});

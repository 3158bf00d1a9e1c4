import { expect } from 'chai';
import type { AriPhone } from '../../scripts/fakes/ariPhone.ts';
import { type FakeAsterisk, fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import type { Log } from '../../src/store/log.ts';
import { ledger } from '../conversations/records.ts';
import { type FakeRecogniser, fakeRecogniser } from '../fakes/recogniser.ts';
import { useDatabase } from '../support/database.ts';
import { soundOf, utterance } from '../support/sounds.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { until } from '../support/until.ts';

describe('words over Asterisk', () => {
  const { world } = useDatabase('heardasterisk');
  let asterisk: FakeAsterisk;
  let recogniser: FakeRecogniser;
  let service: OnOwnPort;
  let here: Town;
  const logged: unknown[] = [];
  const note = (...told: readonly unknown[]) => void logged.push(told);
  const log: Log = { fatal: note, error: note, warn: note, info: note, debug: note, trace: note };

  before(async () => {
    asterisk = await fakeAsterisk();
    recogniser = await fakeRecogniser();
    here = await town(world, { residents: 30, community: { carriers: { voice: 'asterisk' } }, cycle: votingNow(world) });
    service = await onOwnPort((url) =>
      app({ world, log, publicUrl: url, announces: false, asterisk: asterisk.settings, speech: recogniser.settings }),
    );
  });
  after(async () => {
    await service?.stop();
    await asterisk?.stop();
    await recogniser?.stop();
  });
  beforeEach(() => {
    recogniser.fault = undefined;
    recogniser.until = Promise.resolve();
    recogniser.asked.splice(0);
  });
  afterEach(() => {
    expect(asterisk.refused).to.deep.equal([]);
  });

  const picks = async () => (await ledger(world)).map((entry) => entry.picks);
  /** A call in which the ballot is asked for. */
  const asked = async (n: number): Promise<AriPhone> => {
    const phone = await asterisk.dial(here.phones[n] ?? '', here.phone);
    await phone.hears(/也可以说/);
    phone.press('1');
    await phone.hears(/说名字/);
    return phone;
  };
  const says = async (phone: AriPhone, text: string, what: RegExp, sound = utterance(250 * text.length)) => {
    const since = phone.heard.length;
    recogniser.says = () => text;
    await phone.says(sound);
    await phone.hears(what, since);
  };
  const ends = async (phone: AriPhone) => {
    phone.hangUp();
    await until('the end of what was heard', () => asterisk.kept.size === 0);
  };

  it('takes a vote by words alone, and keeps no sound; the recogniser learns no number', async () => {
    const phone = await asked(0);
    await says(phone, '三号和二号', /2号，项目2/);
    expect(phone.hasEar).to.equal(true);
    await says(phone, '对', /投好了/);
    expect(await picks()).to.deep.equal([[2, 3]]);
    await ends(phone);
    const sent = recogniser.asked.map(({ whole }) => whole).join();
    for (const number of [...here.phones, here.phone]) expect(sent).not.to.include(number.slice(-8));
    expect(JSON.stringify(logged)).not.to.match(/三号和二号|对/);
  });

  it('without SPEECH_URL no call has an ear, no word is offered, and nothing is asked', async () => {
    const other = await fakeAsterisk();
    const deaf = await onOwnPort((url) => app({ world, log, publicUrl: url, announces: false, asterisk: other.settings }));
    try {
      const phone = await other.dial(here.phones[8] ?? '', here.phone);
      await phone.hears(/投票，按1/);
      phone.press('1');
      await phone.hears(/知道号码，按1/);
      expect(phone.heard.join()).not.to.match(/可以说|说名字/);
      expect([phone.hasEar, recogniser.asked]).to.deep.equal([false, []]);
      phone.hangUp();
    } finally {
      await deaf.stop();
      await other.stop();
    }
  });

  it('casts no 对 that lasted longer than a 对, and asks again', async () => {
    const before = (await picks()).length;
    const phone = await asked(1);
    await says(phone, '二号', /您要投的是2号/);
    await says(phone, '对', /没听清/, utterance(700));
    expect((await picks()).length).to.equal(before);
    await ends(phone);
  });

  it('a key wins over words that are still being written down, and nobody waits for them', async () => {
    const phone = await asked(2);
    let go = () => {};
    recogniser.until = new Promise<void>((resolve) => {
      go = resolve;
    });
    recogniser.says = () => '二号';
    await phone.says(utterance());
    await until('the question to the recogniser', () => recogniser.asked.length === 1);
    const since = phone.heard.length;
    phone.press('1');
    await phone.hears(/按号码，再按井号/, since);
    await until('the place to be given up', () => recogniser.under.now === 0);
    go();
    phone.press('3#');
    await phone.hears(/3号/, since);
    expect(phone.heard.slice(since).join()).not.to.match(/您要投的是/);
    await ends(phone);
  });

  it('goes on listening where nobody speaks, or only noise was written down', async () => {
    const phone = await asked(3);
    recogniser.says = () => '字幕志愿者';
    await phone.says(soundOf({ ms: 2_000, loud: 0 }));
    await phone.says(utterance());
    await says(phone, '一号', /您要投的是1号/);
    expect(phone.heard.join()).not.to.match(/没听清/);
    await ends(phone);
  });

  for (const fault of ['hangs', 'cuts', 'lies', 'fails', 'nonsense'] as const)
    it(`goes on with keys where the recogniser ${fault}`, async () => {
      recogniser.fault = fault;
      const phone = await asked(4);
      await says(phone, '一号', /咱们按键/);
      const since = phone.heard.length;
      phone.press('1');
      await phone.hears(/按项目号/, since);
      await ends(phone);
    });

  it('twenty who speak at once: none is cut off, four are asked at a time, and who presses keys meanwhile is answered', async () => {
    let go = () => {};
    recogniser.until = new Promise<void>((resolve) => {
      go = resolve;
    });
    recogniser.says = () => '一号';
    const speaking = await Promise.all(Array.from({ length: 20 }, (_, n) => asked(10 + n)));
    const since = speaking.map(({ heard }) => heard.length);
    await Promise.all(speaking.map((phone) => phone.says(utterance())));
    await until('four questions to the recogniser', () => recogniser.asked.length === 4);
    const keyed = await asked(9);
    keyed.press('1');
    await keyed.hears(/按号码，再按井号/);
    expect(recogniser.under.most).to.equal(4);
    go();
    await Promise.all(speaking.map((phone, n) => phone.hears(/您要投的是1号|咱们按键/, since[n])));
    expect(speaking.map(({ cause }) => cause)).to.deep.equal(Array.from({ length: 20 }, () => undefined));
    for (const phone of [...speaking, keyed]) phone.hangUp();
    await until('the end of what was heard', () => asterisk.kept.size === 0);
  });

  it('ends its ear with the call, and goes on after events were lost', async () => {
    const phone = await asked(5);
    const since = phone.heard.length;
    asterisk.cut();
    await phone.hears(/说名字/, since);
    await says(phone, '二号', /您要投的是2号/);
    await ends(phone);
  });
});

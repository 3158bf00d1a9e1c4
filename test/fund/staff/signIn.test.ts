import { expect } from 'chai';
import type { Notice } from '../../../src/contacts/notify.ts';
import { readLog, withLog } from '../../../src/fund/log/index.ts';
import { checkCode, holdersOf, operator, sendCode } from '../../../src/fund/people/index.ts';
import { eraseMe } from '../../../src/fund/roster/index.ts';
import {
  ALL,
  askSignIn,
  changeStaff,
  devicesOf,
  endSessions,
  forgetSessions,
  forgetSignIns,
  Staff,
  signedIn,
  signInByDigits,
  signInByLink,
  staffActor,
  staffOf,
  staffPhone,
  staffPhones,
} from '../../../src/fund/staff/index.ts';
import { Passkey } from '../../../src/fund/staff/passkey.ts';
import { StaffSession } from '../../../src/fund/staff/session.ts';
import { SignIn, SignInLink } from '../../../src/fund/staff/signIn.ts';
import { StaffChat } from '../../../src/fund/staff/staffChat.ts';
import { progressSender } from '../../../src/fund/works/progressSender.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { addStaff, linkStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WANG = '+8613800000001';
const NOBODY = '+8613900000009';
const LI = operator('李姐');

describe('the staff', () => {
  const { world: real } = useDatabase('staff');
  const clock = { ahead: 0 };
  const world: World = { ...real, now: () => new Date(Date.now() + clock.ahead) };
  let here: Town;
  const sent: Notice[] = [];
  const notify = async (notice: Notice) => {
    if (!sent.some(({ occasion }) => occasion === notice.occasion)) sent.push(notice);
  };
  const ask = (phone = WANG) => askSignIn(world, notify, phone);
  const digits = () => String(sent.at(-1)?.said.params?.digits);
  const wrong = () => (digits() === '000000' ? '000001' : '000000');
  const enter = (given: string, phone = WANG) => signInByDigits(world, { phone, digits: given, device: 'Firefox\non a phone' });
  const linked = async (isLost = false) => {
    const outcome = await linkStaff(world)(here.community, WANG, LI, isLost);
    return 'token' in outcome ? outcome.token : outcome.refused;
  };
  const token = async () => {
    await ask();
    const outcome = await enter(digits());
    if (!('token' in outcome)) throw new Error(`not signed in: ${outcome.refused}`);
    return outcome.token;
  };

  beforeEach(async () => {
    clock.ahead = 0;
    sent.length = 0;
    await Promise.all([Staff, StaffSession, SignIn, SignInLink].map((model) => model.collection.deleteMany({})));
    here = await town(world);
    await addStaff(world)(here.community, { name: '王芳', phone: WANG, role: 'cadre' }, LI);
  });

  it('sign in with six digits by SMS, once, and are whoever they are at that moment', async () => {
    const shown = await token();
    expect(sent[0]).to.include({ community: here.community, channel: 'sms', address: WANG, kind: 'code' });
    expect(digits()).to.match(/^\d{6}$/);
    expect(await enter(digits())).to.deep.equal({ refused: 'wrong' });
    const [role] = (await signedIn(world, shown))?.roles ?? [];
    expect(role && staffActor(role, here.community)).to.deep.include({ kind: 'staff', name: '王芳', role: 'cadre', community: here.community });
    expect(role && staffActor(role, 'elsewhere')).to.equal(undefined);
    await addStaff(world)(here.community, { name: '王芳', phone: WANG, role: 'council' }, LI);
    expect((await signedIn(world, shown))?.roles.length).to.equal(2);
    await removeStaff(world)(here.community, { phone: WANG }, LI);
    expect(await signedIn(world, shown)).to.equal(null);
    await addStaff(world)(here.community, { name: '王芳', phone: WANG, role: 'cadre' }, LI);
    expect(await signedIn(world, shown), 'a session of before').to.equal(null);
  });

  it('begin no session and no link of before again if a file took their roles and they come back', async () => {
    const shown = await token();
    const link = await linked();
    await withLog(world, here.community, (session) => changeStaff(world, { community: here.community, rows: [], actor: LI }, true, session));
    await addStaff(world)(here.community, { name: '王芳', phone: WANG, role: 'cadre' }, LI);
    expect(await signedIn(world, shown)).to.equal(null);
    expect(await signInByLink(world, { token: link, device: 'Firefox' }), 'a link of before').to.equal(null);
  });

  it('have names that tell them apart in the log, where a cadre gives a role alone', async () => {
    await addStaff(world)(here.community, { name: '郑海涛', phone: '+8613800000002', role: 'supervisor' }, LI);
    const [role] = (await signedIn(world, await token()))?.roles ?? [];
    const cadre = (role && staffActor(role, here.community)) ?? expect.fail('no cadre');
    const gives = (name: string, phone: string) => addStaff(world)(here.community, { name, phone, role: 'helper' }, cadre);
    for (const like of ['郑 海涛', '郑海\u200b涛', '郑\u00ad海涛', '郑海涛\ufe0f', '鄭海濤', 'Yisheng', 'Yіsheng'])
      expect(await gives(like, NOBODY), JSON.stringify(like)).to.deep.equal({ refused: 'nameTaken' });
    expect(await gives('老郑', '+8613800000002')).to.deep.equal({ refused: 'otherName' });
    expect([await gives('王芳', WANG), await gives('老周', NOBODY)]).to.deep.equal([{ isNew: true }, { isNew: true }]);
    const entries = [];
    for await (const { act, opening } of readLog(world, here.community)) if (act === 'staff.add') entries.push(opening?.detail.after);
    expect(entries.at(-1), 'and whose role it is').to.deep.equal({ name: '老周', phone: NOBODY, role: 'helper' });
  });

  it('who are no residents link a chat by digits: they act and get digits there until they link another one, leave it, or have no role any more', async () => {
    const act = (openid: string) => here.act(openid, { channel: 'wechat' });
    const links = async (openid: string) => {
      expect(await sendCode(world, notify, staffPhones(world), { phone: WANG }, act(openid))).to.deep.equal({ phone: WANG });
      return checkCode(world, staffPhones(world), { phone: WANG, digits: digits() }, act(openid));
    };
    const actor = async (openid: string) => (await progressSender(world, act(openid)))?.actor.role;
    expect(await links('o1')).to.deep.equal({ staff: true });
    expect([await actor('o1'), await actor('o2')]).to.deep.equal(['cadre', undefined]);
    expect((await holdersOf(world)(act('o1'))).holders).to.deep.equal([]);
    expect(await links('o2')).to.deep.equal({ staff: true });
    expect([await actor('o1'), await actor('o2')]).to.deep.equal([undefined, 'cadre']);
    await ask();
    expect(sent.at(-1)?.next).to.deep.equal([{ channel: 'wechat', address: 'o2' }]);
    expect(await eraseMe(world, async () => {}, {}, act('o2'))).to.deep.equal({ erased: true });
    expect(await actor('o2')).to.equal(undefined);
    await links('o3');
    await removeStaff(world)(here.community, { phone: WANG }, LI);
    expect(await collection(StaffChat).countDocuments()).to.equal(0);
    await addStaff(world)(here.community, { name: '王芳', phone: WANG, role: 'cadre' }, LI);
    expect(await actor('o3')).to.equal(undefined);
  });

  it('get the digits at their staff phone or in the chat that this phone tied, never where a roster says that its holder is', async () => {
    const act = here.act('own', { channel: 'wechat' });
    await here.person('1', { phone: WANG, linkedContacts: ['wechat|openid'], name: '王芳' });
    await ask();
    expect(sent[0]).to.deep.include({ channel: 'sms', address: WANG, next: [] });
    const that = await progressSender(world, here.act('openid', { channel: 'wechat' }));
    expect(that, 'nor does that chat prove that they write').to.deep.include({ isProved: false, phone: WANG });
    await sendCode(world, notify, staffPhones(world), { phone: WANG }, act);
    expect(await checkCode(world, staffPhones(world), { phone: WANG, digits: digits() }, act), 'a resident who is staff').to.include({
      linked: false,
    });
    await ask();
    expect(sent.at(-1)).to.deep.include({ channel: 'sms', address: WANG, next: [{ channel: 'wechat', address: 'own' }] });
    expect(await progressSender(world, act)).to.deep.include({ isProved: true });
  });

  it('hear nothing else where the number is unknown, and nothing is sent there', async () => {
    await ask(NOBODY);
    expect([sent, await enter('123456', NOBODY)]).to.deep.equal([[], { refused: 'wrong' }]);
    expect(await collection(SignIn).countDocuments({ _id: staffPhone(world.vault, NOBODY) })).to.equal(1);
    for (let tries = 1; tries < 5; tries += 1) await enter('123456', NOBODY);
    expect(await enter('123456', NOBODY)).to.deep.equal({ refused: 'enough' });
    await ask(NOBODY);
    expect(await enter('123456', NOBODY)).to.deep.equal({ refused: 'wrong' });
  });

  it('get their digits also where so many numbers were given that nothing is noted of unknown ones, and nothing tells which are known', async () => {
    await ask(NOBODY);
    const noted = await collection(SignIn).countDocuments();
    const asked = (phone: string) => askSignIn(world, async (message) => void sent.push(message), phone, noted);
    for (const unknown of ['+8613900000071', '+8613900000072']) await asked(unknown);
    expect(await collection(SignIn).countDocuments()).to.equal(noted);
    await asked(WANG);
    expect(digits()).to.match(/^\d{6}$/);
    for (const phone of [WANG, '+8613900000071'])
      for (let tries = 0; tries < 7; tries += 1)
        expect(await signInByDigits(world, { phone, digits: '000000', device: '' }, noted), phone).to.deep.equal({ refused: 'wrong' });
  });

  it('try six digits five times a day, also at once; then twelve are sent, which are taken whatever else is tried', async () => {
    await ask();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => enter(wrong())));
    expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'wrong').length).to.equal(5);
    expect(await enter(digits())).to.deep.equal({ refused: 'enough' });
    await ask();
    expect([sent.length, digits()]).to.satisfy(([count, last]: [number, string]) => count === 2 && /^\d{12}$/.test(last));
    for (let tries = 0; tries < 20; tries += 1) expect(await enter('000000')).to.deep.equal({ refused: 'wrong' });
    expect(await enter(digits())).to.have.property('token');
    clock.ahead = HOUR;
    await ask();
    expect(digits(), 'signing in gives no further tries').to.match(/^\d{12}$/);
    clock.ahead = 25 * HOUR;
    await ask();
    expect(digits()).to.match(/^\d{6}$/);
  });

  it('have five wrong tries a day, also if they sign in between', async () => {
    for (let times = 1; times <= 5; times += 1) {
      clock.ahead = times * 11 * MINUTE;
      await ask();
      await enter(wrong());
      if (times < 5) expect(await enter(digits())).to.have.property('token');
    }
    await ask();
    expect(digits()).to.match(/^\d{12}$/);
  });

  it('get the same digits thrice in ten minutes, then others', async () => {
    for (let times = 0; times < 5; times += 1) await ask();
    expect([sent.length, new Set(sent.map(({ said }) => said.params?.digits)).size]).to.deep.equal([3, 1]);
    const first = digits();
    clock.ahead = 11 * MINUTE;
    expect(await enter(first)).to.deep.equal({ refused: 'wrong' });
    await ask();
    expect(sent.length).to.equal(4);
    expect(await enter(digits())).to.have.property('token');
  });

  it('sign in by a link from the command line, once, within fifteen minutes', async () => {
    expect(await linkStaff(world)(here.community, NOBODY, LI)).to.deep.equal({ refused: 'noRole' });
    const link = await linked();
    const opened = await Promise.all([1, 2, 3].map(() => signInByLink(world, { token: link, device: 'Firefox' })));
    expect(opened.filter((session) => session !== null).length).to.equal(1);
    const late = await linked();
    clock.ahead = 16 * MINUTE;
    expect(await signInByLink(world, { token: late, device: 'Firefox' })).to.equal(null);
  });

  it('who have a passkey sign in by it alone: by no digits and no link, not those of before either; if it is lost, a link ends it', async () => {
    const before = await linked();
    await ask();
    const code = digits();
    const phone = staffPhone(world.vault, WANG);
    const passkey = { _id: 'a key', phone, about: Buffer.from(''), publicKey: Buffer.from(''), counter: 0, at: world.now() };
    await collection(Passkey).insertOne(passkey);
    expect(await enter(code), 'digits of before').to.deep.equal({ refused: 'wrong' });
    expect(await signInByLink(world, { token: before, device: 'Firefox' }), 'a link of before').to.equal(null);
    sent.length = 0;
    clock.ahead = 11 * MINUTE;
    await ask();
    expect([sent, await linked()]).to.deep.equal([[], 'hasPasskey']);
    const link = await linked(true);
    expect(await collection(Passkey).countDocuments({ phone })).to.equal(0);
    expect(await signInByLink(world, { token: link, device: 'Firefox' })).to.be.a('string');
  });

  it('are out after two hours without a request, and after twelve in any case', async () => {
    const shown = await token();
    for (let hours = 1; hours < 12; hours += 1) {
      clock.ahead = hours * HOUR;
      expect(await signedIn(world, shown), `${hours}`).to.not.equal(null);
    }
    clock.ahead = 12 * HOUR + MINUTE;
    expect(await signedIn(world, shown)).to.equal(null);
    clock.ahead = 0;
    const idle = await token();
    clock.ahead = 2 * HOUR + MINUTE;
    expect(await signedIn(world, idle)).to.equal(null);
    clock.ahead = 24 * HOUR;
    await forgetSessions(world.now());
    await forgetSignIns(world.now());
    expect(await Promise.all([StaffSession, SignIn, SignInLink].map((model) => model.countDocuments()))).to.deep.equal([0, 0, 0]);
  });

  it('see their devices, and sign out of one or all; the token is kept nowhere', async () => {
    const [first, second] = [await token(), await token()];
    const phone = staffPhone(world.vault, WANG);
    const devices = await devicesOf(world, phone);
    expect(devices.map(({ device }) => device)).to.deep.equal(['Firefox on a phone', 'Firefox on a phone']);
    const stored = JSON.stringify(await collection(StaffSession).find().toArray());
    expect([stored.includes(first), stored.includes('Firefox')]).to.deep.equal([false, false]);
    const { session = '' } = (await signedIn(world, first)) ?? {};
    expect(await endSessions('another phone', session)).to.equal(0);
    expect(await endSessions(phone, session)).to.equal(1);
    expect([await signedIn(world, first), (await signedIn(world, second))?.phone]).to.deep.equal([null, phone]);
    await endSessions(phone);
    expect([await signedIn(world, second), await signedIn(world, 'made up')]).to.deep.equal([null, null]);
  });

  it('of an office read the communities that it was given, or all', async () => {
    const there = await town(world);
    const office = { name: '跳伞塔街道', phone: NOBODY, role: 'office' as const };
    await addStaff(world)(ALL, office, LI);
    expect((await staffOf(world, there.community)).map(({ name, role }) => `${role} ${name}`)).to.deep.equal(['office 跳伞塔街道']);
    await ask(NOBODY);
    expect(sent[0]?.address).to.equal(NOBODY);
    expect(await removeStaff(world)(ALL, { phone: NOBODY }, LI)).to.deep.equal({ removed: 1 });
    expect(await addStaff(world)('nowhere', office, LI)).to.deep.equal({ refused: 'noSubject' });
  });
});

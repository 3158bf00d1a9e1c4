import { expect } from 'chai';
import { Address } from '../../src/contacts/addressBook.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { LogEntry } from '../../src/fund/log/index.ts';
import { Broadcast } from '../../src/outreach/broadcasts/broadcast.ts';
import { addressIn, Message, saidIn } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { HOUR_MS } from '../../src/store/wallTime.ts';
import { useDatabase } from '../support/database.ts';
import { type Ran, runScript } from '../support/runScript.ts';
import { type Town, town } from '../support/town.ts';

const PHONE = '+86138000000';

/** Quiet hours around this moment, at any time of day. */
function nightNow(): string {
  const clock = (hours: number) =>
    new Date(Date.now() + hours * HOUR_MS).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });
  return `${clock(-2)}-${clock(10)}`;
}

describe('npm run broadcast', () => {
  const { world, uri } = useDatabase('broadcast');
  let here: Town;
  const run = (...args: string[]): Promise<Ran> => runScript(uri(), 'broadcast', '--community', here.community, ...args);
  const send = (text: string, ...more: string[]) => run('--text', text, '--by', '王芳', '--yes', ...more);
  /** The messages that wait, as `address text`. */
  const waiting = async () => {
    const messages = await collection(Message)
      .find({ community: here.community }, { sort: { _id: 1 }, promoteBuffers: true })
      .toArray();
    return messages.map((message) => `${addressIn(world.vault, message).slice(-2)} ${saidIn(world.vault, message).params?.text}`).sort();
  };

  /** Four phones, one of them shared by two residents; a resident without a phone; one who wants no messages; one who was deleted. */
  beforeEach(async () => {
    here = await town(world, { community: { quiet: '00:00-00:00', prices: { sms: 0.05, currency: 'CNY' } } });
    await here.person('1', { name: '王秀英', building: '3栋', phone: `${PHONE}01` });
    await here.person('2', { name: '李建国', building: '3栋', phone: `${PHONE}02` });
    await here.person('3', { building: '13栋', phone: `${PHONE}02` });
    await here.person('4', { name: '刘德明', building: '1栋' });
    await here.person('5', { name: '张伟', building: '31号楼', phone: `${PHONE}05` });
    await here.person('6', { name: '赵小梅', building: '3号楼', phone: `${PHONE}06` });
    await here.person('7', { phone: `${PHONE}07`, erasedAt: new Date() });
    await collection(Address).insertOne({ _id: addressHmac(world.vault, here.act(`${PHONE}05`)), stoppedAt: new Date(), log: [] });
  });

  it('counts by channel, segments and cost before anything is queued', async () => {
    const { status, out, err } = await run('--text', '明天{building}停水', '--by', '王芳', '--dry-run');
    expect(status, err).to.equal(0);
    expect(out)
      .to.include('sms\t4 messages\t4 segments\t0.20 CNY')
      .and.include('left out\t1\twant no messages')
      .and.include('left out\t1\tno phone and no chat');
    expect(await waiting()).to.deep.equal([]);
  });

  it('sends the same text to the same people on the same day once, a shared phone once, and each their own', async () => {
    expect((await send('明天停水')).status).to.equal(0);
    expect(await waiting()).to.deep.equal(['01 明天停水', '02 明天停水', '05 明天停水', '06 明天停水']);
    const again = await send('明天停水');
    expect([again.status, again.err]).to.deep.equal([
      0,
      `It was queued today already, as ${(await collection(Broadcast).findOne({ community: here.community }))?._id}: nobody gets it twice.\n`,
    ]);
    expect((await send('明天停水', '--to', 'building:3')).status).to.equal(1);
    expect(await waiting()).to.have.length(4);
    await send('{name},{building}停水', '--to', 'building:3');
    expect((await waiting()).filter((line) => line.includes(','))).to.deep.equal(['01 王秀英,3栋停水', '02 李建国,3栋停水', '06 赵小梅,3号楼停水']);
  });

  it('says what is wrong, and queues nothing', async () => {
    await collection(Community).updateOne({ _id: here.community }, { $set: { quiet: nightNow() } });
    const long = '停水'.repeat(400);
    const wrong: [args: string[], told: RegExp, status: number][] = [
      [['--text', ' '], /text is empty/, 2],
      [['--text', '{nmae}您好'], /\{nmae\} is no placeholder/, 2],
      [['--text', '您好}'], /\} is no placeholder/, 2],
      [['--text', long], /takes 1\d segments/, 1],
      [['--text', '停水', '--to', 'building:9'], /Nobody lives in building:9/, 1],
      [['--text', '停水', '--to', 'everybody'], /Say --to/, 2],
      [['--text', '停水', '--to', 'not-voted'], /No vote is open/, 1],
      [['--text', '停水', '--at', '2020-01-01T10:00'], /is past/, 1],
      [['--text', '停水', '--at', 'soon'], /is no time/, 2],
      [['--text', '停水', '--at', '+3d'], /in the quiet hours, which end at/, 1],
      [['--text', '停水', '--json'], /--text takes no --json/, 2],
      [['--text', '停水', '--list'], /Say one of/, 2],
    ];
    const ran = await Promise.all(wrong.map(([args]) => run('--by', '王芳', '--yes', ...args)));
    ran.forEach(({ status, out, err }, index) => {
      expect([status, out], err).to.deep.equal([wrong[index]?.[2], '']);
      expect(err).to.match(wrong[index]?.[1] ?? /never/);
    });
    expect((await run('--text', '停水')).status).to.equal(2);
    expect((await runScript(uri(), 'broadcast', '--community', 'nowhere', '--text', '停水', '--by', '王芳')).err).to.match(/no community nowhere/);
    expect(await collection(Message).countDocuments({ community: here.community })).to.equal(0);
    expect(await collection(Broadcast).countDocuments({ community: here.community })).to.equal(0);
  });

  it('waits until morning and says so, asks before it sends, and can be paused and cancelled', async () => {
    await collection(Community).updateOne({ _id: here.community }, { $set: { quiet: nightNow() } });
    const asked = await run('--text', '明天停水', '--by', '王芳');
    expect([asked.status, asked.err]).to.satisfy(([status, err]: [number, string]) => status === 1 && /Send it\?.*Nothing was queued/s.test(err));
    expect(asked.out).to.match(/It is night there: it waits until \d/);
    expect(await waiting()).to.deep.equal([]);
    await send('明天停水');
    const [broadcast] = await collection(Broadcast).find({ community: here.community }).toArray();
    const id = broadcast?._id ?? '';
    expect((await runScript(uri(), 'broadcast', '--pause', id, '--by', '王芳')).out).to.equal(`${id} is paused.\n`);
    expect((await run('--list')).out).to.match(/\tpaused\t.*\n\tsms\tpending\t4\tpaused\n$/);
    for (const wrong of ['--dry-run', '--yes']) expect((await runScript(uri(), 'broadcast', '--cancel', id, wrong)).status).to.equal(2);
    expect((await runScript(uri(), 'broadcast', '--community', 'elsewhere', '--cancel', id)).err).to.equal(`elsewhere has no broadcast ${id}.\n`);
    expect((await run('--cancel', id)).out).to.equal('Cancelled: 4 messages were not sent.\n');
    const listed = JSON.parse((await run('--list', '--json')).out);
    expect(listed).to.have.length(4);
    expect(listed).to.deep.include({ broadcast: id, resident: '1', channel: 'sms', state: 'cancelled', reason: null });
    expect((await run('--list')).out).to.match(/\tcancelled\t.*\n\tsms\tcancelled\t4\n$/);
    expect((await runScript(uri(), 'broadcast', '--resume', id)).status).to.equal(1);
    const entries = await collection(LogEntry)
      .find({ '_id.community': here.community }, { sort: { _id: 1 } })
      .toArray();
    expect(entries.map(({ act, by, role }) => `${act} ${by} ${role}`)).to.deep.equal([
      'broadcast.send 王芳 operator',
      'broadcast.pause 王芳 operator',
      'broadcast.cancel operator operator',
    ]);
  });

  it('that was cancelled can be sent after all, and with a wider one nobody is left out', async () => {
    const states = async () =>
      (await collection(Message).find({ community: here.community }).toArray())
        .map((message) => [addressIn(world.vault, message).slice(-2), message.state, message.broadcast])
        .toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1));
    const idTo = async (to: string) => (await collection(Broadcast).findOne({ community: here.community, to }))?._id ?? '';
    await send('明天停水', '--to', 'building:3');
    const narrow = await idTo('building:3');
    await collection(Message).updateOne(
      { community: here.community, to: addressHmac(world.vault, here.act(`${PHONE}01`)) },
      { $set: { state: 'sent' } },
    );
    await runScript(uri(), 'broadcast', '--cancel', narrow);
    expect((await run('--text', '明天停水', '--by', '王芳', '--dry-run')).out).to.include('left out\t1\tgot it today already');
    await send('明天停水');
    const wide = await idTo('all');
    expect(await states()).to.deep.equal([['01', 'sent', narrow], ...['02', '05', '06'].map((phone) => [phone, 'pending', wide])]);
    await runScript(uri(), 'broadcast', '--cancel', wide);
    expect((await send('明天停水')).status).to.equal(0);
    expect((await collection(Broadcast).findOne({ _id: wide }))?.state).to.equal('queued');
    expect((await states()).filter(([, state]) => state === 'pending')).to.have.length(3);
  });
});

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Address } from '../../src/contacts/addressBook.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { workRecordings, writeInquiry } from '../../src/fund/inquiries/index.ts';
import { recordingId } from '../../src/fund/inquiries/recording.ts';
import { LogEntry } from '../../src/fund/log/index.ts';
import { Resident, requestMembership, showCard } from '../../src/fund/people/index.ts';
import { recordProposal } from '../../src/fund/proposals/recordProposal.ts';
import { lostRecording } from '../../src/fund/proposals/spokenItems.ts';
import { addressIn, Message, saidIn } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { card } from '../support/cards.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';
import { silence } from '../support/silence.ts';
import { type Town, town } from '../support/town.ts';

const PHONE = '+8613800000001';
const STRANGER = '+8613900000009';

describe('commands of cadres', () => {
  const { world, uri } = useDatabase('cadres');
  const folder = useFolders();
  let here: Town;
  const run = async (line: string, ...more: string[]) => {
    const [script = '', ...args] = line.replaceAll('SLUG', here.community).replaceAll('ID', here.cycle).split(' ');
    return runScript(uri(), script, ...args, ...more);
  };
  /** The messages that wait in the outbox for this town, as `address key`. */
  const told = async () => {
    const messages = await collection(Message)
      .find({ community: here.community }, { sort: { at: 1 }, promoteBuffers: true })
      .toArray();
    return messages.map((message) => `${addressIn(world.vault, message)} ${saidIn(world.vault, message).key}`);
  };

  /** What the log says was done by the command line, with who is named there. */
  const acts = async (community = here.community) => {
    const entries = await collection(LogEntry)
      .find({ '_id.community': community }, { sort: { _id: 1 } })
      .toArray();
    return entries.map(({ act, by, role }) => `${act} ${by} ${role}`);
  };

  beforeEach(async () => {
    here = await town(world);
  });

  it('end with 2 and their usage on wrong use, before anything is looked at', async () => {
    const wrong = [
      'community import',
      'residents accept SLUG 1 --new --as 1 --by Li',
      'residents refuse SLUG 1 --by Li',
      'inbox answer SLUG 1 --by Li',
      'proposals state SLUG 1 great --by Li',
      'cycle show ID --verbose',
      'recordings play ../etc/passwd --out x',
    ];
    const ran = await Promise.all(wrong.map((line) => run(line)));
    expect(ran.map(({ status, out }) => [status, out])).to.deep.equal(wrong.map(() => [2, '']));
    for (const { err } of ran) expect(err).to.match(/\n\nUsage: yisheng /);
  });

  it('answer requests: list, accept, refuse', async () => {
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    await requestMembership(world, { name: '何静', building: '5栋' }, here.act('+8613900000008'));
    expect((await run('residents list SLUG')).out).to.match(/^1\tpending\t赵小梅\t3栋\t\+8613900000009\t.*\n2\tpending\t何静/);
    expect((await run('residents accept SLUG 1 --new --by Li')).status).to.equal(0);
    expect((await run('residents accept SLUG 1 --new --by Li')).status).to.equal(1);
    expect((await run('residents refuse SLUG 2 --by Li --reason', '楼号不对')).status).to.equal(0);
    const pending = await run('residents list SLUG --pending --json');
    expect([pending.status, JSON.parse(pending.out)]).to.deep.equal([0, []]);
    expect(await told()).to.deep.equal([`${STRANGER} notice.accepted`, '+8613900000008 notice.refused']);
    expect(await acts()).to.deep.equal(['request.accept Li operator', 'request.refuse Li operator']);
  });

  it('list what was spoken, play it into a file of its owner’s alone, and write it down', async () => {
    await here.person('1', { phone: PHONE });
    const [sid, sound] = ['RE0123', silence(3)];
    await recordProposal(world, { text: '', recording: sid }, here.act(PHONE, { channel: 'voice' }));
    await writeInquiry(world, here.notify, { kind: 'question', text: '', recording: 'RE4567' }, here.act(PHONE, { channel: 'voice' }));
    const source = { fetch: async (id: string) => (id === sid ? { bytes: sound } : { failed: 'missing' }), remove: async () => true };
    await workRecordings(world, source, lostRecording(world, here.notify));
    const id = recordingId(world.vault, sid);
    const listed = (await run('recordings list SLUG')).out;
    expect(listed).to.match(
      new RegExp(`^${id}\tproposal 1\t.*\tbeingWrittenDown\tkept\t3 s\t.*\n[0-9a-f]{12}\tquestion 1\t.*\tawaited \\(missing\\)\t`),
    );
    expect(listed).not.to.include(sid);

    const out = join(folder({}), 'said.mp3');
    expect((await run(`recordings play ${id} --out ${out}`)).status).to.equal(0);
    expect([readFileSync(out), statSync(out).mode & 0o777]).to.deep.equal([sound, 0o600]);
    expect((await run(`recordings play ${id} --out ${out}`)).status).to.equal(1);
    expect((await run(`recordings play 000000000000 --out ${out}2`)).status).to.equal(1);
    expect((await run(`recordings transcribe ${id} --by Li --text`, '长'.repeat(301))).status).to.equal(1);
    expect((await run(`recordings transcribe ${id} --by Li --text`, '修个灯')).out).to.include('proposal 1');
    expect(await told()).to.deep.equal([`${PHONE} notice.proposalWrittenDown`]);
    expect(await acts()).to.deep.equal(['recording.writeDown Li operator']);
    expect(JSON.parse((await run('recordings list SLUG --json')).out)).to.have.length(1);
  });

  it('make cards that are in one file alone, for its owner to read, and replace one with what it linked', async () => {
    await here.person('1', { name: '=王秀英', building: '3栋' });
    const li = await here.person('2', { card: card(2), linkedContacts: [`sms|${PHONE}`] });
    const out = join(folder({}), 'cards.csv');
    expect((await run(`residents cards SLUG --missing --by Li --out ${out}`)).status).to.equal(0);
    const [header, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
    expect(statSync(out).mode & 0o777).to.equal(0o600);
    expect([header, rows.length]).to.deep.equal(['id,name,building,card', 1]);
    expect(rows[0]).to.match(/^1,'=王秀英,3栋,\d{3} \d{3} \d{3}$/);
    const made = rows[0]?.slice(-11) ?? '';
    expect(await showCard(world, here.notify, { card: made.replaceAll(' ', ''), link: false }, here.act(STRANGER))).to.include({ name: '=王秀英' });

    expect((await run(`residents cards SLUG --new 2 --by Li --out ${out}`)).status).to.equal(1);
    expect(readFileSync(out, 'utf8')).to.include(made);
    expect((await run(`residents cards SLUG --new 2 --by Li --out ${out}.2`)).status).to.equal(0);
    expect(await showCard(world, here.notify, { card: card(2), link: false }, here.act(STRANGER))).to.have.property('refused', 'unknown');
    const nowhere = await run(`residents cards SLUG --new 2 --by Li --out ${folder({})}/none/cards.csv`);
    expect([nowhere.status, nowhere.err.trim().split('\n')]).to.satisfy(([status, lines]: [number, string[]]) => status === 1 && lines.length === 1);
    const replaced = await collection(Resident).findOne({ _id: li });
    expect([replaced?.linkedContacts, replaced?.cardMade?.by]).to.deep.equal([[], 'Li']);
    expect(await acts()).to.deep.equal(['card.make Li operator', 'card.make Li operator']);
  });

  it('unlock a phone, however it is written', async () => {
    await collection(Address).insertOne({ _id: addressHmac(world.vault, here.act(PHONE)), needsCard: true, log: [] });
    expect((await run('residents unlock SLUG', '138 0000 0001', '--by', 'Li')).status).to.equal(0);
    expect((await run('residents unlock SLUG', PHONE, '--by', 'Li')).status).to.equal(1);
    expect(await acts()).to.deep.equal(['address.unlock Li operator']);
  });

  it('answer letters and say what became of proposals', async () => {
    await here.person('1', { phone: PHONE });
    await writeInquiry(world, here.notify, { kind: 'question', text: '几点开门' }, here.act(PHONE));
    await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
    expect((await run('inbox list SLUG')).out).to.match(/^1\tquestion\t.*\t\+8613800000001\t几点开门/);
    expect((await run('inbox answer SLUG 1 --by Li --text', '九点')).status).to.equal(0);
    expect((await run('proposals release SLUG 1 --by Li --reason', '看过了')).status).to.equal(0);
    expect((await run('proposals state SLUG 1 project --project 7 --by Li')).status).to.equal(0);
    expect((await run('proposals state SLUG 1 project --project 8 --by Li')).status).to.equal(1);
    expect(await told()).to.deep.equal([`${PHONE} notice.answered`, `${STRANGER} notice.proposalReleased`, `${STRANGER} notice.proposalProject`]);
    expect(await acts()).to.deep.equal(['inquiry.answer Li operator', 'proposal.release Li operator', 'proposal.state Li operator']);
  });

  it('show, move and extend cycles', async () => {
    const listed = await run('cycle list --json');
    expect(JSON.parse(listed.out)).to.deep.include({
      id: here.cycle,
      community: here.community,
      title: '今年的社区保障资金',
      stage: 'propose',
      next: JSON.parse(listed.out).find(({ id }: { id: string }) => id === here.cycle).next,
    });
    expect((await run('cycle move ID vote --by Li')).status).to.equal(0);
    expect((await run('cycle move ID implement --by Li')).status).to.equal(1);
    expect((await run('cycle extend ID --to +1d --by Li --reason', '下雨')).status).to.equal(1);
    expect((await run('cycle extend ID --to +19d --by Li --reason', '下雨')).status).to.equal(0);
    const shown = JSON.parse((await run('cycle show ID --json')).out);
    expect([shown.stage, shown.moves.map(({ kind, reason }: { kind: string; reason?: string }) => [kind, reason])]).to.deep.equal([
      'vote',
      [
        ['move', undefined],
        ['extend', '下雨'],
      ],
    ]);
    expect(await acts()).to.deep.equal(['cycle.move Li operator', 'cycle.extend Li operator']);
  });

  it('import a folder, or say every wrong line and import nothing', async () => {
    const community = 'slug: shanhe\nname: 山河\nphone: "+862881110001"\nperson: {name: 居委会, phone: "+862880000003"}\n';
    const good = await run(`community import ${folder({ 'community.yaml': community, 'residents.csv': 'id,phone\n1,13800000001\n' })}`);
    expect([good.status, good.out]).to.deep.equal([0, 'shanhe: 1 residents added, 0 changed, 0 removed\n']);
    expect(await acts('shanhe')).to.deep.equal(['community.import operator operator']);
    const bad = await run(`community import ${folder({ 'community.yaml': community, 'residents.csv': 'id,phone\n1,138\n1,139\n' })} --json`);
    expect([bad.status, bad.out]).to.deep.equal([1, '']);
    expect(bad.err.split('\n').filter((line) => line.startsWith('residents.csv:'))).to.deep.equal([
      'residents.csv:2: phone is not a phone number',
      'residents.csv:3: phone is not a phone number',
      'residents.csv:3: id is in line 2 already',
    ]);
  });
});

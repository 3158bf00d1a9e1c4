import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { cycleKeys, Entry } from '../../src/fund/ballots/index.ts';
import { receiptDigits } from '../../src/fund/ballots/ledger/ledgerRules.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { Resident, residentId } from '../../src/fund/people/index.ts';
import { Proposal } from '../../src/fund/proposals/index.ts';
import { collection } from '../../src/store/collection.ts';
import { insertsFail } from '../fund/ballots/ledger/insertsFail.ts';
import { useDatabase } from '../support/database.ts';
import { onRoster } from '../support/onRoster.ts';
import { startService, type TestService } from '../support/service.ts';

const RECEIPT = /凭证 (\d{3} \d{3} \d{4})/;
const WANG = '+8613800000001';

describe('one conversation in two processes', () => {
  const { world } = useDatabase('twoProcesses');
  let services: TestService[] = [];
  before(async () => {
    services = [await startService(world), await startService({ ...world })];
  });
  after(() => Promise.all(services.map((service) => service.stop())));

  const say = (process: number, body: string, from = WANG, sid?: string) => {
    const service = services[process];
    if (!service) throw new Error('no such process');
    return service.twilio.deliver({ from, to: service.community.phone, body, ...(sid && { sid }) });
  };
  const both = (texts: readonly [string, string], { from = WANG, sid }: { from?: string; sid?: string } = {}) =>
    Promise.all(texts.map((text, process) => say(process, text, from, sid)));
  const newSid = () => `SM${randomBytes(16).toString('hex')}`;

  it('is taken up where it stands, also by the process that knows how it once stood', async () => {
    expect(await say(0, '投票')).to.include('回前面的号码');
    expect(await say(1, '提议')).to.include('写');
    const ballots = await collection(Entry).countDocuments();
    expect(await say(0, '3 7')).not.to.match(RECEIPT); // it answers what the other process asked
    expect(await say(1, '菜单')).to.include('投票');
    expect(await say(0, '提议')).to.include('写');
    expect(await say(1, '我想投 3 7')).not.to.match(RECEIPT); // as the text of a proposal it is no command
    expect(await collection(Entry).countDocuments()).to.equal(ballots);
  });

  it('is in one place only where a delivery comes to both at once: done once, one answer', async () => {
    for (const text of ['投 3 7', '提议 修路灯', '退订', '订阅', '找人', '3 7', '菜单']) {
      const [ballots, proposals] = [await collection(Entry).countDocuments(), await collection(Proposal).countDocuments()];
      const [one, other] = await both([text, text], { sid: newSid() });
      expect(one, text).to.equal(other).and.not.to.equal(undefined);
      expect(await collection(Entry).countDocuments()).to.equal(ballots + (text.startsWith('投') ? 1 : 0));
      expect(await collection(Proposal).countDocuments()).to.equal(proposals + (text.startsWith('提') ? 1 : 0));
    }
  });

  it('is introduced once: a first message that comes to both at once, and again later, gets the same answer word for word', async () => {
    const { _id: community } = services[0]?.community ?? expect.fail();
    const phones = Array.from({ length: 40 }, (_, n) => `+86139000000${10 + n}`);
    await collection(Resident).insertMany(
      phones.map((phone) => onRoster(world, { _id: residentId(world.vault, community, phone), community, rosterId: phone, phone })),
    );
    for (const from of phones) {
      const sid = newSid();
      const [one, other] = await both(['投 3 7', '投 3 7'], { from, sid });
      expect(one).to.match(RECEIPT).and.to.include('退订').and.to.equal(other);
      expect([await say(0, '投 3 7', from, sid), await say(1, '投 3 7', from, sid)]).to.deep.equal([one, one]);
    }
  });

  it('casts what comes again where the ballot was lost though the end of its turn was kept', async () => {
    const ballots = await collection(Entry).countDocuments();
    const sid = newSid();
    expect(await insertsFail('before writing', () => say(0, '投 3', WANG, sid))).to.include('还不知道');
    expect(await collection(Entry).countDocuments()).to.equal(ballots);
    const receipt = await say(1, '投 3', WANG, sid);
    expect(receipt).to.match(RECEIPT);
    expect([await say(0, '投 3', WANG, sid), await say(1, '投 3', WANG, sid)]).to.deep.equal([receipt, receipt]);
    expect(await collection(Entry).countDocuments()).to.equal(ballots + 1);
  });

  it('gives the stored receipt where the first one that was drawn is somebody else’s', async () => {
    const from = '+8613800000008';
    const sid = newSid();
    await say(0, '投 1', '+8613800000009');
    const [others] = await collection(Entry).find().sort({ '_id.seq': -1 }).limit(1).toArray();
    const cycle = (await collection(Cycle).findOne({ _id: others?._id.cycle }, { promoteBuffers: true })) ?? expect.fail();
    const key = cycleKeys(world)(cycle)?.once(world.vault.hmac('delivery', 'sms', sid), 'castBallot') ?? expect.fail();
    await collection(Entry).updateOne({ _id: others?._id }, { $set: { receipt: receiptDigits(world.vault, key, 0) } });
    const answer = await say(0, '投 3', from, sid);
    const stored = await collection(Entry).findOne({ key });
    expect(RECEIPT.exec(answer ?? '')?.[1]?.replaceAll(' ', ''))
      .to.equal(stored?.receipt)
      .and.not.to.equal(undefined);
    expect(await say(1, '投 3', from, sid)).to.equal(answer);
    expect(await collection(Entry).countDocuments({ voter: stored?.voter })).to.equal(1);
  });

  it('answers each of two messages that come at once, and counts both ballots', async () => {
    const each = ['08', '09', '10', '11'].map((end) => `+86138000000${end}`); // nobody so often that it is a flood
    for (const from of [...each, ...each, ...each]) {
      const ballots = await collection(Entry).countDocuments();
      const answers = await both(['投 3 7', '投 2'], { from });
      expect(answers.map((answer) => RECEIPT.exec(answer ?? '')?.[1]).filter(Boolean)).to.have.length(2);
      expect(await collection(Entry).countDocuments()).to.equal(ballots + 2);
      const [menu, receipt] = await both(['菜单', '查票'], { from });
      expect([menu, receipt].join()).not.to.include('没记上').and.not.to.include('不知道');
    }
  });
});

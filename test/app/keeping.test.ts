import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { forgetLetters, forgetWhatIsOver } from '../../src/app/ticks.ts';
import { sealDue } from '../../src/fund/ballots/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { keepUpload } from '../../src/fund/files/upload.ts';
import { answerInquiry, Inquiry, inbox, Recording, recordingFiles, workRecordings } from '../../src/fund/inquiries/index.ts';
import { Objection, objectionOf } from '../../src/fund/meetings/objection.ts';
import { ForeignDay } from '../../src/fund/people/holders.ts';
import { MembershipRequest, operator } from '../../src/fund/people/index.ts';
import { PhoneCode } from '../../src/fund/people/phoneCode.ts';
import { ProofDay } from '../../src/fund/people/proof.ts';
import { typedCard } from '../../src/fund/people/typedCards.ts';
import { lostRecording, Proposal } from '../../src/fund/proposals/index.ts';
import { askSignIn, beginSession, staffPhone } from '../../src/fund/staff/index.ts';
import { PasskeyChallenge } from '../../src/fund/staff/passkeySignIn.ts';
import { SignInLink } from '../../src/fund/staff/signIn.ts';
import { beginWorks } from '../../src/fund/works/index.ts';
import { SentProgress } from '../../src/fund/works/sentProgress.ts';
import { calendarJob } from '../../src/outreach/calendar/calendarJob.ts';
import { AnnouncementProgress } from '../../src/outreach/calendar/nudge.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
import { enterProposals } from '../support/proposals.ts';
import { refuseRequest } from '../support/requests.ts';
import { startService, type TestService } from '../support/service.ts';

const PAGE = readFileSync(join(root, 'docs/privacy.md'), 'utf8');
/** The page's table: each collection with its term. */
const terms = new Map(
  PAGE.slice(PAGE.indexOf('## What is kept how long'), PAGE.indexOf('## What follows'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, names = '', term = ''] = line.split('|').map((cell) => cell.trim());
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']): [string, string] => [name, term]);
    }),
);

const WANG = '+8613800000001';
const STEP_DAYS = 15;
const STEPS = 25;
/** By this step there is as much of everything as there will ever be, but of what is kept for good. */
const EARLY = 13;
/** What a step adds for good: a question, a call asked for, somebody who asks to be on the roster, and the staff's answers to each. */
const GROWS: Record<string, number> = { inquiries: 2, membershipRequests: 1, log: 3 };
/** So many of what has a term may be there at some time and not at another. */
const FEW = 3;
/** What holds a list with a limit, in bytes: fifty proofs of consent. */
const LARGEST: Record<string, number> = { addresses: 8_000 };

describe('what is kept, and how long', () => {
  const { world } = useDatabase('keeping');
  let ahead = 0;
  let service: TestService;
  let moved: World;
  const counted: Map<string, { count: number; largest: number }>[] = [];

  before(async () => {
    moved = { ...world, now: () => new Date(Date.now() + ahead) };
    service = await startService(moved);
    const awake = (new Date().getUTCHours() + 8 + 12) % 24; // it is never night: what waits for the morning would wait for ever
    const hour = (at: number) => `${String(at % 24).padStart(2, '0')}:00`;
    await collection(Community).updateOne({ _id: service.community._id }, { $set: { quiet: `${hour(awake)}-${hour(awake + 1)}` } });
  });
  after(() => service.stop());

  it('has a term for every collection, each named once', () => {
    const ours = mongoose.modelNames().filter((name) => mongoose.model(name).schema.get('versionKey') === false);
    const others = ['serviceState', 'recordingFiles.files', 'recordingFiles.chunks', 'documentFiles.files', 'documentFiles.chunks', 'democlock'];
    const all = new Set([...ours.map((name) => mongoose.model(name).collection.name), ...others]);
    expect([...terms.keys()].toSorted()).to.deep.equal([...all].toSorted());
  });

  it('grows in a year by what the page says, and by nothing else', async () => {
    let written = new Map<string, { count: number }>();
    for (let step = 0; step < STEPS; step += 1) {
      await fortnight(step);
      if (step === 0) written = await count();
      ahead += STEP_DAYS * DAY_MS;
      await sweep();
      counted.push(await count());
    }
    const last = counted.at(-1);
    for (const [name, { count, largest }] of last ?? []) {
      const term = terms.get(name) ?? '';
      const before = counted.slice(0, EARLY).flatMap((counts) => counts.get(name) ?? []);
      const most = Math.max(0, ...before.map((each) => each.count));
      const large = Math.max(...before.map((each) => each.largest));
      const grown = count - most - (/for good|until/.test(term) ? 0 : FEW);
      const allowed = (GROWS[name] ?? 0) * (STEPS - EARLY);
      expect(grown, `${name}: ${term}`).to.be.at.most(allowed);
      if (before.length > 0) expect(largest, `the largest of ${name}`).to.be.at.most(Math.max(large * 1.1 + 100, LARGEST[name] ?? 0));
    }
    for (const name of Object.keys(GROWS)) expect(terms.get(name), name).to.match(/for good/);
    for (const name of ['misses', 'outbox', 'phonecodes', 'signins', 'staffsessions', 'uploads', 'recordings'])
      expect(last?.get(name)?.count, name).to.be.within(0, 40);
    for (const [name, term] of terms)
      expect(await mongoose.connection.collection<{ _id: string }>(name).countDocuments({ _id: 'once' }), `${name}: ${term}`).to.equal(0);
    expect(await authors(), 'two years are not over').to.deep.equal({ proposals: 2, objections: 1 });
    const never = [...terms].filter(([name, term]) => !/for good|until|overwritten/.test(term) && !written.get(name)?.count);
    expect(never, 'what has a term was there, or nothing is known of its end').to.deep.equal([]);
    if (process.env.PRINT_KEPT) for (const [name, { count, largest }] of last ?? []) console.log(name, count, largest, terms.get(name));
  });

  it('forgets a letter two years after its answer, or as early as its community says; that there was one stays', async () => {
    const { _id } = service.community;
    const first = await collection(Inquiry).findOne({ '_id.community': _id, '_id.number': 1 });
    expect(first).to.have.property('text');
    await collection(Community).updateOne({ _id }, { $set: { keep: { letters: 365 } } });
    await sweep();
    const gone = await collection(Inquiry).findOne({ '_id.community': _id, '_id.number': 1 });
    expect(gone).to.have.all.keys('_id', 'kind', 'channel', 'at', 'answer', 'key');
    expect(gone?.answer).to.have.all.keys('by', 'at');
    expect(await collection(MembershipRequest).countDocuments({ '_id.community': _id, from: /^gone/ })).to.equal(1);
    expect(await authors()).to.deep.equal({ proposals: 0, objections: 0 });
    const [item] = await inbox(moved, _id, true);
    expect([item?.text, item?.answer?.text, item?.address]).to.deep.equal(['', '', undefined]);
    await collection(Community).updateOne({ _id }, { $unset: { keep: 1 } });
    ahead += 731 * DAY_MS;
    await sweep();
    expect(await collection(Inquiry).countDocuments({ '_id.community': _id, text: { $exists: true } })).to.equal(0);
  });

  /** What may happen in a fortnight, once. */
  async function fortnight(step: number): Promise<void> {
    const { twilio, community } = service;
    const say = async (from: string, body: string) => (await twilio.deliver({ from, to: community.phone, body })) ?? '';
    await say(WANG, '投 3 7');
    await say(WANG, `问 第${step}次停水几点来水`);
    await say(WANG, '订阅');
    await say(WANG, '乌鸦坐飞机轮子圆');
    await say(WANG, '删除');
    await say(WANG, '人工');
    const stranger = `+86139000${String(10_000 + step)}`;
    await say(stranger, `登记 生人${step} 9栋`);
    await say(stranger, '投 3 204681725');
    await twilio.dial({ from: '+8613800000008', to: community.callback ?? '' });
    const cadre = '+8613800000020';
    await askSignIn(moved, enqueue(moved), cadre);
    await beginSession(moved, staffPhone(moved.vault, cadre), 'test');
    await typedCard(moved, community._id, '204681725', { ...operator('王芳'), id: `cadre-${step}` });
    await keepUpload(moved, community._id, { ...operator('王芳'), id: `cadre-${step}` }, { lines: '', ignored: [] });
    if (step === 0) await once();
    const id = String(step).padStart(12, '0');
    await recordingFiles(moved).keep(id, Buffer.from(`sound ${step}`));
    const at = moved.now();
    await collection(Recording).insertOne({
      _id: id,
      community: community._id,
      state: 'kept',
      at,
      dueAt: new Date(at.getTime() + 180 * DAY_MS),
      attempts: 0,
    });
    await enqueue(moved)({
      ...{ community: community._id, channel: 'sms', address: WANG, occasion: `step-${step}`, language: 'zh-CN' },
      ...{ kind: 'notice', said: { key: 'notice.answered', params: { number: 1, answer: '来水了' } } },
    });
    for (const { number } of await inbox(moved, community._id, false))
      await answerInquiry.perform(
        { world: moved, notify: enqueue(moved) },
        { community: community._id, at: { number: String(number) }, input: { text: '明天来水' }, actor: operator('王芳') },
      );
    for (const { _id } of await collection(MembershipRequest).find({ state: 'pending' }).toArray())
      await refuseRequest(moved, enqueue(moved))({ community: community._id, request: _id.request, actor: operator('王芳'), reason: '不住这里' });
  }

  /** What happens seldom, and what has to be left of it: a year later nothing but what is public. */
  async function once(): Promise<void> {
    const { _id: community } = service.community;
    const [cycle, at] = ['qingsong-demo', moved.now()];
    const until = new Date(at.getTime() + 3_600_000); // past no look of this fortnight
    const proposals = [
      { text: '楼道装灯', origin: 'paper' as const, name: '没有电话的人' },
      { text: '修花坛', origin: 'walk-in' as const, phone: '+8613900009999' },
    ];
    expect(await enterProposals(moved)({ cycle, proposals, actor: operator('王芳'), key: 'once' })).to.have.property('entered');
    const author = { channel: 'sms' as const, address: '+8613900009998' };
    const objection = { community, origin: 'sms' as const, about: 3, at, key: 'once', text: '3 号公示的钱不对', contact: author };
    const _id = { cycle, number: 1 };
    const answer = { text: moved.vault.encrypt('objectionAnswer', `${cycle}|1`, '改了'), by: '王芳', at };
    await collection(Objection).insertOne({ ...objectionOf(moved.vault, _id, objection), answer });
    await collection(PasskeyChallenge).insertOne({ _id: 'once', until });
    await collection(SignInLink).insertOne({ _id: 'once', phone: 'once', until });
    await collection(PhoneCode).insertOne({ _id: 'once', community, phone: 'once', chat: 'once', digits: 'once', key: 'once', at, wrong: [] });
    await collection(ProofDay).insertOne({ _id: 'once', wrong: [], at });
    await collection(ForeignDay).insertOne({ _id: 'once', answers: 1, at });
    await collection(AnnouncementProgress).insertOne({ _id: 'once', community, cycle, at, doneAt: at });
    await collection(SentProgress).insertOne({ _id: 'once', community, work: { cycle, number: 3 }, from: 'once', at, state: 'held', attempts: 0 });
    expect(await authors()).to.deep.equal({ proposals: 2, objections: 1 });
  }

  /** How many public records still lead to who wrote them. */
  async function authors(): Promise<{ proposals: number; objections: number }> {
    const leads = [{ address: { $exists: true } }, { whose: { $exists: true } }];
    const made = { enteredIn: { $exists: true }, $or: leads };
    return {
      proposals: await collection(Proposal).countDocuments(made),
      objections: await collection(Objection).countDocuments({ key: 'once', $or: [{ address: { $exists: true } }, { from: { $exists: true } }] }),
    };
  }

  /** Everything that ticks do with what is over. Messages come to their end, as the outbox has them do. */
  async function sweep(): Promise<void> {
    await calendarJob(moved, ['sms'])();
    await sealDue(moved)();
    await beginWorks(moved)();
    const change = { $set: { state: 'delivered' as const, changedAt: moved.now() } };
    await collection(Message).updateMany({ state: { $in: ['pending', 'leased', 'sending', 'sent', 'unknown'] } }, change);
    await workRecordings(moved, { fetch: async () => ({ failed: 'none' }), remove: async () => true }, lostRecording(moved, enqueue(moved)));
    await forgetWhatIsOver(moved);
    await forgetLetters(moved);
  }

  async function count(): Promise<Map<string, { count: number; largest: number }>> {
    const names = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
    const each = names.map(async ({ name }) => {
      const [sum] = await mongoose.connection
        .collection(name)
        .aggregate<{ count: number; largest: number }>([{ $group: { _id: null, count: { $sum: 1 }, largest: { $max: { $bsonSize: '$$ROOT' } } } }])
        .toArray();
      return [name, sum ?? { count: 0, largest: 0 }] as const;
    });
    return new Map(await Promise.all(each));
  }
});

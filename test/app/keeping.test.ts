import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { forgetLetters, forgetWhatIsOver } from '../../src/app/ticks.ts';
import { sealDue } from '../../src/fund/ballots/index.ts';
import { Community } from '../../src/fund/communities/community.ts';
import { keepUpload } from '../../src/fund/files/upload.ts';
import { answerInquiry, inbox } from '../../src/fund/inquiries/index.ts';
import { Inquiry } from '../../src/fund/inquiries/inquiry.ts';
import { Recording, recordingFiles } from '../../src/fund/inquiries/recording.ts';
import { workRecordings } from '../../src/fund/inquiries/workRecordings.ts';
import { operator } from '../../src/fund/people/actor.ts';
import { MembershipRequest } from '../../src/fund/people/requestMembership.ts';
import { lostRecording } from '../../src/fund/proposals/index.ts';
import { refuseRequest } from '../../src/fund/roster/decideRequest.ts';
import { askSignIn, beginSession, staffPhone } from '../../src/fund/staff/index.ts';
import { calendarJob } from '../../src/outreach/calendar/calendarJob.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
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
/** What comes once, by a tick, at whatever step: the work of the vote that closed begins. */
const ONCE: Record<string, number> = { log: 1, works: 1 };

/** So many of what has a term may be there at some time and not at another. */
const FEW = 3;
/** What holds a list with a limit, in bytes: fifty proofs of consent. */
const LARGEST: Record<string, number> = { addresses: 8_000 };

describe('what is kept, and how long', function () {
  this.timeout(120_000);
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
    for (let step = 0; step < STEPS; step += 1) {
      await fortnight(step);
      ahead += STEP_DAYS * DAY_MS;
      await sweep();
      counted.push(await count());
    }
    const [early, last] = [counted[EARLY - 1], counted.at(-1)];
    for (const [name, { count, largest }] of last ?? []) {
      const before = early?.get(name);
      const term = terms.get(name) ?? '';
      const most = Math.max(...counted.slice(0, EARLY).map((counts) => counts.get(name)?.count ?? 0));
      const grown = count - Math.max(most, /for good|until/.test(term) ? 0 : FEW);
      const allowed = (GROWS[name] ?? 0) * (STEPS - EARLY) + (ONCE[name] ?? 0);
      expect(grown, `${name}: ${term}`).to.be.at.most(allowed);
      if (before) expect(largest, `the largest of ${name}`).to.be.at.most(Math.max(before.largest * 1.1 + 100, LARGEST[name] ?? 0));
    }
    for (const name of Object.keys(GROWS)) expect(terms.get(name), name).to.match(/for good/);
    for (const name of ['misses', 'outbox', 'phonecodes', 'signins', 'staffsessions', 'uploads', 'recordings'])
      expect(last?.get(name)?.count, name).to.be.within(0, 40);
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
    await askSignIn(moved, enqueue(moved))(cadre);
    await beginSession(moved, staffPhone(moved.vault, cadre), 'test');
    await keepUpload(moved, community._id, { ...operator('王芳'), id: `cadre-${step}` }, { lines: '', ignored: [] });
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
      await answerInquiry(moved, enqueue(moved))({ community: community._id, number, text: '明天来水', actor: operator('王芳') });
    for (const { _id } of await collection(MembershipRequest).find({ state: 'pending' }).toArray())
      await refuseRequest(moved, enqueue(moved))({ community: community._id, request: _id.request, actor: operator('王芳'), reason: '不住这里' });
  }

  /** Everything that ticks do with what is over. Messages come to their end, as the outbox has them do. */
  async function sweep(): Promise<void> {
    await calendarJob(moved, ['sms'])();
    await sealDue(moved)();
    const change = { $set: { state: 'delivered' as const, changedAt: moved.now() } };
    await collection(Message).updateMany({ state: { $in: ['pending', 'leased', 'sending', 'sent', 'unknown'] } }, change);
    await workRecordings(moved, { fetch: async () => ({ failed: 'none' }), remove: async () => true }, lostRecording(moved, enqueue(moved)))();
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

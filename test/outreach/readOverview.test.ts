import { expect } from 'chai';
import mongoose from 'mongoose';
import { castBallot, renewVoterCounts } from '../../src/fund/ballots/index.ts';
import { writeInquiry } from '../../src/fund/inquiries/index.ts';
import { operator, requestMembership } from '../../src/fund/people/index.ts';
import { ALL } from '../../src/fund/staff/index.ts';
import { Broadcast } from '../../src/outreach/broadcasts/broadcast.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { keepOverview, readOverview } from '../../src/outreach/readOverview.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS, HOUR_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
import { addStaff } from '../support/staff.ts';
import { type Town, town, votingNow } from '../support/town.ts';

const STRANGER = '+8613900000009';

describe('how the communities stand', () => {
  const { world: real } = useDatabase('overview');
  let now = new Date();
  const world: World = { ...real, now: () => now };
  const standingOf = async ({ community }: Town) => (await readOverview({ ...world }, [community]))[0];
  const warningsOf = async (here: Town) => (await standingOf(here))?.warnings;
  /** A town in which all is well. */
  const quiet = async (given: Parameters<typeof town>[1] = {}) => {
    const here = await town(world, given);
    await here.person('s', { role: 'supervisor' });
    return here;
  };
  beforeEach(() => {
    now = new Date();
  });

  it('says nothing where all is well, and what its stage is and when it ends', async () => {
    const here = await quiet();
    const standing = await standingOf(here);
    expect(standing).to.deep.include({ slug: here.community, name: '青松社区', stage: 'propose', failed: 0, warnings: [] });
    expect(standing?.ends?.getTime()).to.be.closeTo(now.getTime() + 5 * DAY_MS, 5_000);
  });

  it('warns of a vote that opens without projects', async () => {
    expect(await warningsOf(await quiet({ cycle: { projects: [] } }))).to.deep.equal(['noProjects']);
  });

  it('warns if nobody is supervisor, on the roster or as staff', async () => {
    const here = await town(world);
    expect(await warningsOf(here)).to.deep.equal(['noSupervisor']);
    await addStaff(world)(here.community, { name: '赵敏', phone: STRANGER, role: 'supervisor' }, operator('李姐'));
    expect(await warningsOf(here)).to.deep.equal([]);
  });

  it('counts requests and inquiries that wait, and warns after three days', async () => {
    const here = await quiet();
    const since = now;
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    for (const text of ['几点开门？', '谁来修？']) await writeInquiry(world, here.notify, { kind: 'question', text }, here.act(STRANGER));
    const standing = await standingOf(here);
    expect(standing?.requests).to.deep.include({ count: 1 });
    expect(standing?.inquiries).to.deep.equal({ count: 2, since });
    expect(standing?.warnings).to.deep.equal([]);
    now = new Date(since.getTime() + 3 * DAY_MS + HOUR_MS);
    expect(await warningsOf(here)).to.deep.equal(['late']);
  });

  it('warns of a turnout under a tenth two days before the close, which it tells in tens and counts on from the last time', async () => {
    const here = await quiet({ residents: 40, cycle: votingNow(world) });
    const cast = (n: number) => castBallot(world, { picks: [3] }, here.act(n));
    for (let n = 0; n < 9; n += 1) await cast(n);
    expect((await standingOf(here))?.turnout, 'not counted yet').to.equal(undefined);
    await renewVoterCounts(world, now);
    expect(await standingOf(here)).to.deep.include({ turnout: { voters: 0, residents: 41 }, warnings: ['lowTurnout'] });
    await cast(9);
    await renewVoterCounts(world, now);
    expect(await standingOf(here)).to.deep.include({ turnout: { voters: 10, residents: 41 }, warnings: [] });
  });

  it('warns of messages that were paused, and counts those that reached nobody', async () => {
    const here = await quiet();
    const broadcast = {
      _id: 'aaaa1111',
      community: here.community,
      text: '停水',
      to: 'all',
      by: '王芳',
      occasion: 'b',
      at: now,
      dueAt: now,
      state: 'queued' as const,
    };
    await collection(Broadcast).insertOne({ ...broadcast, pausedAt: now });
    for (const state of ['failed', 'unknown', 'delivered'])
      await mongoose.connection
        .collection<{ _id: string; community: string; broadcast: string; state: string; ref: string }>(Message.collection.name)
        .insertOne({ _id: state, community: here.community, broadcast: 'aaaa1111', state, ref: state }, { bypassDocumentValidation: true });
    expect(await standingOf(here)).to.deep.include({ failed: 2, warnings: ['paused'] });
  });

  it('is counted ahead once there is an office that reads all, and whoever comes first does not wait', async () => {
    const ahead: World = { ...real, now: () => now };
    await keepOverview(ahead);
    const early = await quiet();
    await addStaff(world)(ALL, { name: '赵敏', phone: '+8613900000077', role: 'office' }, operator('李姐'));
    await keepOverview(ahead);
    const late = await quiet();
    const slugs = (await readOverview(ahead, 'all')).map(({ slug }) => slug);
    expect([slugs.includes(early.community), slugs.includes(late.community)]).to.deep.equal([true, false]);
    const many = [...Array.from({ length: 60 }, (_, n) => `none-${n}`), early.community, late.community];
    const read = async (of: readonly string[]) => (await readOverview(ahead, of)).map(({ slug }) => slug);
    expect(await read(many), 'an office of many').to.deep.equal([early.community]);
    expect(await read([late.community]), 'a few').to.deep.equal([late.community]);
    now = new Date(now.getTime() + 61_000);
    await keepOverview(ahead);
    expect((await read(many)).toSorted()).to.deep.equal([early.community, late.community].toSorted());
  });

  it('is asked of all communities once a minute, by indexes alone', async () => {
    await quiet();
    await mongoose.connection.db?.command({ profile: 2 });
    const [one, other] = await Promise.all([readOverview(world, 'all'), readOverview(world, 'all')]);
    await renewVoterCounts(world, now);
    await mongoose.connection.db?.command({ profile: 0 });
    expect(one).to.equal(other);
    expect(one).to.have.length.above(5);
    const profiled = await mongoose.connection.db
      ?.collection('system.profile')
      .find({ ns: { $not: /system\.profile/ } })
      .toArray();
    const plans = (profiled ?? []).flatMap(({ ns, planSummary }) => (planSummary ? [`${ns} ${planSummary}`] : []));
    expect(plans.filter((plan) => /COLLSCAN/.test(plan))).to.deep.equal([]);
    expect(plans).to.have.length.above(6);
  });
});

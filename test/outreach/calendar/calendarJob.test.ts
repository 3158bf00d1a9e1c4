import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { inOneProcess } from '../../../src/app/ticks.ts';
import { Conversation, conversationId } from '../../../src/dialog/conversation.ts';
import type { FlowRole } from '../../../src/dialog/flow.ts';
import { castBallot, voidBallot } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Resident, residentId, rosterPage, subscribe } from '../../../src/fund/people/index.ts';
import { Work } from '../../../src/fund/works/index.ts';
import { Broadcast, markOfBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { queueDue } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { announceDue } from '../../../src/outreach/calendar/calendarJob.ts';
import { AnnouncementProgress, nudge } from '../../../src/outreach/calendar/nudge.ts';
import { unfinished } from '../../../src/outreach/calendar/unfinished.ts';
import { beginSending } from '../../../src/outreach/outbox/beginSending.ts';
import { wakeUps } from '../../../src/outreach/outbox/enqueue.ts';
import { addressIn, Message, saidIn } from '../../../src/outreach/outbox/message.ts';
import { recipients } from '../../../src/outreach/recipients.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { emptyDatabase, useDatabase } from '../../support/database.ts';
import { givePhone, onRoster } from '../../support/onRoster.ts';
import { handIn, serials, table } from '../../support/paper.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';

const at = (text: string) => new Date(`${text}+08:00`);
const stages = [
  { stage: 'propose' as const, from: at('2026-11-10T00:00') },
  { stage: 'vote' as const, from: at('2026-12-01T08:00') },
  { stage: 'implement' as const, from: at('2026-12-15T20:00') },
];

describe('a look at the calendars', () => {
  const database = useDatabase('look', { isWatched: true });
  let now = at('2026-10-20T09:00');
  let world: World;
  let here: Town;
  let look: () => Promise<void>;
  let remind: () => Promise<void>;

  beforeEach(async () => {
    await emptyDatabase();
    now = at('2026-10-20T09:00');
    world = { ...database.world, now: () => now };
    here = await town(world, { cycle: { stages, importedAt: now } });
    look = announceDue(world, ['sms']);
    remind = () => unfinished(world, ['sms']);
    for (let index = 0; index < 5; index++)
      await here.person(`r${index}`, { phone: `+861380000000${index}`, role: index === 4 ? 'cadre' : 'resident' });
  });

  const lookAt = async (when: string) => {
    now = at(when);
    await look();
  };
  /** The messages that are queued, by kind; those that wait are sent. */
  const queued = async () => {
    const messages = await collection(Message).find({}).toArray();
    await collection(Message).updateMany({ state: 'pending' }, { $set: { state: 'sent', changedAt: now } });
    const counts: Record<string, number> = {};
    for (const { _id } of messages) counts[_id.split('|')[0] ?? ''] = (counts[_id.split('|')[0] ?? ''] ?? 0) + 1;
    return counts;
  };
  const vote = async (index: number, when: string) => {
    now = at(when);
    const act = here.act(`+861380000000${index}`, {
      resident: residentId(world.vault, here.community, `r${index}`),
      withCard: false,
    });
    expect(await castBallot(world, { picks: [3] }, act)).to.have.property('receipt');
  };

  it('does not tell that a vote opens while it is held back, and tells it when it does', async () => {
    const hold = (to?: Date) => changeCycle(world, here.cycle, { $set: { holds: [{ from: new Date(0), ...(to && { to }) }] } });
    await hold();
    await lookAt('2026-12-01T08:00');
    await lookAt('2026-12-01T20:00');
    expect(await queued()).to.deep.equal({});
    await hold(at('2026-12-02T10:00'));
    await lookAt('2026-12-02T09:00');
    expect(await queued()).to.deep.equal({});
    await lookAt('2026-12-02T10:00');
    expect(await queued()).to.deep.equal({ opens: 5 });
  });

  it('does not ask again about what was told', async () => {
    const asked: string[] = [];
    const listen = ({ commandName, command }: mongo.CommandStartedEvent) => {
      if (commandName === 'find' && command.find === AnnouncementProgress.collection.name && command.filter._id?.$in)
        asked.push(...command.filter._id.$in);
    };
    await lookAt('2026-12-01T08:00'); // tells
    await lookAt('2026-12-01T08:10'); // finds that it is told
    mongoose.connection.getClient().on('commandStarted', listen);
    await lookAt('2026-12-01T08:20');
    mongoose.connection.getClient().off('commandStarted', listen);
    expect(asked.filter((id) => id.startsWith('opens'))).to.deep.equal([]);
    expect(await queued()).to.deep.equal({ opens: 5 });
  });

  it('months after a vote tells news of a work that was accepted, and asks every resident once, voters too, what they think of it', async () => {
    await vote(0, '2026-12-02T10:00');
    await subscribe(world, { words: '' }, here.act('+8613800000001'));
    await changeCycle(world, here.cycle, { $set: { sealedAt: at('2026-12-15T20:01') } });
    const accept = async (number: number, day: string) => {
      const steps = [{ state: 'accepted' as const, day, by: '周敏', at: at(`${day}T15:00`) }];
      const work = { community: here.community, state: 'accepted' as const, steps, offers: [], papers: [], news: 0, revision: 0 };
      await collection(Work).insertOne({ _id: { cycle: here.cycle, number }, ...work });
    };
    await accept(3, '2027-03-01');
    await lookAt('2027-03-02T08:50');
    expect(await queued()).to.deep.equal({ news: 1 });
    for (const when of ['2027-03-02T09:00', '2027-03-02T12:00', '2027-03-03T09:00']) await lookAt(when);
    expect(await queued()).to.deep.equal({ news: 1, rate: 5 });
    const [message] = await collection(Message).find({ _id: /^rate/ }, { promoteBuffers: true }).toArray();
    expect(message && saidIn(world.vault, message)).to.have.property('key', 'notice.rate');
    expect(message).not.to.have.property('unlessVoted');
    const cycle = (await collection(Cycle).findOne({ _id: here.cycle }, { promoteBuffers: true })) ?? expect.fail();
    const newer = ['2027-04-01', '2027-05-01'].map((day) => ({
      ...cycle,
      _id: `${cycle._id}-${day}`,
      stages: [{ stage: 'propose' as const, from: at(`${day}T00:00`) }],
    }));
    await collection(Cycle).insertMany(newer);
    await accept(7, '2027-05-10');
    await lookAt('2027-05-11T09:00');
    expect(await queued(), 'two rounds later its number names another work').to.deep.equal({ news: 1, rate: 5 });
  });

  it('twice, in two processes at once, an hour and a day back: each gets it once', async () => {
    await lookAt('2026-12-01T08:00');
    await lookAt('2026-12-01T08:01');
    await Promise.all([lookAt('2026-12-01T09:00'), announceDue(world, ['sms'])()]);
    await lookAt('2026-11-30T09:00');
    await lookAt('2026-12-01T07:30');
    await lookAt('2026-12-01T08:30');
    expect(await queued()).to.deep.equal({ opens: 5 });
    for (const when of ['2026-12-12T20:00', '2026-12-12T19:00', '2026-12-11T20:00', '2026-12-13T08:00']) await lookAt(when);
    expect(await queued()).to.deep.equal({ opens: 5, closing: 5 });
  });

  it('after a week off-line tells what still makes sense, not what does not', async () => {
    await lookAt('2026-12-13T12:00');
    expect(await queued()).to.deep.equal({ closing: 5 });
    await lookAt('2026-12-23T12:00');
    expect(await queued()).to.deep.equal({ closing: 5 });
  });

  it('never reminds who has voted, also by a slip that is not keyed yet, and again who had the ballot voided', async () => {
    await lookAt('2026-12-01T08:00');
    const [slip = '', later = ''] = await serials(world, here.cycle, 2);
    const place = { cycle: here.cycle, table: await table(world, here.cycle) };
    expect(await handIn(world, place, slip, { resident: residentId(world.vault, here.community, 'r3') })).to.have.property('marked');
    await vote(0, '2026-12-02T10:00');
    await vote(1, '2026-12-02T10:00');
    await vote(2, '2026-12-02T10:00');
    expect(await voidBallot(world, {}, here.act('+8613800000002'))).to.deep.equal({ voided: true });
    await lookAt('2026-12-12T20:00');
    const reminders = await collection(Message).find({ reminds: here.cycle }).toArray();
    const reminded = [...new Set(reminders.map((message) => addressIn(world.vault, message)))].toSorted();
    expect(reminded).to.deep.equal([2, 4].map((index) => `+861380000000${index}`));
    const before = await collection(Message).findOne({ reminds: here.cycle });
    expect(before?.unlessVoted).to.equal(here.cycle);
    expect(before?.until).to.deep.equal(at('2026-12-14T20:00'));
    const left: string[] = [];
    const home = { _id: here.community, language: 'zh-CN' };
    for await (const some of recipients(world, ['sms'], home, { to: 'not-voted', cycle: here.cycle }))
      left.push(...some.map(({ resident }) => resident));
    expect(left, 'a broadcast').to.have.members([2, 4].map((index) => residentId(world.vault, here.community, `r${index}`)));
    if (!before?.resident) expect.fail('nobody was reminded');
    await handIn(world, place, later, { resident: before.resident });
    await collection(Message).updateOne({ _id: before._id }, { $set: { state: 'leased', token: 'held' } });
    const begun = await beginSending(world, 1_000)({ ...before, token: 'held', address: addressIn(world.vault, before) });
    expect(begun.state, 'they handed in a slip since').to.equal('cancelled');
  });

  it('reminds nobody twice a day or four times a cycle, however often a cadre asks', async () => {
    const asked = async (when: string) => {
      now = at(when);
      expect(await nudge(world, {}, here.act('+8613800000004'))).to.have.property('notVoted', 5);
      await look();
      return queued();
    };
    await lookAt('2026-12-01T08:00');
    await queued();
    expect(await asked('2026-12-03T10:00')).to.deep.equal({ opens: 5, nudge: 5 });
    expect(await asked('2026-12-03T11:00')).to.deep.equal({ opens: 5, nudge: 5 });
    expect(await asked('2026-12-04T10:00')).to.deep.equal({ opens: 5, nudge: 10 });
    expect(await asked('2026-12-04T20:30')).to.deep.equal({ opens: 5, nudge: 10 });
    await lookAt('2026-12-12T20:00');
    expect(await queued()).to.deep.equal({ opens: 5, nudge: 10, closing: 5 });
    await lookAt('2026-12-14T20:00');
    expect(await asked('2026-12-15T10:00')).to.deep.equal({ opens: 5, nudge: 10, closing: 5 });
    now = at('2026-11-20T10:00');
    expect(await nudge(world, {}, here.act('+8613800000004'))).to.deep.equal({ refused: 'notVoting' });
  });

  it('reminds nobody because somebody asks who is no cadre', async () => {
    await lookAt('2026-12-03T10:00');
    await queued();
    expect(await nudge(world, {}, here.act('+8613800000001'))).to.deep.equal({ refused: 'notCadre' });
    await look();
    expect(await queued()).to.deep.equal({ opens: 5 });
  });

  it('reminds a phone that several share no oftener than one of its own, and as long as one of them has not voted', async () => {
    const all = await collection(Resident).distinct('_id');
    await givePhone(world, all, '+8613800000000', { role: 'cadre' });
    const nudged = async (when: string) => {
      now = at(when);
      await nudge(world, {}, here.act('+8613800000000'));
      await look();
      return (await queued()).nudge;
    };
    await lookAt('2026-12-01T08:00');
    expect(await nudged('2026-12-03T10:00')).to.equal(1);
    expect(await nudged('2026-12-03T15:00'), 'the same phone on the same day').to.equal(1);
    const reminder = await collection(Message).findOne({ reminds: here.cycle }, { promoteBuffers: true });
    const ballotOf = async (resident: string) => castBallot(world, { picks: [3] }, here.act('+8613800000000', { resident, withCard: false }));
    const begun = async () => {
      await collection(Message).updateOne({ _id: reminder?._id ?? '' }, { $set: { state: 'leased', token: 'held' } });
      if (!reminder) throw new Error('nobody was reminded');
      return (await beginSending(world, 1_000)({ ...reminder, token: 'held', address: addressIn(world.vault, reminder) })).state;
    };
    now = at('2026-12-03T16:00');
    await ballotOf(reminder?.resident ?? '');
    expect(await begun(), 'the others have not voted').to.equal('sending');
    const [other, ...others] = await collection(Resident)
      .find({ _id: { $ne: reminder?.resident ?? '' } })
      .toArray();
    for (const { _id } of others) await ballotOf(_id);
    expect(await begun(), 'one has not voted').to.equal('sending');
    const erasureRequest = { at: at('2026-12-03T00:00'), key: 'act', from: 'a card elsewhere' };
    await collection(Resident).updateOne({ _id: other?._id ?? '' }, { $set: { erasureRequest } });
    expect(await begun(), 'who has not voted asked to be deleted').to.equal('cancelled');
    await collection(Resident).updateOne({ _id: other?._id ?? '' }, { $unset: { erasureRequest: 1 } });
    await ballotOf(other?._id ?? '');
    expect(await begun()).to.equal('cancelled');
  });

  it('at night waits with reminders until it can send them', async () => {
    now = at('2026-12-03T22:00');
    expect(await nudge(world, {}, here.act('+8613800000004'))).to.have.property('waitsUntil', at('2026-12-04T08:00').toISOString());
    await look();
    expect(Object.keys(await queued())).to.not.include('nudge');
    await lookAt('2026-12-04T08:00');
    expect(await queued()).to.have.property('nudge', 5);
  });

  it('goes on where it was cut off, page by page', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => `many-${index}`);
    for (const id of many.slice(0, 3)) await here.person(id);
    await collection(Resident).insertMany(
      many
        .slice(3)
        .map((id, index) =>
          onRoster(world, { _id: `m${index}`, community: here.community, rosterId: id, phone: `+86139${10_000_000 + index}`, addedAt: now }),
        ),
    );
    now = at('2026-12-01T08:00');
    const first = await rosterPage(here.community, '', 500);
    const id = `opens|${here.cycle}|${now.toISOString()}`;
    await collection(AnnouncementProgress).insertOne({ _id: id, community: here.community, cycle: here.cycle, at: now, cursor: first.at(-1) ?? '' });
    await look();
    const reached = await collection(Message).distinct('resident');
    expect(reached.length).to.equal(1_202 - (await collection(Resident).countDocuments({ _id: { $in: first }, phoneId: { $exists: true } })));
    expect(reached.filter((resident) => resident !== undefined && first.includes(resident))).to.deep.equal([]);
    expect((await collection(AnnouncementProgress).findOne({ _id: id }))?.doneAt).to.deep.equal(now);
  });

  describe('of several communities', () => {
    let other: Town;
    const failing = async (work: Promise<unknown>) => work.then(() => expect.fail('nothing failed')).catch((error) => error);
    beforeEach(async () => {
      other = await town(world, { cycle: { stages, importedAt: now } });
      await other.person('1', { phone: '+8613900000001' });
    });

    it('tells those whose calendar is whole, whichever fails', async () => {
      for (const [broken, whole] of [
        [here, other],
        [other, here],
      ] as const) {
        await collection(Message).deleteMany({});
        await collection(AnnouncementProgress).deleteMany({});
        await collection(Community).updateOne({ _id: whole.community }, { $set: { timezone: 'Asia/Shanghai' } });
        await collection(Community).updateOne({ _id: broken.community }, { $set: { timezone: 'Asia/Nowhere' } });
        expect(await failing(lookAt('2026-12-01T08:00'))).to.be.instanceOf(AggregateError);
        expect(await collection(Message).distinct('community')).to.deep.equal([whole.community]);
      }
    });

    it('begins with the one after the last one served', async () => {
      for (const { community } of [here, other])
        await collection(Resident).insertMany(
          Array.from({ length: 600 }, (_, index) =>
            onRoster(world, { _id: `${community}-${index}`, community, phone: `+86139${10_000_000 + index}`, addedAt: now }),
          ),
        );
      const { now: real } = performance;
      let ahead = 0;
      wakeUps(world).on('queued', () => {
        ahead += 25_000; // time for one page a look
      });
      performance.now = () => real.call(performance) + ahead;
      try {
        await lookAt('2026-12-01T08:00');
        expect(await collection(Message).distinct('community')).to.have.length(1);
        await look();
      } finally {
        performance.now = real;
      }
      expect(await collection(Message).distinct('community')).to.have.length(2);
    });

    it('queues the broadcasts that can be queued', async () => {
      const broadcast = { to: 'all', text: '停水', by: '王芳', at: now, dueAt: now, state: 'queueing' as const };
      for (const [to, { community }] of [
        ['building:\u0000', here], // no pattern of the database
        ['all', other],
      ] as const) {
        const written = { _id: community, community, occasion: community, ...broadcast, to };
        await collection(Broadcast).insertOne({ ...written, mark: markOfBroadcast(world.vault, written) });
      }
      await failing(queueDue(world, ['sms']));
      expect((await collection(Broadcast).find({ state: 'queued' }).toArray()).length).to.equal(1);
    });
  });

  it('reads nothing but indexes to find who is to be reminded', async () => {
    await lookAt('2026-12-01T08:00');
    for (const index of [0, 1, 2]) await vote(index, '2026-12-02T10:00');
    const { db } = mongoose.connection;
    now = at('2026-12-12T20:00');
    await db?.command({ profile: 2 });
    await look();
    await db?.command({ profile: 0 });
    const profiled = (await db?.collection('system.profile').find({ op: 'query' }).toArray()) ?? [];
    const scan = profiled.filter(({ command }) => JSON.stringify(command?.filter ?? {}).match(/"role"|"voter"/));
    expect(scan.map(({ ns }) => ns.split('.')[1]).toSorted())
      .to.include('residents')
      .and.include('entries');
    for (const { docsExamined, keysExamined, planSummary } of scan) {
      expect(planSummary).to.match(/^IXSCAN/);
      expect(docsExamined).to.equal(0);
      expect(keysExamined).to.be.at.most(20);
    }
  });

  describe('for a conversation left unfinished', () => {
    it('holds up no other where it cannot be read', async () => {
      now = at('2026-12-03T10:00');
      for (const index of [0, 1, 2]) await leave(index, 'propose');
      await collection(Conversation).updateOne({ _id: await idOf(1) }, { $set: { open: Buffer.from('not encrypted by us') } });
      const failed = await remindAt('2026-12-03T13:00').catch((error) => error);
      expect(failed).to.be.instanceOf(AggregateError);
      expect((await remindAt('2026-12-03T13:01')).map(([who]) => who).toSorted()).to.deep.equal(['0', '2']);
    });

    const number = async () => (await collection(Community).findOne())?.phone ?? '';
    const idOf = async (index: number) => conversationId(world.vault, { channel: 'sms', address: `+861380000000${index}`, to: await number() });
    const leave = async (index: number, role?: FlowRole) => {
      const _id = await idOf(index);
      await collection(Conversation).insertOne({
        _id,
        place: world.vault.encrypt(
          'conversationPlace',
          _id,
          JSON.stringify({ channel: 'sms', address: `+861380000000${index}`, to: await number() }),
        ),
        revision: 1,
        at: now,
        language: 'zh-CN',
        recent: Buffer.from(''),
        open: world.vault.encrypt('conversationOpen', _id, JSON.stringify({ ...(role && { role }) })),
      });
    };
    const remindAt = async (when: string) => {
      now = at(when);
      await remind();
      return (
        await collection(Message)
          .find({}, { projection: { said: 1, address: 1 }, promoteBuffers: true })
          .toArray()
      ).map((message) => [addressIn(world.vault, message).at(-1), saidIn(world.vault, message).key]);
    };

    it('reminds once after three hours, of what is still open to them', async () => {
      await lookAt('2026-12-01T07:00');
      now = at('2026-12-03T10:00');
      await leave(0, 'vote');
      await leave(1, 'propose');
      await leave(2);
      await leave(3, 'identify');
      await leave(8, 'vote');
      expect(await remindAt('2026-12-03T12:30')).to.deep.equal([]);
      const once = await remindAt('2026-12-03T13:00');
      expect(once.toSorted()).to.deep.equal([
        ['0', 'notice.unfinishedVote'],
        ['1', 'notice.unfinishedPropose'],
      ]);
      for (const when of ['2026-12-03T13:01', '2026-12-03T10:00', '2026-12-03T14:00', '2026-12-04T14:00'])
        expect(await remindAt(when)).to.have.length(2);
    });

    it('not a day later, and not of a vote that is over', async () => {
      now = at('2026-12-03T10:00');
      await leave(0, 'vote');
      expect(await remindAt('2026-12-04T11:00')).to.deep.equal([]);
      now = at('2026-12-15T18:00');
      await leave(1, 'vote');
      expect(await remindAt('2026-12-15T22:00')).to.deep.equal([]);
    });
  });

  it('is done by one process at a time, once each time, and goes on after a crash and after a clock that was put back', async () => {
    now = at('2026-12-03T10:00');
    const ran: string[] = [];
    let finish = () => {};
    const process = (name: string) => () =>
      inOneProcess(world, 'a job', 10_000, () => {
        ran.push(name);
        return new Promise((resolve) => {
          finish = resolve;
        });
      });
    const [one, other] = [process('one'), process('other')];
    const later = (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1_000);
    };
    const running = [one(), other()];
    await Promise.race(running); // the one that was not allowed to
    while (ran.length < 1) await sleep(5);
    expect(ran).to.have.length(1);
    later(10);
    await Promise.race([one(), other()]);
    expect(ran, 'while one is still at it').to.have.length(1);
    finish();
    await Promise.all(running);
    running.push(one());
    while (ran.length < 2) await sleep(5);
    await other();
    expect(ran, 'the same time').to.have.length(2);
    later(40);
    running.push(other());
    while (ran.length < 3) await sleep(5);
    expect(ran.slice(1), 'after a crash').to.deep.equal(['one', 'other']);
    later(-30 * 24 * 3600);
    running.push(one());
    while (ran.length < 4) await sleep(5);
    finish();
    expect(ran.at(-1), 'after the clock was put back').to.equal('one');
  });
});

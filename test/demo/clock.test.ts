import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { ClockTold } from '../../src/demo/simulator/clockRoutes.ts';
import { Cycle } from '../../src/fund/cycles/cycle.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { type StartedDemo, startDemo } from './startDemo.ts';

/** No measure of speed: a walk through a month would take minutes. */
const HELD_UP = 5_000;

describe('the demo’s clock', function () {
  this.timeout(60_000);
  const { world } = useDatabase('clock');
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo(world);
  });
  after(() => demo.stop());

  const shown = async (): Promise<ClockTold> => JSON.parse(await (await fetch(`${demo.url}/simulator/clock`)).text());
  const move = (to: string, origin = demo.url) =>
    fetch(`${demo.url}/simulator/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify({ to }),
    });
  const kinds = async () => {
    const queued = await collection(Message)
      .find({}, { projection: { _id: 1 } })
      .toArray();
    return [...new Set(queued.map(({ _id }) => _id.split('|')[0]))].toSorted();
  };

  it('leaps from one thing that we say to the next, to the end of the cycle', async () => {
    const leaps: string[] = [];
    for (let told = await shown(); told.next && leaps.length < 10; told = await shown()) {
      leaps.push(told.next.what);
      expect((await move(told.next.at)).status).to.equal(200);
    }
    expect(leaps).to.deep.equal(['closing', 'closing', 'implement', 'head', 'evaluate', 'closed']);
    await sleep(100);
    expect(await kinds()).to.deep.equal(['closing', 'head']);
    expect((await Cycle.findOne({}).orFail()).sealedAt).to.be.an.instanceOf(Date);
    expect((await fetch(`${demo.url}/readyz`)).status).to.equal(200);
  });

  it('a month ahead holds up no text', async () => {
    const origin = { 'Content-Type': 'application/json', Origin: demo.url };
    const text = async () => {
      const began = performance.now();
      const body = JSON.stringify({ id: randomBytes(16).toString('hex'), from: '+8613800000001', text: '进度' });
      const response = await fetch(`${demo.url}/simulator/sms`, { method: 'POST', headers: origin, body });
      expect(await response.json()).to.have.length(2);
      return performance.now() - began;
    };
    const moving = move(new Date(new Date((await shown()).now).getTime() + 30 * 24 * 60 * 60 * 1_000).toISOString());
    const took: number[] = [];
    for (let time = 0; time < 20; time += 1) took.push(await text());
    expect((await moving).status).to.equal(200);
    if (process.env.FIGURES) process.stderr.write(`the slowest answer took ${Math.round(Math.max(...took))} ms\n`);
    expect(Math.max(...took)).to.be.below(HELD_UP);
  });

  it('moves ahead only, at the hand of the simulator’s own page, and stays where it was left', async () => {
    const before = await shown();
    expect((await move(new Date(Date.now()).toISOString())).status).to.equal(400);
    expect((await move('tomorrow')).status).to.equal(400);
    expect((await move('2100-01-01T00:00:00Z')).status).to.equal(400);
    expect((await move('2100-01-01T00:00:00Z', 'https://elsewhere.example')).status).to.equal(403);
    await demo.stop();
    demo = await startDemo(world);
    expect(new Date((await shown()).now).getTime()).to.be.at.least(new Date(before.now).getTime());
  });
});

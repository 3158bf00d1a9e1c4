import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Results } from '../../src/fund/ballots/index.ts';
import { cycleById } from '../../src/fund/cycles/index.ts';
import type { PublicPaper } from '../../src/fund/paper/index.ts';
import { operator } from '../../src/fund/people/index.ts';

import { beside } from '../support/beside.ts';
import { card } from '../support/cards.ts';
import { mongodProgram } from '../support/database.ts';
import { expectAudited } from '../support/expectLedger.ts';
import { serials } from '../support/paper.ts';
import { serviceProcess } from '../support/serviceProcess.ts';
import { addStaff } from '../support/staff.ts';
import { changeCycle, town, votingNow } from '../support/town.ts';
import { browse, cookieOf, phoneOf, staffAll } from '../web/console/office.ts';

const PEOPLE = 20;
const CHOICES = [[1, 2], [2], [2, 3], [3], [1, 3]] as const;
/** Of the people at the table, by number. */
const [TWICE, TOO_MANY, UNREADABLE, LATER] = [4, 5, 6, [7, 8]];
const KILLED = { marking: 9, keying: 13 };

describe('a day at a table, the service killed in the middle of it', function () {
  this.timeout(300_000);
  let dataDir: string;
  before(mongodProgram);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-day-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('counts each slip and each text once, as somebody does by hand; audit and verify agree', async () => {
    let service = await serviceProcess({ DATA_DIR: dataDir });
    const made = await beside(dataDir, async ({ world }) => {
      const here = await town(world, { residents: PEOPLE, cycle: { ...votingNow(world), choices: { min: 1, max: 2 } } });
      await staffAll(world, here.community);
      const keyers = ['小陈', '小吴'].map((name, n) => ({ name, phone: `+861380000015${n + 1}`, role: 'cadre' as const }));
      const other = { name: '老周', phone: '+8613800000150', role: 'helper' as const };
      for (const each of [other, ...keyers]) await addStaff(world)(here.community, each, operator('李姐'));
      const phones = [phoneOf('helper'), ...keyers.map(({ phone }) => phone)];
      const cookies = await Promise.all(phones.map((phone) => cookieOf(world, phone)));
      return { here, cookies, slips: await serials(world, here.cycle, PEOPLE + 3) };
    });
    const { here, slips } = made;
    const own = `/console/${here.community}`;
    const [helper, first, second] = made.cookies.map((cookie) => browse(() => service, cookie));
    if (!helper || !first || !second) throw new TypeError('Three are signed in.');
    const slip = (n: number) => slips[n] ?? '';
    const killed = async () => {
      await service.kill();
      service = await serviceProcess({ DATA_DIR: dataDir }, service.port);
    };

    const other = /<option value="([^"]+)">老周/.exec(await (await helper.get(`${own}/tables`)).text())?.[1] ?? '';
    expect((await helper.post(`${own}/tables/open`, { place: '三号院门口', received: '40', other })).headers.get('location')).to.include('/tables/1');
    const hand = (n: number, serial: string) =>
      helper.post(
        `${own}/tables/1/mark`,
        { id: `hand-${serial}`, card: card(n), serial, other },
        { 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json' },
      );
    for (let n = 0; n < PEOPLE; n += 1) {
      if (n === KILLED.marking) {
        const underWay = hand(n, slip(n)).catch(() => undefined);
        await sleep(n); // somewhere in the middle of it
        await killed();
        await underWay;
      }
      expect(await (await hand(n, slip(n))).json(), `slip ${n}`).to.include({ done: true });
      if (n === TWICE) expect(await (await hand(n, slip(PEOPLE))).json()).to.include({ done: true });
    }
    for (const n of LATER) expect(await service.text({ from: here.phones[n] ?? '', to: here.phone, body: '投 1' })).to.match(/\d{3} \d{3} \d{4}/);
    const marks = PEOPLE + 1;
    const counts = { handedOut: String(marks), spoiled: '1', left: String(40 - marks - 1), other };
    expect((await helper.post(`${own}/tables/1/close`, counts)).headers.get('location')).to.include('done=table.close');

    // in the box: theirs, the second one, and one that nobody was marked with
    const picksOf = (n: number): readonly number[] => (n === TOO_MANY ? [1, 2, 3] : (CHOICES[n % CHOICES.length] ?? []));
    const says = (n: number) => (n === UNREADABLE ? 'x' : picksOf(n).join(' '));
    const box = [
      ...Array.from({ length: PEOPLE }, (_, n) => [slip(n), says(n)] as const),
      [slip(PEOPLE), '3'] as const,
      [slip(PEOPLE + 1), '1'] as const,
    ];
    const key = async (by: typeof first, from: number) => {
      for (const [nth, [serial, said]] of box.entries()) {
        if (nth < from) continue;
        if (nth === KILLED.keying) {
          const underWay = by.post(`${own}/slips/1/slip`, { line: `${serial} ${said}` }).catch(() => undefined);
          await sleep(5);
          await killed();
          await underWay;
        }
        expect((await by.post(`${own}/slips/1/slip`, { line: `${serial} ${said}` })).status, `${nth}`).to.be.oneOf([302, 303]);
      }
      await by.post(`${own}/slips/1/key`);
    };
    await first.post(`${own}/slips/open`, { table: '1' });
    await key(first, 0);
    await key(second, 0);
    const accepted = async (by: typeof first) => (await by.post(`${own}/slips/1/accept`)).headers.get('location') ?? '';
    while (!(await accepted(first)).includes('acceptedOnce')) await sleep(500); // a table settles for some seconds
    const accepting = accepted(second).catch(() => undefined);
    await sleep(10);
    await killed();
    await accepting;
    await accepted(second); // or it was noted before the kill
    while (!(await (await second.get(`${own}/slips/1`)).text()).includes('计入了')) await sleep(200);

    await beside(dataDir, async ({ world }) => {
      const at = Date.now();
      const stages = [
        { stage: 'vote' as const, from: new Date(at - 7_200_000) },
        { stage: 'implement' as const, from: new Date(at) },
      ];
      await changeCycle(world, here.cycle, { $set: { stages } });
    });
    const api = `${service.url}/api/cycles/${here.cycle}`;
    while ((await fetch(`${api}/results`)).status !== 200) await sleep(500);

    const ballots = Array.from({ length: PEOPLE }, (_, n) =>
      LATER.includes(n) ? [1] : n === TWICE ? [3] : n === TOO_MANY || n === UNREADABLE ? [] : picksOf(n),
    );
    const byHand = [1, 2, 3].map((number) => ({ number, votes: ballots.filter((picks) => picks.includes(number)).length }));
    const { tallies, turnout }: Pick<Results, 'tallies' | 'turnout'> = JSON.parse(await (await fetch(`${api}/results`)).text());
    expect(tallies).to.deep.equal(byHand);
    expect(turnout).to.deep.include({ voters: PEOPLE - 2, byChannel: { sms: 2, paper: PEOPLE - 4 } });
    const { outcomes }: Pick<PublicPaper, 'outcomes'> = JSON.parse(await (await fetch(`${api}/paper`)).text());
    expect(outcomes).to.deep.equal({ counted: PEOPLE - 4, superseded: 3, invalid: 1, unreadable: 1, unmarked: 1 });
    await service.stop();
    await beside(dataDir, async ({ world }) => {
      expect((await cycleById(world)(here.cycle))?.sealedAt).to.be.instanceOf(Date);
      await expectAudited(world, here.cycle, PEOPLE - 2);
    });
  });
});

import { expect } from 'chai';
import { castBallot, keepTurnoutShares } from '../../../src/fund/ballots/index.ts';
import { Cycle, type CycleRecord, cycleMark } from '../../../src/fund/cycles/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { cycleRecord, type Town } from '../../support/town.ts';
import { castAll, ENDS, neighbourhood, seal, VOTERS, VOTES } from '../neighbourhood.ts';
import { staffAll, useOffice } from './office.ts';

const YEAR = 365 * DAY_MS;

describe('the turnout beside last year’s', () => {
  const { world: real } = useDatabase('lastyear');
  let now = VOTES;
  const world: World = { ...real, now: () => now };
  const office = useOffice(world);
  let here: Town;

  before(async () => {
    here = await neighbourhood(world, 'qingsong', 1);
    await staffAll(world, here.community);
    now = new Date(VOTES.getTime() + DAY_MS + 1);
    await castAll(world, here);
    now = new Date(ENDS.getTime() + 11_000);
    await seal(world);
    await keepTurnoutShares(world)(here.cycle);
  });

  it('compares the same day of the vote: what last year came on its second day counts from the second day on', async () => {
    const opens = new Date(VOTES.getTime() + YEAR);
    const next = {
      ...cycleRecord(here.community, opens),
      ...{ _id: 'qingsong-2027', title: '2027年社区保障资金' },
      stages: [
        { stage: 'announce', from: new Date(opens.getTime() - 9 * DAY_MS) },
        { stage: 'vote', from: opens },
        { stage: 'implement', from: new Date(ENDS.getTime() + YEAR) },
        { stage: 'closed', from: new Date(ENDS.getTime() + YEAR + 300 * DAY_MS) },
      ],
    } satisfies CycleRecord;
    await collection(Cycle).insertOne({ ...next, mark: cycleMark(world.vault, next) });
    const page = async (which = '') => {
      const { get } = await office.as('council'); // no session lasts for days
      return (await get(`/console/qingsong/turnout?lang=zh${which}`)).text();
    };
    now = new Date(opens.getTime() + 1);
    for (let n = 0; n < 22; n += 1) await castBallot(world, { picks: [next.projects[0]?.number ?? 1] }, here.act(n, { at: now }));
    now = new Date(opens.getTime() + DAY_MS);
    await keepTurnoutShares(world)(next._id);
    expect(await page()).to.include('到投票第1天：今年22位，10%；去年到这一天还不到10位。');
    for (let n = 22; n < 44; n += 1) await castBallot(world, { picks: [next.projects[0]?.number ?? 1] }, here.act(n, { at: now }));
    now = new Date(opens.getTime() + 2 * DAY_MS);
    await keepTurnoutShares(world)(next._id);
    const second = await page();
    expect(second).to.include(`到投票第2天：今年44位，20%；去年到这一天${VOTERS}位，65%。`);
    expect(second).to.match(/role="img" aria-label="今年和去年/);
    expect(await page(`&cycle=${here.cycle}`)).not.to.include('和去年比');
  });
});

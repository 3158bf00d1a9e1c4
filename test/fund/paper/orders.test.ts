import { expect } from 'chai';
import { castBallot, countLedger, cycleKeys } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { castAtKiosk } from '../../../src/fund/paper/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { expectVerified } from '../../support/expectLedger.ts';
import { AT_TABLE, accepted, closed, handIn, keyed, OTHER, type Says, serials, table } from '../../support/paper.ts';
import { castAssisted } from '../../support/tables.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

const MINUTE_MS = 60_000;
const WAYS = ['text', 'call', 'chat', 'slip', 'assisted', 'kiosk'] as const;
type Way = (typeof WAYS)[number];
/** Every order of two and of three ballots: 36 and 216 people, of whom some hand in two or three slips. */
const ORDERS: readonly (readonly Way[])[] = [2, 3].flatMap(ordersOf);
const IN_BATCH = 25;

describe('a person with two or three ballots, whatever their ways and order', () => {
  const { world: real } = useDatabase('orders');

  it('counts once, with the ballot of the last moment, whenever its slips were entered, and verify holds', async () => {
    const start = real.now().getTime();
    let clock = start;
    const world: World = { ...real, now: () => new Date(clock) };
    const here = await town(world, { residents: ORDERS.length, cycle: votingNow(world) });
    const { cycle } = here;
    const slips = [...(await serials(world, cycle, ORDERS.flat().filter((way) => way === 'slip').length))];
    const place = { cycle, table: await table(world, cycle) };
    const handedIn: Says[] = [];
    for (const step of [0, 1, 2]) {
      clock = start + (step + 1) * MINUTE_MS;
      const now = ORDERS.flatMap((ways, person) => (ways[step] ? [{ person, way: ways[step], pick: step + 1 }] : []));
      await Promise.all(now.map((ballot) => (isOfStaff(ballot.way) ? undefined : castAlone(world, here, { ...ballot, way: ballot.way }))));
      for (const { person, way, pick } of now) {
        if (way === 'assisted') await castBeside(world, here, { person, pick });
        if (way !== 'slip') continue;
        const serial = slips.pop() ?? '';
        expect(await handIn(world, place, serial, { resident: here.residents[person] ?? '' })).to.include({ serial });
        handedIn.push([serial, [pick]]);
      }
    }
    clock = start + 5 * MINUTE_MS;
    await closed(world, place);
    const became = { counted: 0, superseded: 0 };
    const batches: number[] = [];
    for (const inAnyOrder = handedIn.toSorted(); inAnyOrder.length > 0; ) batches.push(await keyed(world, place, inAnyOrder.splice(0, IN_BATCH)));
    // all at once: they share their commands, also where one person has slips in several
    for (const done of await Promise.all(batches.map((batch) => accepted(world, cycle, batch)))) {
      const { outcomes: { counted = 0, superseded = 0 } = {} }: { outcomes?: { counted?: number; superseded?: number } } = done;
      became.counted += counted;
      became.superseded += superseded;
    }
    const last = ORDERS.filter((ways) => ways.at(-1) === 'slip').length;
    expect(became, 'a slip that was superseded is not written').to.deep.equal({ counted: last, superseded: handedIn.length - last });

    await expectVerified(world, cycle, ORDERS.length);
    const { counted } = await countLedger(world, cycle);
    const record = await collection(Cycle).findOne({ _id: cycle }, { promoteBuffers: true });
    const keys = record && cycleKeys(world)(record);
    const picked = new Map(counted.map(({ voter, picks }) => [voter, picks.join()]));
    const wrong = ORDERS.filter((ways, person) => picked.get(keys?.voter(here.residents[person] ?? '').pseudonym ?? '') !== String(ways.length));
    expect(wrong).to.deep.equal([]);
    expect(counted).to.have.length(ORDERS.length);
  });
});

interface OneBallot {
  readonly person: number;
  readonly pick: number;
}

/** Whether it takes somebody else's hand, with an entry of the log. */
function isOfStaff(way: Way): way is 'slip' | 'assisted' {
  return way === 'slip' || way === 'assisted';
}

const CHANNELS = { text: 'sms', call: 'voice', chat: 'wechat' } as const;

async function castAlone(world: World, here: Town, { person, way, pick }: OneBallot & { readonly way: Exclude<Way, 'slip' | 'assisted'> }) {
  const kiosk = { picks: [pick], resident: here.residents[person] ?? '', community: here.community, key: `${person} ${pick}`, at: world.now() };
  const outcome = await (way === 'kiosk'
    ? castAtKiosk(world, here.notify, kiosk)
    : castBallot(world, { picks: [pick] }, here.act(person, { channel: CHANNELS[way] })));
  expect(outcome).to.include.keys('receipt');
}

async function castBeside(world: World, { community, residents }: Town, { person, pick }: OneBallot): Promise<void> {
  const ballot = { community, person: { resident: residents[person] ?? '' }, picks: [pick], key: `${person} ${pick}` };
  const outcome = await castAssisted(world, async () => undefined)({ ...ballot, witness: OTHER, actor: AT_TABLE });
  expect(outcome).to.include.keys('receipt');
}

function ordersOf(length: number): Way[][] {
  return length === 0 ? [[]] : ordersOf(length - 1).flatMap((order) => WAYS.map((way) => [...order, way]));
}

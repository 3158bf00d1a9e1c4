import type { Act } from '../../src/fund/act/index.ts';
import { planMeeting, signMinutes, writeMinutes } from '../../src/fund/meetings/index.ts';
import { type Actor, operator } from '../../src/fund/people/index.ts';
import { staffOf } from '../../src/fund/staff/index.ts';
import {
  acceptWork,
  addImplementer,
  addProgress,
  askImplementer,
  chooseImplementer,
  moveWork,
  payWork,
  recordOffer,
  signContract,
  worksOfCycle,
} from '../../src/fund/works/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { dayOf } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { cycleOf, ownDay, STAFFED, slugOf, ZONE } from './community.ts';

/** What the staff of every hundredth community do: a meeting that decides, and of each work an offer, a contract, news, acceptance and payment. */
export function staffWork(world: World, communities: number): (day: number) => Promise<number> {
  const notify = enqueue(world);
  const staffed = Array.from({ length: communities }, (_, community) => community).filter((community) => community % STAFFED === 0);
  const done = new Map(staffed.map((community) => [community, 0]));
  let acts = 0;
  /** Does what is due up to this day of the year; gives how many acts there were in all. */
  return async (day) => {
    for (const community of staffed)
      for (let next = done.get(community) ?? 0; (DAYS[next]?.day ?? Number.POSITIVE_INFINITY) <= ownDay(day, community); next += 1) {
        await DAYS[next]?.work(desk(community));
        done.set(community, next + 1);
      }
    return acts;
  };

  function desk(community: number): Desk {
    const slug = slugOf(community);
    return {
      ...{ slug, cycle: cycleOf(community), today: dayOf(world.now(), ZONE) },
      staff: async (role) => {
        const found = (await staffOf(world, slug)).find((member) => member.role === role);
        if (!found) throw new CodedError('not-done', `${slug} has no ${role}.`);
        return { kind: 'staff', id: found.id, name: found.name, role: found.role, community: slug };
      },
      works: async () => (await worksOfCycle(cycleOf(community))).map(({ _id }) => _id.number),
      act: async (act, at, input, actor = operator('bench')) => {
        const performed = await act.perform({ world, notify }, { community: slug, at, input, actor });
        if (performed.is !== 'done') throw new CodedError('not-done', `${act.name} in ${slug}: ${JSON.stringify(performed)}`);
        acts += 1;
      },
    };
  }
}

interface Desk {
  readonly slug: string;
  readonly cycle: string;
  readonly today: string;
  staff(role: 'cadre' | 'council'): Promise<Actor>;
  /** The numbers of the works. */
  works(): Promise<number[]>;
  act(act: Act, at: Readonly<Record<string, string>>, input: Parameters<Act['perform']>[1]['input'], actor?: Actor): Promise<void>;
}

const OFFERED = 20_000;

/** By the days of the community's own calendar. */
const DAYS: readonly { readonly day: number; readonly work: (desk: Desk) => Promise<void> }[] = [
  {
    day: 31,
    work: async ({ act, cycle, today, staff }) =>
      act(planMeeting, { cycle }, { day: today, time: '09:00', place: '活动室', yes: '1, 2' }, await staff('cadre')),
  },
  {
    day: 32,
    work: async ({ act, cycle, staff }) => {
      const [cadre, council] = [await staff('cadre'), await staff('council')];
      const items = [1, 2].map((proposal) => ({ proposal, for: 1, against: 0, abstained: 0, decision: 'recommended' as const }));
      await act(writeMinutes, { cycle, number: '1' }, { there: [council.id], items }, cadre);
      for (const person of [cadre, council]) await act(signMinutes, { cycle, number: '1' }, {}, person);
    },
  },
  {
    day: 62,
    work: async ({ act, cycle, today, works }) => {
      await act(addImplementer, {}, { organisation: '周记水电', kind: 'trader', person: '周师傅', phone: '+8613800000051' });
      for (const number of await works()) {
        const at = { cycle, number: String(number) };
        await act(moveWork, at, { to: 'seeking' });
        await act(askImplementer, at, { implementer: '1' });
        await act(recordOffer, at, { implementer: '1', amount: OFFERED, day: today });
        await act(chooseImplementer, at, { implementer: '1', reason: '熟手', fewReason: '别家没得空' });
      }
    },
  },
  {
    day: 66,
    work: ofEach(async ({ act, today }, at) => {
      await act(signContract, at, { paper: `HT-${at.number}`, amount: OFFERED, day: today });
      await act(moveWork, at, { to: 'under-way' });
    }),
  },
  { day: 90, work: ofEach(({ act }, at) => act(addProgress, at, { text: '材料到了，下周动工', key: 'bench' })) },
  {
    day: 150,
    work: ofEach(async ({ act, today }, at) => {
      await act(moveWork, at, { to: 'finished' });
      await act(acceptWork, at, { day: today });
      await act(payWork, at, { amount: OFFERED, day: today, paper: `FP-${at.number}`, key: 'bench' });
    }),
  },
];

function ofEach(work: (desk: Desk, at: { cycle: string; number: string }) => Promise<void>): (desk: Desk) => Promise<void> {
  return async (desk) => {
    for (const number of await desk.works()) await work(desk, { cycle: desk.cycle, number: String(number) });
  };
}

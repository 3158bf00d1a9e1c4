import type { CommunityRecord } from '../src/fund/communities/index.ts';
import { type CycleRecord, cycleMark } from '../src/fund/cycles/index.ts';
import { type ResidentRecord, residentId, residentRecord } from '../src/fund/people/index.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import { benchVault } from './secret.ts';

/** A community that receives texts at `phone`. */
export function benchCommunity(slug: string, phone: string): CommunityRecord {
  return {
    _id: slug,
    name: slug,
    language: 'zh-CN',
    timezone: 'Asia/Shanghai',
    phone,
    verify: 'phone',
    ballots: 'public',
    quiet: '21:00-08:00',
    person: { name: '居委会', phone: '+862880000003' },
  };
}

const TITLES = ['楼道扶手', '健身角', '社区花园', '修路灯', '充电棚', '阅览室', '下水道', '停车位', '门口台阶', '垃圾亭'];

/** A community's cycle, in the second day of its vote: ten projects, up to three picks. It bears the service's mark, without which no slip is keyed. */
export function benchCycle(slug: string): CycleRecord {
  const cycle: CycleRecord = {
    _id: `${slug}-2027`,
    community: slug,
    title: 'bench',
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'vote', from: new Date(Date.now() - DAY_MS) },
      { stage: 'implement', from: new Date(Date.now() + 10 * DAY_MS) },
    ],
    moves: [],
    projects: TITLES.map((title, index) => ({ number: index + 1, title, cost: 10_000 * (index + 1), detail: `${title}在三号院后面那块空地` })),
  };
  return { ...cycle, mark: cycleMark(benchVault, cycle) };
}

/** A resident with a phone. */
export function benchResident(slug: string, phone: string): ResidentRecord {
  const _id = residentId(benchVault, slug, phone);
  return residentRecord(benchVault, { _id, community: slug, rosterId: phone, phone, role: 'resident', addedAt: new Date() });
}

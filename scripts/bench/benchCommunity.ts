import type { CommunityRecord } from '../../src/fund/communities/index.ts';

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

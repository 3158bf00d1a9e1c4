import type { CommunityRecord } from '../../src/fund/communities/community.ts';

/** A community as most tests want it: numbers of the roster or cards say who somebody is, everything is public, nights are quiet. */
export function communityRecord(_id: string, phone: string, more: Partial<CommunityRecord> = {}): CommunityRecord {
  return {
    _id,
    name: '青松社区',
    language: 'zh-CN',
    timezone: 'Asia/Shanghai',
    phone,
    verify: 'either',
    ballots: 'public',
    quiet: '21:00-08:00',
    person: { name: '居委会', phone: '+862880000003' },
    ...more,
  };
}

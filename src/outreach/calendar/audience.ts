import { votedAmong } from '../../fund/ledger/votedAmong.ts';
import { Address } from '../../fund/records/addressBook.ts';
import type { CycleRecord } from '../../fund/records/cycle.ts';
import { Resident, type ResidentRecord } from '../../fund/records/resident.ts';
import { rosterPage } from '../../fund/roster/rosterPage.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Occasion } from './occasionsAt.ts';

/** Somebody to be told: a resident, over whatever reaches them, or (news) the phone or chat that asked. */
export type Hearer = { readonly resident: Pick<ResidentRecord, '_id' | 'phone' | 'ties' | 'language'> } | { readonly address: AddressHearer };

interface AddressHearer {
  readonly channel: 'sms' | 'wechat';
  readonly address: string;
  readonly resident?: string;
}

export interface Page {
  readonly hearers: readonly Hearer[];
  /** Where the next page begins; none where this was the last. */
  readonly next?: string;
}

const PAGE = 500;
const REACH = { phone: 1, ties: 1, language: 1 } as const;

/** Whom an occasion concerns, page by page: the same cursor gives the same page, however often it is asked for. */
export function audience(world: World): (to: Occasion['to'], cycle: CycleRecord, after?: string) => Promise<Page> {
  const voters = votedAmong(world);
  return async (to, cycle, after = '') => {
    const { community } = cycle;
    if (to === 'subscribers') return subscribers(community, after);
    if (to === 'supervisors') return { hearers: (await reach({ community, role: 'supervisor' })).map((resident) => ({ resident })) };
    const ids = await rosterPage(community, after, PAGE);
    const voted = to === 'notVoted' ? await voters(cycle, ids) : new Set();
    const wanted = ids.filter((id) => !voted.has(id));
    const next = ids.length === PAGE ? ids.at(-1) : undefined;
    return { hearers: (await reach({ _id: { $in: wanted } })).map((resident) => ({ resident })), ...(next !== undefined && { next }) };
  };
}

function reach(who: { _id: { $in: string[] } } | Pick<ResidentRecord, 'community' | 'role'>) {
  return native(Resident)
    .find({ ...who, leftAt: { $exists: false } }, { projection: REACH })
    .toArray();
}

async function subscribers(community: string, after: string): Promise<Page> {
  const found = await native(Address)
    .find({ 'news.community': community, _id: { $gt: after } }, { projection: { news: 1 }, sort: { _id: 1 }, limit: PAGE })
    .toArray();
  const next = found.length === PAGE ? found.at(-1)?._id : undefined;
  const hearers = found.flatMap(({ _id, news }) => {
    const [, channel, address = ''] = _id.split('|');
    const resident = news?.resident;
    return { address: { channel: channel === 'wechat' ? ('wechat' as const) : ('sms' as const), address, ...(resident && { resident }) } };
  });
  return { hearers, ...(next !== undefined && { next }) };
}

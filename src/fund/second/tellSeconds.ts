import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { reachStaff, type StaffMember, staffOf, staffPhone } from '../staff/index.ts';
import { Second, type SecondRecord, stateAt } from './second.ts';

/** Who may confirm an act is told again so long before its time is over. */
const SOON_MS = 12 * HOUR_MS;
/** Acts of which one look tells; the next look goes on. */
const MAX_AT_ONCE = 100;

/**
 * Tells staff by text what waits for a second person: those who may confirm it as it is asked for, and again before its time is over; who asked, if nobody
 * came. The text names who asked and its number, not what it is about. Late, twice or in several processes, each is told once.
 */
export async function tellSeconds(world: World, notify: Notify): Promise<void> {
  const due = await collection(Second)
    .find({ toTell: { $lte: world.now() } }, { sort: { toTell: 1 }, limit: MAX_AT_ONCE, projection: { what: 0 } })
    .toArray();
  for (const record of due) await tellRecord(world, notify, record);
}

async function tellRecord(world: World, notify: Notify, record: SecondRecord): Promise<void> {
  const { _id, asked, role, until, toTell } = record;
  const now = world.now();
  const soon = new Date(until.getTime() - SOON_MS);
  const [what, next] =
    stateAt(record, now) === 'lapsed' ? (['Lapsed', undefined] as const) : now < soon ? (['Waits', soon] as const) : (['Soon', until] as const);
  const isAsker = ({ phone }: StaffMember) => staffPhone(world.vault, phone) === asked.phone;
  const may = (member: StaffMember) => (role === 'any' ? member.role === 'supervisor' || member.role === 'cadre' : member.role === role);
  const staff = await staffOf(world, _id.community);
  const told = new Map(
    staff.filter((member) => (what === 'Lapsed' ? isAsker(member) : may(member) && !isAsker(member))).map((each) => [each.phone, each]),
  );
  for (const member of told.values()) {
    const place = await reachStaff(world, { ...member, community: _id.community });
    if (!place) continue;
    await notify({
      ...{ ...place, kind: 'notice', heedsQuiet: true },
      occasion: ['second', _id.community, _id.number, what].join('|'),
      said: { key: `notice.second${what}`, params: { number: _id.number, by: asked.by, until: until.toISOString() } },
    });
  }
  await collection(Second).updateOne({ _id, ...(toTell && { toTell }) }, next ? { $set: { toTell: next } } : { $unset: { toTell: 1 } });
}

import { communityZones } from '../../fund/communities/index.ts';
import { lettersToTell } from '../../fund/inquiries/index.ts';
import { objectionsDue } from '../../fund/meetings/index.ts';
import { reachStaff, type StaffText, staffOf } from '../../fund/staff/index.ts';
import { forEachSettled } from '../../store/pauses.ts';
import { daysFrom, readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { enqueue } from '../outbox/enqueue.ts';

/** The time on a community's clock at which its cadres are told. */
const MORNING = '+0dT09:00';
/** So often is looked for communities in which it is morning; of so many what waits is read together. */
const AGAIN_MS = 5 * 60_000;
const TOGETHER = 500;

/** What cadres of a community are told of on one day. */
interface Morning {
  readonly community: string;
  readonly at: Date;
  /** The morning before. */
  readonly before: Date;
  /** Midnight, on the community's clock. */
  readonly tonight: Date;
  readonly tomorrowNight: Date;
}

/**
 * Texts cadres at their staff phones at nine: how many letters came since nine the day before and still wait, and how many objections have to be answered by
 * tomorrow; only where there are any, and to who wants it (`StaffRecord.unwanted`). Late, twice or in several processes, each is told once; the next day no more.
 */
export function tellStaff(world: World): () => Promise<void> {
  const tell = enqueue(world);
  let told: ReadonlySet<string> = new Set();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = world.now();
    if (Math.abs(now.getTime() - lookedAt) < AGAIN_MS) return;
    const mornings = (await communityZones()).flatMap(({ _id, timezone }) => morningOf(_id, timezone, now) ?? []);
    const due = mornings.filter((morning) => !told.has(nameOf(morning)));
    const parts = Array.from({ length: Math.ceil(due.length / TOGETHER) }, (_, part) => due.slice(part * TOGETHER, (part + 1) * TOGETHER));
    await forEachSettled(parts, 'mornings', (part) => tellAll(part, now));
    told = new Set(mornings.map(nameOf));
    lookedAt = now.getTime();
  };

  async function tellAll(mornings: readonly Morning[], now: Date): Promise<void> {
    const slugs = mornings.map(({ community }) => community);
    const [letters, objections] = await Promise.all([lettersToTell(slugs), objectionsDue(slugs, now)]);
    await forEachSettled(mornings, 'communities', async (morning) => {
      const { community, at, before, tonight, tomorrowNight } = morning;
      const wait = letters.get(community) ?? [];
      const come = wait.filter((each) => each >= before && each < at).length;
      const count = (objections.get(community) ?? []).filter((due) => due >= tonight && due < tomorrowNight).length;
      if (come > 0) await tellCadres(morning, 'letters', { key: 'notice.lettersWait', params: { come, count: wait.length } });
      if (count > 0) await tellCadres(morning, 'objections', { key: 'notice.objectionsDue', params: { count } });
    });
  }

  async function tellCadres(morning: Morning, what: StaffText, said: { key: string; params: Record<string, number> }): Promise<void> {
    const { community, tonight } = morning;
    const wants = (await staffOf(world, community)).filter(({ role, unwanted = [] }) => role === 'cadre' && !unwanted.includes(what));
    for (const cadre of wants) {
      const place = await reachStaff(world, { ...cadre, community });
      if (place) await tell({ ...place, kind: 'notice', occasion: `${what}|${nameOf(morning)}`, until: tonight, said });
    }
  }
}

/** Today's morning in a community; undefined before it. */
function morningOf(community: string, timezone: string, now: Date): Morning | undefined {
  const [at, midnight] = [readTime(MORNING, timezone, now), readTime('+1dT00:00', timezone, now)];
  if (!at || !midnight || now < at) return undefined;
  return { community, at, before: daysFrom(at, -1, timezone), tonight: midnight, tomorrowNight: daysFrom(midnight, 1, timezone) };
}

function nameOf({ community, at }: Morning): string {
  return `${community}|${at.toISOString()}`;
}

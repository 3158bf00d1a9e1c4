import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { isDay, sumsOf } from '../accounts/index.ts';
import { todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { decidesHere } from './implementers.ts';
import { isStepDay, stepDeed, takeStep } from './moveWork.ts';
import { type OnWork, workFor, workSubject } from './work.ts';

/** In characters. */
const LONGEST_MEND = 300;

export type Accepted = { readonly accepted: true } | Waiting | { readonly refused: 'noWork' | 'notFinished' | 'day' | 'isStaff' | 'changed' };

/**
 * Accepts a finished work. A supervisor, who is another person, confirms it. If everything contracted is paid already, the work is `paid` at once.
 * `seen`: the revision that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function acceptWork(world: World): (accepting: OnWork & { readonly day: string; readonly seen: number }) => Promise<Accepted> {
  return async ({ day, seen, ...on }) => {
    const { cycle, number, actor } = on;
    const found = await workFor(on, 'acceptWork');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'finished') return { refused: 'notFinished' };
    if (work.revision !== seen) return { refused: 'changed' };
    if (!isStepDay(work, day, await todayIn(world, community))) return { refused: 'day' };
    if (work.chosen && (await decidesHere(world, community, work.chosen.implementer))) return { refused: 'isStaff' };
    const step = { state: 'accepted' as const, day, by: actor.name, at: world.now() };
    const deed = stepDeed(acting, work, step);
    if (needsSecond(actor, 'acceptWork', undefined)) {
      const payload = { cycle, number, day, seen };
      return askSecond(world)({ act: 'acceptWork', community, actor, subject: deed.subject, detail: deed.detail, payload });
    }
    return withLog(world)(community, async (session, write): Promise<Accepted> => {
      if (!(await takeStep(work, step, session))) return { refused: 'changed' };
      const { contracted, paid } = await sumsOf(cycle, number, session);
      const isPaid = contracted > 0 && paid === contracted;
      if (isPaid) await takeStep({ ...work, revision: work.revision + 1 }, { ...step, state: 'paid' }, session);
      await write({ ...deed, detail: { ...deed.detail, after: { ...deed.detail.after, ...(isPaid && { state: 'paid' }) } } });
      return { accepted: true };
    });
  };
}

interface Mending extends OnWork {
  /** What has to be mended, and by which day. */
  readonly what: string;
  readonly until: string;
  readonly seen: number;
}

export type ToMend = { readonly toBeMended: true } | { readonly refused: 'noWork' | 'notFinished' | 'noReason' | 'until' | 'changed' };

/** Refuses a finished work: something has to be mended by a day. Rejects with `not-allowed` (`checkRight`). */
export function mendWork(world: World): (mending: Mending) => Promise<ToMend> {
  return async ({ what: written, until, seen, ...on }) => {
    const found = await workFor(on, 'mendWork');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'finished') return { refused: 'notFinished' };
    if (work.revision !== seen) return { refused: 'changed' };
    const what = cleanText(written);
    if (what === '' || [...what].length > LONGEST_MEND) return { refused: 'noReason' };
    const today = await todayIn(world, community);
    if (!isDay(until) || until < today) return { refused: 'until' };
    return withLog(world)(community, async (session, write): Promise<ToMend> => {
      const step = { state: 'to-be-mended' as const, day: today, by: on.actor.name, at: world.now(), reason: what };
      if (!(await takeStep(work, step, session, undefined, { mend: { until, what } }))) return { refused: 'changed' };
      const deed = stepDeed(acting, work, step);
      await write({ ...deed, subject: workSubject(work._id), detail: { ...deed.detail, after: { ...deed.detail.after, until } } });
      return { toBeMended: true };
    });
  };
}

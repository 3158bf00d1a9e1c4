import type { mongo } from 'mongoose';
import type { World } from '../../store/world.ts';
import { addEntry, detailOf, type EntryWritten, entryKey, entryOf, entryUnder, sumsOf } from '../accounts/index.ts';
import { done, type Typed } from '../act/index.ts';
import { todayIn } from '../communities/index.ts';
import type { Acting, Detail } from '../log/index.ts';
import { seePapers } from './documents.ts';
import { followMoney, isPaidOff } from './followMoney.ts';

/** What is entered into a cycle's account, in an act's transaction. */
interface Entering {
  readonly world: World;
  readonly session: mongo.ClientSession;
  readonly acting: Acting;
  readonly cycle: string;
  /** The work whose money it is; undefined for the fund's. */
  readonly work: number | undefined;
  /** Names the form: what is sent twice counts once. */
  readonly key: string;
}

/** An entry as an act plans it. */
interface Planned {
  readonly entry: Omit<EntryWritten, 'work' | 'key'>;
  /** As in the entry of an act: what a second person is asked, if one is needed. */
  readonly shown: Detail;
  readonly about: string;
  readonly pinned?: Typed;
  readonly takesTwo?: boolean;
}

/**
 * Adds an entry to a cycle's account, with the step that its work takes by it; the act writes its line in the log. `plan` looks at everything in the
 * transaction, so that of two who enter at once the second one finds what the first one did. A form that was entered before gives its entry again. `isAll`:
 * with it everything contracted of the work is paid.
 */
export async function enterMoney<Why extends string>(
  { world, session, acting, cycle, work, key: form }: Entering,
  plan: () => Promise<Planned | { readonly refused: Why }>,
) {
  const key = `${work ?? ''} ${form}`;
  const same = await entryUnder(entryKey(world.vault, cycle, acting.act, key), session);
  if (same !== undefined) return done({ entry: same, isAll: isPaidOff(await sumsOf(cycle, work, session)) });
  const planned = await plan();
  if ('refused' in planned) return planned;
  const { entry, ...asking } = planned;
  const today = await todayIn(world, acting.community);
  const given = entryOf(world, acting, cycle, { ...entry, ...(work !== undefined && { work }), key });
  const added = await addEntry(world.vault, cycle, given, today, session);
  if ('refused' in added) return added;
  if (acting.confirmed && work !== undefined) await seePapers(world, { _id: { cycle, number: work }, community: acting.community }, session);
  const became = await followMoney(world, { acting, cycle, today }, given, added.sums, session);
  const { after, ...why } = detailOf(added.entry, given);
  return done({ entry: added.entry, isAll: isPaidOff(added.sums) }, { after: { ...after, ...became }, ...why, once: given.key ?? '', ...asking });
}

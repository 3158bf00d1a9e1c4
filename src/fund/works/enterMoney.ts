import type { mongo } from 'mongoose';
import type { World } from '../../store/world.ts';
import {
  addEntry,
  detailOf,
  type EntryRefusal,
  type EntryWritten,
  entryKey,
  entryOf,
  entryUnder,
  planEntry,
  type Sums,
  sumsOf,
} from '../accounts/index.ts';
import { todayIn } from '../communities/index.ts';
import { type Detail, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Payload, type Waiting } from '../second/index.ts';
import { seePapers } from './documents.ts';
import { followMoney } from './followMoney.ts';

type MoneyAct = 'changeGrant' | 'addOwn' | 'addExtra' | 'correctEntry' | 'payWork';

/** By which act an entry is added to a cycle's account, and by whom. */
interface On {
  readonly act: MoneyAct;
  readonly cycle: string;
  readonly community: string;
  /** The work whose money it is; undefined for the fund's. */
  readonly work: number | undefined;
  readonly actor: Actor;
  /** What the log says that it is done to. */
  readonly subject: string;
  /** Names the form: what is sent twice counts once. */
  readonly key: string;
}

/** An entry as an act plans it. */
export interface Planned {
  readonly entry: Omit<EntryWritten, 'work' | 'key'>;
  /** It is more than one person may enter alone. */
  readonly isMuch?: boolean;
  /** What a second person is asked, if one is needed; `about`: what it is done to, of which one waits at a time. */
  readonly asking: { [Act in MoneyAct]: { readonly act: Act; readonly payload: Payload<Act> } }[MoneyAct] & {
    readonly detail: Detail;
    readonly about: string;
  };
}

/** The number of the entry, and the sums of its work with it. */
type Entered = { readonly entry: number; readonly sums: Sums } | { readonly refused: EntryRefusal };

/**
 * Adds an entry to a cycle's account, with the step that its work takes by it and its line in the log, in one transaction; or lets it wait for a second
 * person. `plan` looks at everything in that transaction, so that of two who enter at once the second one finds what the first one did. A form that
 * was entered before gives its entry again. Rejects with `not-allowed` (`checkRight`).
 */
export function enterMoney(
  world: World,
): <Why extends string>(
  on: On,
  plan: (session: mongo.ClientSession) => Promise<Planned | { readonly refused: Why }>,
) => Promise<Entered | { readonly refused: Why } | Waiting> {
  return async ({ act, cycle, community, work, actor, subject, key }, plan) => {
    const acting = checkRight(actor, act, community);
    const today = await todayIn(world, community);
    const outcome = await withLog(world)(community, async (session, write) => {
      const same = await entryUnder(entryKey(world.vault, cycle, acting.act, key), session);
      if (same !== undefined) return { entry: same, sums: await sumsOf(cycle, work, session) };
      const planned = await plan(session);
      if ('refused' in planned) return planned;
      const given = entryOf(world, acting, cycle, { ...planned.entry, ...(work !== undefined && { work }), key });
      const seen = await planEntry(cycle, given, today, session);
      if ('refused' in seen) return seen;
      if (needsSecond(actor, act, planned.isMuch ? 'muchMoney' : undefined)) return planned;
      const added = await addEntry(cycle, given, today, session);
      if ('refused' in added) return added;
      if (acting.confirmed && work !== undefined) await seePapers({ _id: { cycle, number: work }, community }, session);
      const became = await followMoney(world, { acting, cycle, today }, given, added.sums, session);
      const { after, ...why } = detailOf(added.entry, given);
      await write({ ...acting, subject, once: given.key ?? '', detail: { after: { ...after, ...became }, ...why } });
      return added;
    });
    return 'asking' in outcome ? askSecond(world)({ community, actor, subject, ...outcome.asking }) : outcome;
  };
}

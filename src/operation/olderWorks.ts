import { z } from 'zod';
import { Account } from '../fund/accounts/index.ts';
import { Work } from '../fund/works/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import type { Hearing, Older } from './older.ts';

const CHANGE_A_WORK = [
  ...['work.ask', 'work.offer', 'work.choose', 'work.move', 'work.accept', 'work.mend', 'work.progress', 'work.drop'],
  ...['document.keep', 'document.drop'],
];
const ENTER_MONEY = ['work.pay', 'account.grant', 'account.own', 'account.extra', 'account.correct', 'account.import'];

/** Accounts that lack entries, or the closing, of which the log tells, and works that lack changes. */
export function olderWorks(): Hearing {
  /** By cycle, the number of the last entry. */
  const entries = new Map<string, number>();
  const closed = new Set<string>();
  /** By `CYCLE/NUMBER`, how many acts changed a work: each counts its `revision` up. */
  const changes = new Map<string, number>();
  const enters: Hearing['hears'][string] = ({ subject }, { after }) => {
    const { entry = 0, added = 1 } = ENTERED.safeParse(after).data ?? {};
    const [cycle = ''] = placeOf(subject).split('/');
    entries.set(cycle, Math.max(entries.get(cycle) ?? 0, entry + added - 1));
  };
  const changesWork: Hearing['hears'][string] = ({ subject }) => {
    changes.set(placeOf(subject), (changes.get(placeOf(subject)) ?? 0) + 1);
  };
  return {
    hears: {
      ...Object.fromEntries(ENTER_MONEY.map((act) => [act, enters])),
      ...Object.fromEntries(CHANGE_A_WORK.map((act) => [act, changesWork])),
      'work.sign': (...told) => {
        enters(...told);
        changesWork(...told);
      },
      'account.close': ({ subject }) => closed.add(placeOf(subject)),
    },
    async older() {
      const found: Older[] = [];
      for await (const account of withPauses(forReaders(Account).find({}))) {
        const { _id, community } = account;
        if (account.entries < (entries.get(_id) ?? 0) || (closed.has(_id) && !account.closed)) found.push({ kind: 'accounts older', community });
      }
      for await (const { _id, community, revision } of withPauses(forReaders(Work).find({}, { projection: { community: 1, revision: 1 } })))
        if (revision < (changes.get(`${_id.cycle}/${_id.number}`) ?? 0)) found.push({ kind: 'works older', community });
      return found;
    },
  };
}

const ENTERED = z.object({ entry: z.number(), added: z.number().optional() });

/** `CYCLE` of `account/CYCLE`, `CYCLE/NUMBER` of `work/CYCLE/NUMBER`. */
function placeOf(subject: string): string {
  return subject.slice(subject.indexOf('/') + 1);
}

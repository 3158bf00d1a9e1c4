import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { cycleForReaders } from '../cycles/index.ts';
import { type Actor, checkView } from '../people/index.ts';
import { Mark } from './mark.ts';
import { Slip } from './slip.ts';
import { Table } from './tables.ts';

const ODD = ['unmarked', 'unreadable', 'invalid'] as const;

/** The serials of slips with which something is not in order. It never says whose a slip is, or whether its person voted again. */
export interface OddSlips {
  /** In accepted batches, and counted in no result. */
  readonly uncounted: readonly { readonly serial: string; readonly batch: number; readonly outcome: (typeof ODD)[number] }[];
  /** Handed in at a table that is closed, and in no accepted batch: not keyed yet, or not in the box. */
  readonly notKeyed: readonly { readonly serial: string; readonly table: number }[];
}

/** At most `limit` of each, for a person who keys. Rejects with `not-allowed` (`checkView`). */
export function readOddSlips(world: World): (cycle: string, limit: number, actor: Actor) => Promise<OddSlips> {
  return async (cycle, limit, actor) => {
    checkView(actor, 'paper', (await cycleForReaders(world)(cycle))?.community ?? '');
    const [uncounted, notKeyed] = await Promise.all([
      forReaders(Slip)
        .find({ cycle, outcome: { $in: [...ODD] } }, { projection: { batch: 1, outcome: 1 }, sort: { outcome: 1, _id: 1 }, limit })
        .toArray(),
      notKeyedOf(cycle, limit),
    ]);
    return {
      uncounted: uncounted.flatMap(({ _id, batch = 0, outcome }) =>
        ODD.flatMap((odd) => (odd === outcome ? { serial: _id, batch, outcome: odd } : [])),
      ),
      notKeyed,
    };
  };
}

async function notKeyedOf(cycle: string, limit: number): Promise<OddSlips['notKeyed']> {
  const closed = await forReaders(Table)
    .find({ '_id.cycle': cycle, 'closed.at': { $exists: true } }, { projection: { marks: 1 }, sort: { '_id.number': 1 } })
    .toArray();
  const tables = closed.filter(({ marks }) => marks > 0).map(({ _id }) => _id.number);
  if (tables.length === 0) return [];
  return forReaders(Mark)
    .aggregate<{ serial: string; table: number }>([
      { $match: { '_id.cycle': cycle, table: { $in: tables }, active: true } },
      { $sort: { table: 1, number: -1 } },
      { $lookup: { from: Slip.collection.name, localField: 'serial', foreignField: '_id', as: 'slip' } },
      { $match: { 'slip.outcome': { $exists: false } } },
      { $limit: limit },
      { $project: { _id: 0, serial: 1, table: 1 } },
    ])
    .toArray();
}

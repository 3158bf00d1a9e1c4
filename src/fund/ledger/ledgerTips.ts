import { inTime } from '../../store/inTime.ts';
import { native } from '../../store/native.ts';
import type { FrozenCycle } from '../cycles/isFrozen.ts';
import { Entry } from '../records/entry.ts';
import { firstPrevious } from './firstPrevious.ts';
import type { Tip } from './nextEntry.ts';
import { sha256 } from './sha256.ts';

/** The ends of these cycles' chains, read together; of an empty ledger, what its first entry stands on. */
export async function ledgerTips(cycles: readonly FrozenCycle[]): Promise<Map<string, Tip>> {
  const found = await inTime((signal) =>
    native(Entry)
      .aggregate<Tip & { _id: string }>(
        [
          { $match: { '_id.cycle': { $in: cycles.map(({ _id }) => _id) } } },
          { $sort: { '_id.cycle': 1, '_id.seq': -1 } },
          {
            $group: {
              _id: '$_id.cycle',
              seq: { $first: '$_id.seq' },
              at: { $first: '$at' },
              hash: { $first: '$hash' },
              sealed: { $first: '$sealed' },
            },
          },
        ],
        { readConcern: { level: 'majority' }, signal },
      )
      .toArray(),
  );
  const written = new Map(found.map((tip) => [tip._id, tip]));
  return new Map(cycles.map(({ _id, frozen }) => [_id, written.get(_id) ?? { seq: 0, hash: firstPrevious(sha256, _id, frozen.ballot) }]));
}

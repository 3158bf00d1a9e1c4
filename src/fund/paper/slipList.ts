import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/crypto.ts';
import type { World } from '../../store/world.ts';
import { listHash } from '../ballots/audit/index.ts';
import { findCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { Mark } from './mark.ts';
import { Slip } from './slip.ts';

/** Which slips a cycle had. It is noted before the ledger is sealed, so that nobody can choose them once it is known which are drawn. */
export interface SlipListRecord {
  /** The cycle's. */
  _id: string;
  community: string;
  at: Date;
  /** Of slips that were handed in or keyed, ascending. */
  serials: string[];
}

const schema = new Schema<SlipListRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    at: { type: Date, required: true },
    serials: { type: [String], required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'slipLists' },
);
schema.index({ community: 1 });

export const SlipList = model<SlipListRecord>('SlipList', schema);

/** Notes which slips a cycle has, once, and in the log; nothing if it has none. */
export function listSlips(world: World): (cycle: string) => Promise<void> {
  return async (id) => {
    if (await collection(SlipList).findOne({ _id: id }, { projection: { _id: 1 } })) return;
    const [marks, keyed, cycle] = await Promise.all([
      collection(Mark)
        .find({ '_id.cycle': id, active: true }, { projection: { serial: 1 } })
        .toArray(),
      collection(Slip)
        .find({ cycle: id, outcome: { $exists: true } }, { projection: { _id: 1 } })
        .toArray(),
      findCycle(id),
    ]);
    const serials = [...new Set([...marks.map(({ serial }) => serial), ...keyed.map(({ _id }) => _id)])].sort();
    if (!cycle || serials.length === 0) return;
    const { community } = cycle;
    const service = { community, by: 'Yisheng', role: 'service', act: 'slip.list', subject: id };
    await withLog(world)(community, async (session, write) => {
      if (await collection(SlipList).findOne({ _id: id }, { session, projection: { _id: 1 } })) return;
      await collection(SlipList).insertOne({ _id: id, community, at: world.now(), serials }, { session });
      await write({ ...service, detail: { after: { slips: serials.length, list: listHash(sha256, serials) } } });
    });
  };
}

import { forReaders } from '../../store/connect.js';
import { cycleForReaders } from '../cycles/index.js';
import { checkView } from '../people/index.js';
import { Mark } from './mark.js';
import { Slip } from './slip.js';
import { Table } from './tables.js';
const ODD = ['unmarked', 'unreadable', 'invalid'];
/** At most `limit` of each, for a person who keys. Rejects with `not-allowed` (`checkView`). */
export function readOddSlips(world) {
    return async (cycle, limit, actor) => {
        checkView(actor, 'paper', (await cycleForReaders(world)(cycle))?.community ?? '');
        const [uncounted, notKeyed] = await Promise.all([
            forReaders(Slip)
                .find({ cycle, outcome: { $in: [...ODD] } }, { projection: { batch: 1, outcome: 1 }, sort: { outcome: 1, _id: 1 }, limit })
                .toArray(),
            notKeyedOf(cycle, limit),
        ]);
        return {
            uncounted: uncounted.flatMap(({ _id, batch = 0, outcome }) => ODD.flatMap((odd) => (odd === outcome ? { serial: _id, batch, outcome: odd } : []))),
            notKeyed,
        };
    };
}
async function notKeyedOf(cycle, limit) {
    const closed = await forReaders(Table)
        .find({ '_id.cycle': cycle, 'closed.at': { $exists: true } }, { projection: { marks: 1 }, sort: { '_id.number': 1 } })
        .toArray();
    const tables = closed.filter(({ marks }) => marks > 0).map(({ _id }) => _id.number);
    if (tables.length === 0)
        return [];
    return forReaders(Mark)
        .aggregate([
        { $match: { '_id.cycle': cycle, table: { $in: tables }, active: true } },
        { $sort: { table: 1, number: -1 } },
        { $lookup: { from: Slip.collection.name, localField: 'serial', foreignField: '_id', as: 'slip' } },
        { $match: { 'slip.outcome': { $exists: false } } },
        { $limit: limit },
        { $project: { _id: 0, serial: 1, table: 1 } },
    ])
        .toArray();
}

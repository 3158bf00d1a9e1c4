import { Entry, placesOf, turnout } from '../../fund/ballots/index.js';
import { currentCycle } from '../../fund/cycles/index.js';
import { collection } from '../../store/collection.js';
/** The largest number of entries that are shown. */
const MOST = 30;
/** A community's ledger at this moment; null if no cycle has begun. The turnout may be 5 s old. */
export function ledgerNow(world) {
    const current = currentCycle(world);
    const turnoutOf = turnout(world);
    return async (community) => {
        const cycle = await current(community, world.now());
        if (!cycle)
            return null;
        const [{ voters, residents }, entries] = await Promise.all([turnoutOf(cycle._id), lastLines(cycle._id)]);
        return { cycle: cycle._id, voters, residents, entries };
    };
}
async function lastLines(cycle) {
    const found = await collection(Entry)
        .find(placesOf(cycle), { projection: { at: 1, commitment: 1, hash: 1, receipt: 1 }, readConcern: { level: 'majority' } })
        .sort({ _id: -1 })
        .limit(MOST)
        .toArray();
    return found.reverse().map(({ _id: { seq }, at, commitment, hash, receipt }) => ({ seq, at, commitment, hash, receipt }));
}

import { boundedMap } from '../../../store/cache.js';
import { ballotItem } from '../../projects/index.js';
/** By the hash of its bytes: a cycle is read again whenever something in it changes, but its ballot never changes. */
const read = boundedMap(2_000);
/** The ballot that voting opened with. This ballot decides which picks are allowed and which projects win, not the cycle's record of today. */
export function ballotOf(frozen) {
    return read.getOrMake(frozen.hash, () => {
        const parsed = JSON.parse(frozen.ballot);
        return { frozen: parsed, items: parsed.projects.map(ballotItem) };
    });
}
/** The picked projects by number, as the frozen ballot names them. */
export function itemsOf(cycle, picks) {
    return cycle?.frozen ? ballotOf(cycle.frozen).items.filter(({ number }) => picks.includes(number)) : [];
}

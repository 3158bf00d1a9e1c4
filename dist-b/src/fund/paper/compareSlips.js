import { model, Schema } from 'mongoose';
import { boundedMap } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { sha256 } from '../../store/crypto.js';
import { cleanText } from '../../store/text.js';
import { perWorld } from '../../store/world.js';
import { drawSlips, listHash } from '../ballots/audit/index.js';
import { ballotOf, results } from '../ballots/index.js';
import { cycleForReaders, findCycle, isFrozen } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight, checkView, serialIn } from '../people/index.js';
import { Batch } from './batch.js';
import { handOf } from './hands.js';
import { Mark } from './mark.js';
import { decryptedPicks, Slip } from './slip.js';
import { Table } from './tables.js';
/** The audit of a cycle's paper: which slips were drawn by the seal, and what was found; undefined if it had none. Rejects as `results` does. */
export const slipAudit = perWorld((world) => {
    const byId = cycleForReaders(world);
    const resultsOf = results(world);
    const drawn = boundedMap(100);
    return async (id) => {
        const [list, cycle] = await Promise.all([forReaders(SlipList).findOne({ _id: id }), byId(id)]);
        if (!cycle?.sealedAt || !isFrozen(cycle)) {
            await resultsOf(id); // says why there is no result
            return undefined;
        }
        if (!list)
            return undefined;
        const counted = await resultsOf(id);
        const { frozen } = ballotOf(cycle.frozen);
        const draw = drawn.getOrMake(`${id} ${counted.head}`, () => drawSlips(sha256, frozen, counted, list.serials));
        const compared = await forReaders(Slip)
            .find({ cycle: id, 'compared.at': { $exists: true } }, { projection: { compared: 1 }, sort: { 'compared.at': 1 } })
            .toArray();
        const found = new Map(compared.flatMap(({ _id, compared: told }) => (told ? [[_id, told]] : [])));
        return {
            cycle: id,
            head: counted.head,
            slips: list.serials,
            ...draw,
            found: draw.drawn.flatMap((serial) => {
                const told = found.get(serial);
                return told ? [{ serial, found: told.found, changes: told.changes }] : [];
            }),
        };
    };
});
/** The slips that were drawn, in the order in which they lie, for a person who compares them; undefined if there are none. Rejects with `not-allowed` and as `results` does. */
export function readSlipAudit(world) {
    return async (id, actor) => {
        checkView(actor, 'paper', (await cycleForReaders(world)(id))?.community ?? '');
        const audit = await slipAudit(world)(id);
        if (!audit)
            return undefined;
        const which = { $in: [...audit.drawn] };
        const [marks, slips] = await Promise.all([
            forReaders(Mark)
                .find({ serial: which, active: true }, { projection: { serial: 1, table: 1 } })
                .toArray(),
            forReaders(Slip)
                .find({ _id: which }, { projection: { batch: 1 } })
                .toArray(),
        ]);
        const tables = new Map(marks.map(({ serial, table }) => [serial, table]));
        const batches = new Map(slips.map(({ _id, batch }) => [_id, batch]));
        const found = new Map(audit.found.map((each) => [each.serial, each]));
        const drawn = audit.drawn.map((serial) => {
            const { found: told = null, changes = 0 } = found.get(serial) ?? {};
            return { serial, table: tables.get(serial) ?? null, batch: batches.get(serial) ?? null, found: told, changes };
        });
        const late = Number.MAX_SAFE_INTEGER;
        const inBox = drawn.toSorted((one, other) => (one.table ?? late) - (other.table ?? late) || (one.batch ?? late) - (other.batch ?? late) || Number(one.serial) - Number(other.serial));
        return { wrong: audit.wrong, slips: audit.slips.length, drawn: inBox };
    };
}
/**
 * Enters what a drawn slip from the box says. The person who enters it does not see what was keyed. It is public whether the two agree, never what
 * the slip says. A second entry needs a reason, which is public, too (`slip.correct`). Rejects with `not-allowed` (`checkRight`), and as `results`
 * does before the seal.
 */
export function compareSlip(world) {
    return async ({ cycle: id, serial: typed, says, reason: why = '', actor }) => {
        const cycle = await cycleForReaders(world)(id);
        const acting = checkRight(actor, 'compareSlip', cycle?.community ?? '');
        const serial = serialIn(typed);
        if (serial === undefined)
            return { refused: 'serial' };
        const audit = await slipAudit(world)(id);
        if (!audit?.drawn.includes(serial))
            return { refused: 'notDrawn' };
        const [slip, mark] = await Promise.all([
            collection(Slip).findOne({ _id: serial }, { promoteBuffers: true }),
            collection(Mark).findOne({ serial, active: true }, { projection: { table: 1 } }),
        ]);
        if (!slip)
            return { refused: 'notDrawn' };
        const by = await handOf(world, actor);
        if (await isOwn(id, slip, mark?.table, by.phone))
            return { refused: 'ownSlip' };
        if (!cycle?.pseudonymKey)
            return { refused: 'forgotten' };
        const before = slip.compared;
        const reason = cleanText(why);
        if (before && reason === '')
            return { refused: 'reason' };
        const found = foundIn(keyedOf(world, slip), says);
        const compared = { found, by: by.name, at: world.now(), changes: before ? before.changes + 1 : 0 };
        return withLog(world)(acting.community, async (session, write) => {
            const asSeen = before ? { 'compared.changes': before.changes } : { compared: { $exists: false } };
            const { matchedCount } = await collection(Slip).updateOne({ _id: serial, ...asSeen }, { $set: { compared } }, { session });
            if (matchedCount === 0)
                return { refused: 'changed' };
            const detail = { ...(before && { before: { found: before.found } }), after: { found }, ...(reason && { reason }) };
            await write({ ...acting, ...(before && { act: 'slip.correct' }), subject: `${id}/slip/${serial}`, detail });
            return { compared: serial };
        });
    };
}
async function isOwn(cycle, { batch }, table, phone) {
    const [at, in_] = await Promise.all([
        table === undefined ? null : collection(Table).findOne({ _id: { cycle, number: table } }, { projection: { hands: 1 } }),
        batch === undefined ? null : collection(Batch).findOne({ _id: { cycle, number: batch } }, { projection: { 'keyed.by': 1 } }),
    ]);
    return at?.hands.includes(phone) === true || in_?.keyed.some(({ by }) => by.phone === phone) === true;
}
/** What was keyed of a slip; `absent` if it is in no accepted batch. */
function keyedOf({ vault }, { _id, outcome, picks }) {
    if (outcome === undefined)
        return 'absent';
    return picks
        ? decryptedPicks(vault, _id, picks)
            .toSorted((one, other) => one - other)
            .join()
        : 'unreadable';
}
function foundIn(keyed, says) {
    const said = typeof says === 'string' ? says : says.picks.toSorted((one, other) => one - other).join();
    if (said === keyed)
        return 'agrees';
    return said === 'absent' ? 'absent' : 'differs';
}
const schema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    at: { type: Date, required: true },
    serials: { type: [String], required: true },
}, { strict: 'throw', versionKey: false, collection: 'slipLists' });
schema.index({ community: 1 });
export const SlipList = model('SlipList', schema);
/** Notes which slips a cycle has, once, and in the log; nothing if it has none. */
export function listSlips(world) {
    return async (id) => {
        if (await collection(SlipList).findOne({ _id: id }, { projection: { _id: 1 } }))
            return;
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
        if (!cycle || serials.length === 0)
            return;
        const { community } = cycle;
        const service = { community, by: 'Yisheng', role: 'service', act: 'slip.list', subject: id };
        await withLog(world)(community, async (session, write) => {
            if (await collection(SlipList).findOne({ _id: id }, { session, projection: { _id: 1 } }))
                return;
            await collection(SlipList).insertOne({ _id: id, community, at: world.now(), serials }, { session });
            await write({ ...service, detail: { after: { slips: serials.length, list: listHash(sha256, serials) } } });
        });
    };
}

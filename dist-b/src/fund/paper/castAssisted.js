import { model, Schema } from 'mongoose';
import { canReceiveSms } from '../../contacts/phone.js';
import { collection } from '../../store/collection.js';
import { cast } from '../ballots/index.js';
import { findCommunity } from '../communities/index.js';
import { currentCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight, contactsOf, notifyResident, Resident, residentAtTable } from '../people/index.js';
import { twoHands } from './hands.js';
import { Table } from './tables.js';
const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, required: true, _id: false };
const schema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, key: { type: String, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    helper: hand,
    witness: hand,
    table: Number,
}, { strict: 'throw', versionKey: false, collection: 'assists' });
schema.index({ '_id.cycle': 1, 'helper.phone': 1 });
export const Assist = model('Assist', schema);
/**
 * Casts a ballot that a helper enters beside its voter, with a witness, under the same rules as every other ballot. The ledger's entry cannot be in a
 * transaction with the log's: if the process dies between them, the same key writes the log's. The voter is notified by phone, with the picks only if they want
 * that: they may not have been there. Rejects with `not-allowed` (`checkRight`).
 */
export function castAssisted(world, tell) {
    const castOne = cast(world);
    const tellVoter = notifyResident(world, tell);
    const current = currentCycle(world);
    return async ({ community, person, picks, witness, table, bySms, key, actor }) => {
        const acting = checkRight(actor, 'castAssisted', community);
        const at = world.now();
        const cycle = await current(community, at);
        if (!cycle)
            return { refused: { reason: 'none' } };
        const resident = await residentAtTable(world, community, person);
        if (resident === undefined)
            return { refused: { reason: 'noPerson' } };
        const two = await twoHands(world, community, actor, witness);
        if ('refused' in two)
            return { refused: { reason: two.refused } };
        if (table !== undefined && !(await isAtTable(cycle._id, table)))
            return { refused: { reason: 'noTable' } };
        const [helper, watched] = two.hands;
        const by = `${helper.name}、${watched.name}`;
        const given = { key, service: 'castAssisted', at, community, channel: 'assisted', by, resident, withCard: true, picks };
        const outcome = await castOne({ ...given, beginWrite: () => undefined });
        if (!('receipt' in outcome))
            return outcome;
        const _id = { cycle: cycle._id, key: world.vault.hmac('act', key, 'castAssisted') };
        await withLog(world)(community, async (session, write) => {
            const record = { community, helper, witness: watched, ...(table !== undefined && { table }) };
            await collection(Assist).updateOne({ _id }, { $setOnInsert: record }, { session, upsert: true });
            const after = { by: [helper.name, watched.name], ...(table !== undefined && { table }) };
            await write({ ...acting, subject: cycle._id, detail: { after }, once: _id.key });
        });
        const line = { community, occasion: `assisted|${key}`, said: { key: 'notice.assisted', params: { receipt: outcome.receipt } } };
        if (!(bySms && (await sendReceipt(world, tell, { community, resident, key, outcome }))))
            await tellVoter(resident, line);
        return outcome;
    };
}
async function isAtTable(cycle, number) {
    return (await collection(Table).findOne({ _id: { cycle, number }, closed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
/** False if they have no phone that takes texts. */
async function sendReceipt({ vault }, tell, { community, resident: _id, key, outcome }) {
    const [voter, home] = await Promise.all([collection(Resident).findOne({ _id }, { promoteBuffers: true }), findCommunity(community)]);
    const phone = voter && contactsOf(vault, voter).find((contact) => canReceiveSms(contact) === 'yes');
    if (!voter || !phone)
        return false;
    const { picks, receipt, closesAt } = outcome;
    await tell({
        occasion: `receipt|${key}`,
        community,
        ...phone,
        resident: _id,
        language: voter.language ?? home?.language ?? 'zh-CN',
        kind: 'receipt',
        said: { key: outcome.changed ? 'vote.changed' : 'vote.receipt', params: { picks, receipt, closesAt } },
    });
    return true;
}

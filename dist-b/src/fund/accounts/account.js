import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.js';
/**
 * What an entry is about. `granted`: what the vote gave a work, and changes of that. `own`: what residents bring themselves. `contracted`: what is
 * promised to the implementer. `paid`: what was paid to them.
 */
export const ENTRY_KINDS = ['granted', 'own', 'contracted', 'paid'];
const numbered = { type: Number, required: true };
const entrySchema = new Schema({
    _id: { type: new Schema({ cycle: { type: String, required: true }, entry: numbered }, { _id: false }), required: true },
    community: { type: String, required: true },
    work: numbered,
    kind: { type: String, enum: ENTRY_KINDS, required: true },
    amount: numbered,
    day: { type: String, required: true },
    paper: String,
    document: String,
    reason: String,
    corrects: Number,
    by: { type: String, required: true },
    at: { type: Date, required: true },
    key: String,
}, { strict: 'throw', versionKey: false, collection: 'accountEntries' });
entrySchema.index({ '_id.cycle': 1, '_id.entry': 1 }, { unique: true });
entrySchema.index({ '_id.cycle': 1, work: 1, '_id.entry': 1 });
entrySchema.index({ '_id.cycle': 1, corrects: 1 }, { partialFilterExpression: { corrects: { $exists: true } } });
entrySchema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });
export const AccountEntry = model('AccountEntry', entrySchema);
const accountSchema = new Schema({
    _id: { type: String, required: true },
    community: { type: String, required: true },
    currency: { type: String, required: true },
    entries: numbered,
    works: [{ type: { work: numbered, granted: numbered, own: numbered, contracted: numbered, paid: numbered }, _id: false }],
    closed: { type: { left: numbered, by: { type: String, required: true }, at: { type: Date, required: true } }, _id: false },
}, { strict: 'throw', versionKey: false, collection: 'accounts' });
accountSchema.index({ community: 1, 'closed.at': 1 });
export const Account = model('Account', accountSchema);
/** The sums of several works together. */
export function totalOf(works) {
    const sum = (kind) => works.reduce((total, each) => total + each[kind], 0);
    return { granted: sum('granted'), own: sum('own'), contracted: sum('contracted'), paid: sum('paid') };
}
/** What may still be paid: what was granted and brought, without what was paid. */
export function leftOf({ granted, own, paid }) {
    return granted + own - paid;
}
/** What of several works there is: `subject` in the log. */
export function accountSubject(cycle) {
    return `account/${cycle}`;
}
/** Opens a cycle's account with what the vote granted, in the transaction that makes its works. */
export async function openAccount({ cycle, granted, day, by, at, ...account }, session) {
    const works = granted.map(({ work, amount }) => ({ work, granted: amount, own: 0, contracted: 0, paid: 0 }));
    await collection(Account).insertOne({ _id: cycle, ...account, entries: works.length, works }, { session });
    if (works.length === 0)
        return;
    const entries = granted.map(({ work, amount }, index) => ({
        ...{ _id: { cycle, entry: index + 1 }, community: account.community, work, kind: 'granted', amount },
        ...{ day, by, at },
    }));
    await collection(AccountEntry).insertMany(entries, { session });
}
/** Of these cycles, those that have an account. */
export async function withAccount(cycles, session) {
    const found = await collection(Account)
        .find({ _id: { $in: [...cycles] } }, { projection: { _id: 1 }, ...(session && { session }) })
        .toArray();
    return new Set(found.map(({ _id }) => _id));
}

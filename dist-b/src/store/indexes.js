import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
/** MongoDB's IndexOptionsConflict and IndexKeySpecsConflict: there is already an index of this key or name that it cannot be beside. */
const CONFLICTS = [85, 86];
/** MongoDB's NamespaceNotFound and IndexNotFound. */
const NOT_THERE = [26, 27];
/** MongoDB's WriteConcernTimeout: done on the first member, and not yet on most. */
const WRITE_CONCERN_TIMEOUT = 64;
/** Creates the missing indexes of every model that the program has imported. Harmless to repeat. */
export async function createIndexes() {
    const names = mongoose.modelNames();
    const some = async () => {
        for (let name = names.pop(); name !== undefined; name = names.pop())
            await createFor(name);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
}
/** Fewer models at a time than the pool has connections, or those that wait for one give up on a slow disk. */
const AT_ONCE = 10;
/** The indexes of the models that the program has imported which the database lacks, as `collection: fields`. Nothing is changed. */
export async function missingIndexes() {
    const missing = await Promise.all(mongoose.modelNames().map(async (name) => {
        const { collection } = mongoose.model(name);
        const there = await collection.indexes().catch(unless(NOT_THERE, []));
        return wantedFor(name)
            .filter((index) => !there.some((other) => other.name === index.name))
            .map(({ key }) => `${collection.name}: ${Object.keys(key).join(', ')}`);
    }));
    return missing.flat();
}
async function createFor(name) {
    const indexes = wantedFor(name);
    if (indexes.length > 0)
        await untilBuilt(() => made(mongoose.model(name).collection, indexes));
}
function wantedFor(name) {
    return mongoose
        .model(name)
        .schema.indexes()
        .map(([fields, { unique, sparse, partialFilterExpression }]) => {
        const options = {
            ...(unique && { unique: true }),
            ...(sparse && { sparse }),
            ...(partialFilterExpression && { partialFilterExpression }),
        };
        const key = keyOf(fields);
        return { name: nameOf(key, options), key, ...options };
    });
}
/**
 * Indexes that an earlier version made with other options are dropped once the new ones exist: a unique index is never missing, even if others
 * write meanwhile. If MongoDB does not allow two indexes beside each other, one of them is not unique, and that one may be missing for a while.
 */
async function made(collection, wanted) {
    const names = wanted.map(({ name }) => name);
    const there = await collection.indexes().catch(unless(NOT_THERE, []));
    const old = there.filter(({ name, key }) => name !== undefined && !names.includes(name) && wanted.some((index) => isSame(index.key, key)));
    const drop = async (indexes) => {
        for (const { name = '' } of indexes)
            await collection.dropIndex(name).catch(unless(NOT_THERE, undefined));
    };
    if (old.length === 0) {
        await collection.createIndexes([...wanted]);
        return;
    }
    for (const index of wanted) {
        const create = () => collection.createIndexes([index]).then(() => true);
        if (await create().catch(unless(CONFLICTS, false)))
            continue;
        await drop(old.filter(({ key }) => isSame(index.key, key)));
        await create();
    }
    await drop(old);
}
/** The name contains the options, so that two indexes of one key with different options can both exist. */
function nameOf(key, options) {
    const plain = Object.entries(key).flat().join('_');
    if (Object.keys(options).length === 0)
        return plain;
    return `${plain}_${createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 8)}`;
}
function isSame(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
}
/** Answers an error with one of these codes by `value`; throws any other. */
function unless(codes, value) {
    return (error) => {
        if (error instanceof mongoose.mongo.MongoServerError && codes.includes(Number(error.code)))
            return value;
        throw error;
    };
}
/**
 * Building an index on a large collection takes longer than the driver's time-out, and on a slow member of the set longer than a write waits for the
 * others. If asked again, the server waits for the build under way.
 */
async function untilBuilt(build) {
    for (;;) {
        try {
            await build();
            return;
        }
        catch (error) {
            if (!(error instanceof mongoose.mongo.MongoNetworkTimeoutError) && !isNotOnMostYet(error))
                throw error;
        }
    }
}
function isNotOnMostYet(error) {
    return error instanceof mongoose.mongo.MongoWriteConcernError && error.code === WRITE_CONCERN_TIMEOUT;
}
function keyOf(fields) {
    return Object.fromEntries(Object.entries(fields).map(([field, direction]) => {
        if (direction !== 1 && direction !== -1)
            throw new Error(`Index on ${field}: only 1 and -1 are used here, not ${direction}`);
        return [field, direction];
    }));
}

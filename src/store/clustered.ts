import type { mongo } from 'mongoose';

/**
 * Options of a collection that MongoDB keeps in the order of its `_id`s. Elsewhere documents lie in the order in which they were first written:
 * where people come first by voting, that is the ledger's order, and tells whose ballot is whose. The `_id` has to be an HMAC or random, no ObjectId.
 */
export const CLUSTERED: mongo.CreateCollectionOptions = { clusteredIndex: { key: { _id: 1 }, unique: true } };

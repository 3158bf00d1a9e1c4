import { CodedError } from './codedError.js';
/** The driver's own collection behind a model, typed by its record, without mongoose's casting. */
export function collection(model) {
    return databaseOf(model).collection(model.collection.name);
}
/** The driver's database behind a model; throws `not-connected` before the store is open. */
export function databaseOf(model) {
    const { db } = model.db;
    if (!db)
        throw new CodedError('not-connected', 'The database is not connected yet; open the store first.');
    return db;
}
/** The write concern for our own commands that have to be durable. It is the same as in `connect`, which applies only to the driver's operations. */
export const DURABLE = { w: 'majority', j: true, wtimeout: 2_500 };

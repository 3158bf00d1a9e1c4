import { expect } from 'chai';
import mongoose from 'mongoose';
import { Entry } from '../../src/fund/records/entry.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { useDatabase } from '../support/database.ts';

describe('indexes', () => {
  useDatabase('indexes');

  it('are those of the models, and made again without harm', async () => {
    await createIndexes();
    const made = await mongoose.connection.collection('entries').indexes();
    expect(made).to.have.lengthOf(Entry.schema.indexes().length + 1);
    expect(made.find(({ key }) => key.receipt)).to.deep.include({
      unique: true,
      partialFilterExpression: Entry.schema.indexes().find(([fields]) => fields.receipt)?.[1].partialFilterExpression,
    });
  });

  it('that an earlier version made with other options are made anew', async () => {
    const entries = mongoose.connection.collection('entries');
    await entries.dropIndex('receipt_1');
    await entries.createIndex({ receipt: 1 }, { unique: true, partialFilterExpression: { receipt: { $type: 'string' } } });
    await createIndexes();
    const made = await entries.indexes();
    expect(made.find(({ key }) => key.receipt)?.partialFilterExpression).to.deep.equal({ receipt: { $exists: true } });
  });
});

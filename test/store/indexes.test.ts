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
});

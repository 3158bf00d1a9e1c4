import { expect } from 'chai';
import mongoose, { mongo } from 'mongoose';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { codeOf } from '../support/codeOf.ts';
import { useDatabase } from '../support/database.ts';

const DUPLICATE_KEY = 11_000;

describe('indexes', () => {
  useDatabase('indexes');
  const entries = () => mongoose.connection.collection('entries');
  const ofReceipts = async () => (await entries().indexes()).filter(({ key }) => key.receipt);

  it('are those of the models, and made again without harm, also where a member of the set is slow', async () => {
    const { createIndexes: make } = mongo.Collection.prototype;
    mongo.Collection.prototype.createIndexes = async () => {
      mongo.Collection.prototype.createIndexes = make;
      throw new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } });
    };
    await createIndexes();
    const made = await entries().indexes();
    expect(made).to.have.lengthOf(Entry.schema.indexes().length + 1);
    expect(made.find(({ key }) => key.receipt)).to.deep.include({
      unique: true,
      partialFilterExpression: Entry.schema.indexes().find(([fields]) => fields.receipt)?.[1].partialFilterExpression,
    });
  });

  it('that an earlier version made with other options are made anew, and a unique one is at no moment missing', async () => {
    for (const { name } of await ofReceipts()) await entries().dropIndex(name ?? '');
    await entries().createIndex({ '_id.cycle': 1, receipt: 1 }, { unique: true, partialFilterExpression: { receipt: { $type: 'string' } } });
    await entries().insertOne({ receipt: 'taken' }, { bypassDocumentValidation: true });
    const again = () => codeOf(entries().insertOne({ receipt: 'taken' }, { bypassDocumentValidation: true }));
    const { dropIndex } = mongo.Collection.prototype;
    const meanwhile: unknown[] = [];
    mongo.Collection.prototype.dropIndex = async function (...args) {
      const dropped = await dropIndex.apply(this, args);
      meanwhile.push(await again());
      return dropped;
    };
    await Promise.all([createIndexes(), createIndexes()]).finally(() => {
      mongo.Collection.prototype.dropIndex = dropIndex;
    });
    expect([...new Set(meanwhile)]).to.deep.equal([DUPLICATE_KEY]);
    expect((await ofReceipts()).map(({ partialFilterExpression }) => partialFilterExpression)).to.deep.equal([{ receipt: { $exists: true } }]);
  });

  it('that cannot stand beside the earlier one take its place', async () => {
    for (const { name } of await ofReceipts()) await entries().dropIndex(name ?? '');
    await entries().createIndex({ cycle: 1 });
    await entries().createIndex({ '_id.cycle': 1, receipt: 1 }, { sparse: true });
    await createIndexes();
    expect(await ofReceipts()).to.have.lengthOf(1);
    expect(
      (await entries().indexes()).some(({ key }) => key.cycle),
      'one that no model knows is left alone',
    ).to.equal(true);
  });
});

import { expect } from 'chai';
import mongoose, { Schema } from 'mongoose';
import { collection } from '../../src/store/collection.ts';
import { isDatabaseAway } from '../../src/store/databaseErrors.ts';
import { lookUps } from '../../src/store/lookUps.ts';
import { useDatabase } from '../support/database.ts';

interface Shell {
  _id: string;
}
const Shell = mongoose.model<Shell>('Shell', new Schema<Shell>({ _id: String }, { collection: 'shells' }));

const SLEEPS = { $function: { body: 'function () { sleep(20000); return true; }', args: [], lang: 'js' } };

describe('a command of a turn that does not settle', () => {
  const { world } = useDatabase('inTime');
  before(() => collection(Shell).insertMany([{ _id: 'slow' }, { _id: 'quick' }]));
  after(() => {
    mongoose.deleteModel('Shell');
  });

  it('is given up as a lost connection, and what waits behind it goes on over another', async () => {
    const lookUp = lookUps(world)<Shell, string | undefined>({
      model: Shell,
      pipeline: (ids) => [{ $match: { _id: { $in: ids }, ...(ids.includes('slow') && { $expr: SLEEPS }) } }],
      results: (found, ids) => ids.map((id) => found.find(({ _id }) => _id === id)?._id),
    });
    const client = mongoose.connection.getClient();
    let isCleared = false;
    client.once('connectionPoolCleared', () => (isCleared = true));
    let isOver = false;
    const slow = lookUp('slow').then(
      () => 'found',
      (error) => error,
    );
    void slow.then(() => (isOver = true));
    const asked = () =>
      client
        .db('admin')
        .aggregate([{ $currentOp: {} }, { $match: { 'command.aggregate': 'shells' } }])
        .toArray();
    while ((await asked()).length === 0); // until the slow one is under way
    const waiting = lookUp('quick');
    expect(isOver).to.equal(false);
    expect(await waiting).to.equal('quick');
    expect(isDatabaseAway(await slow)).to.equal(true);
    expect(isCleared).to.equal(true);
    expect(await asked(), 'the server is not done with the one that was given up').to.have.length(1);
  });
});

import { expect } from 'chai';
import mongoose, { Schema } from 'mongoose';
import { collection } from '../../src/store/collection.ts';
import { batchedPages, type LookUp, lookUps, readersLookUps } from '../../src/store/lookUps.ts';
import { useDatabase } from '../support/database.ts';
import { profiled } from '../support/plans.ts';

interface Thing {
  _id: string;
  says: string;
}

const modelOf = (name: string) => mongoose.model<Thing>(name, new Schema<Thing>({ _id: String, says: String }, { collection: name.toLowerCase() }));
const Leaf = modelOf('Leaf');
const Stone = modelOf('Stone');

const byId = (model: typeof Leaf): LookUp<Thing, string | undefined> => ({
  model,
  pipeline: (ids) => [{ $match: { _id: { $in: ids } } }],
  results: (found, ids) => ids.map((id) => found.find(({ _id }) => _id === id)?.says),
});

describe('lookUps', () => {
  const { world } = useDatabase('lookUps');
  before(async () => {
    await collection(Leaf).insertMany(['a', 'b'].map((_id) => ({ _id, says: `leaf ${_id}` })));
    await collection(Stone).insertMany(['a', 'c'].map((_id) => ({ _id, says: `stone ${_id}` })));
  });
  after(() => {
    mongoose.deleteModel(/Leaf|Stone/);
  });

  it('asks for things of several kinds with one command, and gives each its own', async () => {
    const [leaf, stone] = [lookUps(world)(byId(Leaf)), lookUps(world)(byId(Stone))];
    const { db } = mongoose.connection;
    await db?.command({ profile: 2 });
    const found = await Promise.all([leaf('a'), stone('a'), leaf('c'), stone('c'), leaf('b'), leaf('a')]);
    await db?.command({ profile: 0 });
    expect(found).to.deep.equal(['leaf a', 'stone a', undefined, 'stone c', 'leaf b', 'leaf a']);
    expect(await db?.collection('system.profile').countDocuments({ 'command.aggregate': { $in: ['leaf', 'stone'] } })).to.equal(1);
  });

  it('gives more than come at once', async () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => `many ${index}`);
    await collection(Leaf).insertMany(ids.map((_id) => ({ _id, says: _id })));
    for (const ask of [lookUps, readersLookUps]) expect(await Promise.all(ids.map(ask(world)(byId(Leaf))))).to.deep.equal(ids);
  });

  it('asks for pages of lists with one command, and the same one is asked for and made once', async () => {
    const made: string[] = [];
    const pipelineOf = ({ from, limit }: { from: string; limit: number }) => [{ $match: { _id: { $gte: from } } }, { $limit: limit }];
    const itemOf = ({ says }: Thing) => {
      made.push(says);
      return says;
    };
    const page = readersLookUps(world)(batchedPages(Stone, pipelineOf, itemOf));
    const wanted = [
      { from: 'a', limit: 1 },
      { from: 'b', limit: 5 },
      { from: 'a', limit: 1 },
      { from: 'x', limit: 5 },
    ];
    let found: (readonly string[])[] = [];
    const commands = await profiled('stone', async () => {
      found = await Promise.all(wanted.map((one) => page(JSON.stringify(one))));
    });
    expect([commands, found]).to.deep.equal([1, [['stone a'], ['stone c'], ['stone a'], []]]);
    expect(made).to.deep.equal(['stone a', 'stone c']);
  });

  it('asks with one command for no more than it may have, then for the rest, and answers all', async () => {
    const leaf = lookUps(world)(byId(Leaf));
    const many = Array.from({ length: 4_500 }, (_, index) => `none ${index}`);
    const long = Array.from({ length: 4 }, (_, index) => `${index}${'x'.repeat(100_000)}`);
    const huge = 'x'.repeat(600_000);
    const asked = async (items: readonly string[]) => {
      let found: unknown[] = [];
      const commands = await profiled('leaf', async () => {
        found = await Promise.all([...items, 'a'].map(leaf));
      });
      expect(found).to.deep.equal([...items.map(() => undefined), 'leaf a']);
      return commands;
    };
    expect(await asked(many.slice(0, 1_999))).to.equal(1);
    expect(await asked(many)).to.equal(3);
    expect(await asked(long)).to.equal(2);
    expect(await asked([huge, huge])).to.equal(3);
  });

  it('asks for the rest where the database refuses a command', async () => {
    const none = Array.from({ length: 2_000 }, (_, index) => `none ${index}`);
    const refuses = lookUps(world)({ ...byId(Leaf), pipeline: (ids) => (ids.includes('refused') ? [{ $nonsense: {} }] : byId(Leaf).pipeline(ids)) });
    const found = await Promise.allSettled(['refused', ...none, 'a', 'b'].map(refuses));
    expect(found.slice(-2).map((each) => each.status === 'fulfilled' && each.value)).to.deep.equal(['leaf a', 'leaf b']);
    expect(found.filter(({ status }) => status === 'rejected')).to.have.length(2_000);
  });

  it('fails one kind alone, whether the database refuses it or what was found makes no sense', async () => {
    const leaf = lookUps(world)(byId(Leaf));
    const refused = lookUps(world)({ ...byId(Stone), pipeline: () => [{ $nonsense: {} }] });
    const senseless = lookUps(world)({
      ...byId(Stone),
      results: () => {
        throw new Error('senseless');
      },
    });
    const statuses = async (...asked: Promise<unknown>[]) => (await Promise.allSettled(asked)).map(({ status }) => status);
    expect(await statuses(refused('a'), leaf('a'), leaf('b'))).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
    expect(await statuses(senseless('a'), leaf('a'))).to.deep.equal(['rejected', 'fulfilled']);
    expect(await leaf('a')).to.equal('leaf a');
  });
});

import { expect } from 'chai';
import mongoose from 'mongoose';
import { useDatabase } from '../support/database.ts';
import { profiled } from '../support/plans.ts';
import { found, OPENS } from './community.ts';
import { type Served, serve } from './serve.ts';

describe('whoever reads pages and API', () => {
  const { world } = useDatabase('readers');
  let web: Served;
  before(async () => {
    await found(world, 'small', 1, 5);
    web = await serve({ ...world, now: () => OPENS });
    await web.get('/c/small'); // the first who comes freezes the ballot
  });
  after(() => web.close());

  const statuses = async (paths: readonly string[]) => {
    const answers: number[] = [];
    for (const path of paths) answers.push((await web.get(path)).status);
    return answers;
  };
  const asked = (id: string) => [
    ...['proposals', 'ballot', 'ledger', 'results', 'ballots', 'publication', 'meetings', 'paper', 'slips', 'works', 'works.csv', 'account'].map(
      (what) => `/api/cycles/${id}/${what}`,
    ),
    ...[`/api/cycles/${id}/account.csv`, `/api/cycles/current?community=${id}`, `/c/${id}`],
    ...['feed.atom', 'proposals', 'proposals/1', 'works/1', 'report', 'meetings', 'log', 'poster', 'hall', 'documents/x', 'pictures/x/small.jpg'].map(
      (what) => `/c/${id}/${what}`,
    ),
  ];

  it('has nothing looked up by what has not the form of an id', async () => {
    const madeUp = ['%E7%8E%8B', '-x', '%24ne', 'a%20b', 'x'.repeat(65), '__proto__', 'a%00'].flatMap(asked);
    const lookUps = async (collection: string, paths: readonly string[]) => {
      let answers: number[] = [];
      const count = await profiled(collection, async () => {
        answers = await statuses(paths);
      });
      expect(new Set(answers)).to.have.keys([404]);
      return count;
    };
    expect(await lookUps('cycles', madeUp)).to.equal(0);
    expect(await lookUps('communities', madeUp)).to.equal(0);
    expect(await lookUps('cycles', ['/api/cycles/none/ballot', '/api/cycles/current?community=none'])).to.equal(2);
    expect(await lookUps('communities', ['/c/none'])).to.equal(1);
    expect(await lookUps('cycles', ['/c/small?cycle=%24ne'])).to.equal(0);
  });

  it('uses no connection of the turns, whether there is such a community or cycle or not', async () => {
    const client = mongoose.connection.getClient();
    let used = 0;
    const count = () => {
      used += 1;
    };
    client.on('connectionCheckOutStarted', count);
    await statuses([
      ...asked('nobody'),
      ...asked('small'),
      ...asked('small-2027'),
      '/',
      '/?find=a',
      '/c/small?cycle=small-2027',
      '/c/small?cycle=small-1',
    ]);
    client.off('connectionCheckOutStarted', count);
    expect(used).to.equal(0);
  });
});

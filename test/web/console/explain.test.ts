import { expect } from 'chai';
import mongoose from 'mongoose';
import { useDatabase } from '../../support/database.ts';
import { plansOf } from '../../support/plans.ts';
import { ofAllShards, watchShardKeys } from '../../support/shardRule.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { addressesOf, filledIn, IS_FILE, ONE, oneOfEach } from './addresses.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

/** So many more of everything in another community, and what any question may look at: more than this community has of anything. */
const OTHERS = 300;
const MOST = 200;
/** Besides every address: lists with their filters, and files. */
const FILTERED = [
  ...['/requests?state=decided&after=9', '/requests.csv', '/inbox?state=answered&kind=question', '/inbox.csv', '/people?q=%E6%9D%8E', '/people.csv'],
  ...['/log?about=staff&by=%E6%9D%8E&from=2026-01-01&to=2027-01-01', '/log.csv', '/second?state=decided', '/messages/new?to=all', '/recordings.csv'],
  ...['/proposals?view=unsorted&sort=-supports', `/messages/${ONE}/each?state=failed`, '/works?warning=papers', '/account.csv', '/tables.csv'],
];

describe('what the console asks the database', () => {
  const { world } = useDatabase('consoleexplain', { isWatched: true });
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://example.org' });
  before(async () => {
    // A collection that is not there has no plan to look at.
    for (const model of Object.values(mongoose.models)) await model.createCollection();
    here = await town(world, { residents: 20, cycle: { projects: [{ number: 1, title: '修路灯', cost: 1_000 }] } });
    await staffAll(world, here.community);
    await oneOfEach(world, here);
    await copied(here, await town(world));
  });

  it('is answered by an index, names the key of a shard, and looks at this community alone, on every page, by a form, and as a roster is imported', async () => {
    const { get, post } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const own = `/console/${here.community}`;
    const pages = addressesOf(web.app, 'get').filter((path) => path.startsWith('/console/:slug') && !IS_FILE.test(path));
    const ended = watchShardKeys();
    const planned = await plansOf(async () => {
      for (const page of pages) await (await get(filledIn(page, here))).arrayBuffer();
      for (const page of FILTERED) expect((await get(own + page)).status, page).to.equal(200);
      for (const [role, paths] of [
        ['supervisor', [own, `${own}/second/1`, `${own}/tables/1`, `${own}/publication`]],
        ['office', ['/console', own, `${own}/proposals`]],
        ['implementer', [`${own}/works`, `${own}/works/${here.cycle}/1`]],
      ] as const) {
        const other = browse(() => web, await cookieOf(world, phoneOf(role)));
        for (const path of paths) await (await other.get(path)).arrayBuffer();
      }
      await post(`${own}/inbox/1/answer`, { text: '九点' });
      await post(`${own}/requests/refuse`, { tick: '1', reason: '不住这里' });
      const body = new FormData();
      body.set('file', new Blob(['编号,姓名\n1,赵小梅\n']), 'roster.csv');
      const headers = { cookie: await cookieOf(world, phoneOf('cadre')), 'Sec-Fetch-Site': 'same-origin' };
      const shown = await fetch(`${web.url}${own}/people/import`, { method: 'POST', body, headers });
      const [, value = ''] = /name="shown" value="([^"]*)"/.exec(await shown.text()) ?? [];
      expect((await post(new URL(shown.url).pathname, { shown: value })).status).to.equal(303);
    });
    const { commands, without } = ended();
    expect(commands).to.be.above(100);
    expect(without.filter((asked) => !ofAllShards(asked)).map((asked) => JSON.stringify(asked))).to.deep.equal([]);
    expect(planned.filter(({ plan }) => plan.includes('COLLSCAN')).map(({ asked }) => asked)).to.deep.equal([]);
    expect(planned.filter(({ examined }) => examined > MOST).map(({ asked, examined }) => `${examined} ${asked}`)).to.deep.equal([]);
    expect(planned.length).to.be.above(200);
  });
});

/** Everything that a community has, many times more in another one: copies of one record of each collection, with numbers, ids and people of their own. */
async function copied(from: Town, to: Town): Promise<void> {
  const { EJSON } = mongoose.mongo.BSON;
  const theirs = { $or: [{ community: from.community }, { '_id.community': from.community }, { '_id.cycle': from.cycle }, { cycle: from.cycle }] };
  for (const { collection: records, schema } of Object.values(mongoose.models)) {
    const one = await records.findOne(theirs);
    if (!one) continue;
    const unique = schema.indexes().flatMap(([keys, options]) => (options?.unique ? Object.keys(keys) : []));
    const said = EJSON.stringify(one, { relaxed: false }).replaceAll(from.cycle, to.cycle).replaceAll(from.community, to.community);
    const all = Array.from({ length: OTHERS }, (_, n) => {
      const copy = EJSON.parse(said, { relaxed: true });
      const people = Object.keys(copy).filter((name) => /^[\w-]{43}$/.test(String(copy[name])));
      for (const path of new Set(['_id', ...unique.filter((name) => !name.startsWith('_id')), ...people])) rename(copy, path, n);
      return copy;
    });
    await records.insertMany(all, { bypassDocumentValidation: true });
  }
}

/** Gives the numbers and names at a path values of their own; community and cycle stay. */
function rename(record: object, path: string, n: number): void {
  const [first = '', ...rest] = path.split('.');
  const value: unknown = Reflect.get(record, first);
  if (first === 'community' || first === 'cycle') return;
  if (typeof value === 'number') Reflect.set(record, first, 1_000 + n);
  if (typeof value === 'string') Reflect.set(record, first, `${n} ${value}`);
  if (typeof value === 'object' && value !== null) for (const key of rest.length > 0 ? rest : Object.keys(value)) rename(value, key, n);
}

import { expect } from 'chai';
import mongoose from 'mongoose';
import { writeInquiry } from '../../../src/fund/inquiries/writeInquiry.ts';
import { requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { Resident } from '../../../src/fund/people/resident.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { plansOf } from '../../support/plans.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

/** Residents of another community, and what any question may look at: more than this community has of anything. */
const OTHERS = 20_000;
const MOST = 200;
const STRANGER = '+8613900000009';
/** Every page that a cadre or a supervisor reads, with its filters and files. */
const PAGES = [
  ...[
    '',
    '/requests',
    '/requests?state=decided&after=9',
    '/requests/1',
    '/requests.csv',
    '/inbox',
    '/inbox?state=answered&kind=question',
    '/inbox/1',
  ],
  ...[
    '/inbox.csv',
    '/log',
    '/log?about=staff&by=%E6%9D%8E&from=2026-01-01&to=2027-01-01',
    '/log.csv',
    '/turnout',
    '/second',
    '/second?state=decided',
  ],
  ...['/messages', '/people', '/people?q=%E6%9D%8E', '/people/import', '/people/staff', '/people/locks', '/people/cards', '/people/new'],
  ...['/proposals', '/proposals?view=unsorted&sort=-supports', '/proposals/round', '/meetings', '/publication', '/ballot', '/works', '/account'],
  ...['/calendar', '/calendar/new', '/recordings', '/tables', '/slips', '/assisted', '/print', '/hall', '/messages/new?to=all', '/people.csv'],
];

describe('what the console asks the database', function () {
  this.timeout(60_000);
  const { world } = useDatabase('consoleexplain');
  let here: Town;
  let web: Served;
  before(async () => {
    // A collection that is not there has no plan to look at.
    for (const model of Object.values(mongoose.models)) await model.createCollection();
    here = await town(world, { residents: 20 });
    await staffAll(world, here.community);
    await requestMembership(world)({ name: '赵小梅', building: '3栋' }, here.act(STRANGER));
    for (const text of ['几点开门？', '在哪里投？']) await writeInquiry(world, here.notify)({ kind: 'question', text }, here.act(STRANGER));
    const elsewhere = await town(world);
    const others = Array.from({ length: OTHERS }, (_, n) =>
      onRoster(world, { _id: `elsewhere-${n}`, community: elsewhere.community, rosterId: String(n), name: '李某', building: `${n % 30}栋` }),
    );
    await collection(Resident).insertMany(others);
    web = await serve(world, { publicUrl: 'http://example.org' });
  });
  after(() => web.close());

  it('is answered by an index and looks at this community alone, on every page, by a form, and as a roster is imported', async () => {
    const { get, post } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const own = `/console/${here.community}`;
    const planned = await plansOf(async () => {
      for (const page of PAGES) await (await get(own + page)).arrayBuffer();
      await post(`${own}/inbox/1/answer`, { text: '九点' });
      await post(`${own}/requests/refuse`, { tick: '1', refusal: '不住这里' });
      const body = new FormData();
      body.set('file', new Blob(['编号,姓名\n1,赵小梅\n']), 'roster.csv');
      const headers = { cookie: await cookieOf(world, phoneOf('cadre')), 'Sec-Fetch-Site': 'same-origin' };
      const shown = await fetch(`${web.url}${own}/people/import`, { method: 'POST', body, headers });
      const [, value = ''] = /name="shown" value="([^"]*)"/.exec(await shown.text()) ?? [];
      expect((await post(new URL(shown.url).pathname, { shown: value })).status).to.equal(303);
    });
    expect(planned.filter(({ plan }) => plan.includes('COLLSCAN')).map(({ asked }) => asked)).to.deep.equal([]);
    expect(planned.filter(({ examined }) => examined > MOST).map(({ asked, examined }) => `${examined} ${asked}`)).to.deep.equal([]);
    expect(planned.length).to.be.above(60);
  });
});

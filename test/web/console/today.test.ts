import { expect } from 'chai';
import { requestMembership } from '../../../src/fund/people/requestMembership.ts';
import { useDatabase } from '../../support/database.ts';
import { plansOf } from '../../support/plans.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const STRANGERS = ['+8613900000009', '+8613900000010', '+8613900000011'];

describe('Today', function () {
  this.timeout(30_000);
  const { world } = useDatabase('consoletoday');
  let here: Town;
  let web: Served;
  let ahead = 0;
  before(async () => {
    here = await town(world, { residents: 5 });
    await staffAll(world, here.community);
    web = await serve({ ...world, now: () => new Date(world.now().getTime() + ahead) }, { publicUrl: 'http://example.org' });
  });
  after(() => web.close());

  const asks = (stranger: string | undefined = '') => requestMembership(world)({ name: '赵小梅', building: '3栋' }, here.act(stranger));

  it('asks the database twice: who reads, and whether anything was done since what is known', async () => {
    await asks(STRANGERS[0]);
    const { get } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const today = async () => (await get(`/console/${here.community}`)).text();
    await today();
    const planned = await plansOf(async () => void (await today()));
    expect(planned.map(({ asked }) => asked)).to.have.lengthOf(2);
  });

  it('shows what one has just done at once, and what residents do in three seconds', async () => {
    const { get, post } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const own = `/console/${here.community}`;
    const waiting = async () => /<span class="count">(\d+)<\/span> <span class="what">[^<]*加入/.exec(await (await get(own)).text())?.[1];
    await asks(STRANGERS[1]);
    await asks(STRANGERS[2]);
    ahead += 3_000;
    expect(await waiting()).to.equal('3');
    expect((await post(`${own}/requests/refuse`, { tick: '1', refusal: '不住这里' })).status).to.equal(303);
    expect(await waiting()).to.equal('2');
    expect(await (await get(own)).text()).to.include(`href="${own}/requests"`);
    await post(`${own}/requests/refuse`, { tick: '2', refusal: '不住这里' });
    expect(await (await get(own)).text(), 'to the only one').to.include(`href="${own}/requests/3"`);
  });
});

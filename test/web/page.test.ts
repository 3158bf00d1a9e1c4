import { expect } from 'chai';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
import { CLOSES, DAY, found, OPENS } from './community.ts';
import { type Served, serve } from './serve.ts';

describe('the page at /', () => {
  const database = useDatabase('page');
  let now = OPENS;
  let web: Served;
  before(async () => {
    const world: World = { ...database.world, now: () => now };
    web = await serve(world);
    await found('here', 1, 3, { name: '<b>"青松" & Co</b>' });
  });
  after(() => web.close());

  const shown = async (moment: number) => {
    now = new Date(moment);
    return (await web.get('/')).text();
  };

  it('says what runs and how to take part, at every stage', async () => {
    const before = await shown(OPENS.getTime() - DAY);
    expect(before).to.include('征集提议').and.include('发“提议”加要说的事').and.include('text PROPOSE').and.include('3月1日 08:00开始投票');
    const voting = await shown(OPENS.getTime() + 2_000);
    expect(voting).to.include('正在投票').and.include('比如“投 3”').and.include('“V 3”').and.include('3月11日 08:00');
    expect(voting).to.include('<b>7</b> 路灯 (48,000 CNY)').and.include('href="sms:+862880000001"').and.include('/api/cycles/here-2027/ledger');
    expect(await shown(CLOSES.getTime() + DAY))
      .to.include('实施')
      .and.include('发“进度”');
  });

  it('escapes what comes from files, and asks nobody else for anything', async () => {
    const response = await web.get('/');
    const text = await response.text();
    expect(text).to.include('&lt;b&gt;&quot;青松&quot; &amp; Co&lt;/b&gt;').and.not.include('<b>"青松');
    expect(text).not.to.match(/<script|https?:\/\/|src=|@import|url\(/);
    expect(response.headers.get('content-security-policy')).to.include("default-src 'none'");
  });

  it('lists the first hundred of many, and says how many there are', async () => {
    for (let number = 2; number <= 103; number++) await found(`more-${String(number).padStart(3, '0')}`, number, 0);
    const text = await shown(OPENS.getTime() + 4_000);
    expect(text.match(/<section/g)).to.have.length(100);
    expect(text).to.include('The first 100 of 103 communities.');
  });
});

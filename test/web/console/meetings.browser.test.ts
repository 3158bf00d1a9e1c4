import { join } from 'node:path';
import { expect } from 'chai';
import { planMeeting } from '../../../src/fund/meetings/holdMeeting.ts';
import { operator } from '../../../src/fund/people/actor.ts';
import { recordProposal } from '../../../src/fund/proposals/recordProposal.ts';
import { SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { wcagProblems } from '../../support/wcagProblems.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

describe('the council’s meetings in a browser', function () {
  this.timeout(120_000);
  const { world } = useDatabase('meetingsbrowser');
  const open = useBrowser();
  let here: Town;
  let web: Served;
  before(async () => {
    here = await town(world, { residents: 1 });
    web = await serve(world, { publicUrl: 'http://localhost' });
    await staffAll(world, here.community);
    for (const text of ['三号院门口的路灯坏了，晚上黑', '修桥']) await recordProposal(world)({ text }, here.act(0));
    const items = [1, 2].map((proposal) => ({ proposal, advice: 'yes' as const }));
    await planMeeting(world)({ cycle: here.cycle, plan: { at: new Date('2026-01-10T11:00:00Z'), place: '活动室', items }, actor: operator('李姐') });
  });
  after(() => web.close());

  it('can be read by everybody, on a phone and on a desk', async () => {
    const pages = [
      [`/console/${here.community}/meetings`, 'list'],
      [`/console/${here.community}/meetings/${here.cycle}/1`, 'one'],
      [`/c/${here.community}/meetings`, 'public'],
    ] as const;
    for (const [path, name] of pages)
      for (const [size, viewport] of Object.entries(SIZES)) {
        const { page, problems } = await open(
          web.url + path,
          { viewport, bypassCSP: true },
          inSession(web.url, await cookieOf(world, phoneOf('cadre'))),
        );
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `meetings-${name}-${size}.png`), fullPage: true });
        expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `${name} ${size} scrolls sideways`).to.be.at.most(viewport.width);
        expect(await wcagProblems(page), `${name} ${size}`).to.deep.equal([]);
        expect(problems, `${name} ${size}`).to.deep.equal([]);
        await page.context().close();
      }
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { sealDue } from '../../src/fund/ballots/index.ts';
import { findCommunity } from '../../src/fund/communities/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import { publishedCheckpoint } from '../../src/fund/heads/index.ts';
import { pdfOf } from '../../src/print/pages/pdfOf.ts';
import { openNote } from '../../src/transparency/note.ts';
import { textsAbout, yearReport } from '../../src/web/documents.ts';
import { projectsOf } from '../../src/web/public/cycleView.ts';
import { lookAt } from '../../src/witness/lookAt.ts';
import { CLOSES, castFor, type HeldWorld, heldWorld, SECOND, village } from '../fund/ballots/ledger/village.ts';
import { SHOTS, SIZES, useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/database.ts';
import { LOG, machine, type TestWitness, testWitness } from '../support/headsTown.ts';
import { pictureOf, textsOf } from '../support/pdf.ts';
import type { Town } from '../support/town.ts';
import { type Served, serve } from '../web/serve.ts';

const NAMES = ['玉林街道办', '成都日报', '四川大学'];

describe('the newest page of the log, on paper and pages', function () {
  this.timeout(240_000);
  const { world: real } = useDatabase('reportWitness');
  const open = useBrowser();
  let here: Town;
  let later: HeldWorld;
  let web: Served;
  let witnesses: TestWitness[];
  let checkpoint = '';

  before(async () => {
    const world = heldWorld({ ...real });
    here = await village(world, 6);
    for (const n of [0, 1, 2]) await castFor(world, here.act(n), 1);
    later = heldWorld({ ...real }, new Date(CLOSES.getTime() + 10 * SECOND));
    await sealDue(later)();
    witnesses = await Promise.all(['street-office', 'newspaper', 'university'].map((name) => testWitness(name)));
    const settings = witnesses.map(({ setting }, at) => ({ ...setting, name: NAMES[at] ?? '' }));
    await (await machine(later, { witnesses: settings })).look();
    web = await serve(later, { signer: LOG });
    for (const { log, signer } of witnesses) await lookAt(log, signer, `${web.url}/log`, later.now);
    checkpoint = (await publishedCheckpoint(LOG.name)) ?? '';
  });
  after(async () => {
    web.close();
    for (const witness of witnesses) await witness.stop();
  });

  const expectSigned = (note: string | undefined) => {
    expect(note).to.equal(checkpoint);
    const signers = openNote(note ?? '', [LOG, ...witnesses.map(({ signer }) => signer)])?.signed;
    expect(signers, 'the log and three witnesses').to.have.length(4);
  };

  it("stands as a code on the year's report, which a phone reads from the paper and from the page", async () => {
    const [community, cycle] = [await findCommunity(here.community), await findCycle(here.cycle)];
    if (!community || !cycle) throw new Error('no town');
    const about = { ...textsAbout(later, await loadCatalogue(), community), cycle, projects: projectsOf(cycle) };
    const pdf = await pdfOf(await yearReport(later, about), false);
    if (!('bytes' in pdf)) throw new Error(JSON.stringify(pdf));
    if (SHOTS) await writeFile(join(SHOTS, 'report.pdf'), pdf.bytes);
    const last = (await textsOf(pdf.bytes)).length - 1;
    expectSigned((await pictureOf(pdf.bytes, last, 4)).code(0, 0, 595, 842));
    const { page } = await open(`${web.url}/c/${here.community}/report`, { viewport: SIZES.phone, deviceScaleFactor: 3 });
    const code = page.locator('svg.code');
    await code.scrollIntoViewIfNeeded();
    const { data, info } = await sharp(await code.screenshot())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expectSigned(jsQR(Uint8ClampedArray.from(data), info.width, info.height)?.data);
  });

  it('leads to it from the page of data, and no page that speaks of witnesses is wider than a phone', async () => {
    const data = await web.get(`/c/${here.community}/data`);
    expect(await data.text())
      .to.include('href="/log/checkpoint"')
      .and.include('href="/log/vkey"');
    const [first] = witnesses;
    const pages = {
      community: `${web.url}/c/${here.community}`,
      data: `${web.url}/c/${here.community}/data`,
      report: `${web.url}/c/${here.community}/report`,
      witness: `${first?.setting.url}/`,
    };
    for (const [name, address] of Object.entries(pages)) {
      for (const [size, viewport] of Object.entries(SIZES)) {
        for (const lang of ['zh-CN', 'en']) {
          const { page } = await open(`${address}?lang=${lang}`, { viewport });
          if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${size}-${lang}.png`), fullPage: true });
          expect(await page.evaluate('document.documentElement.scrollWidth'), `${name} ${size} ${lang}`).to.be.at.most(viewport.width);
          await page.context().close();
        }
      }
    }
  });
});

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { command } from '../../scripts/support/command.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { config } from '../../src/app/config.ts';
import { logger } from '../../src/app/logger.ts';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { openDemo } from '../../src/demo/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { findMongod } from '../../src/store/embedded/findMongod.ts';
import { root } from '../../src/store/files.ts';
import { openStore } from '../../src/store/openStore.ts';
import { readTime } from '../../src/store/wallTime.ts';
import { type Office, playRound } from './playRound.ts';

const USAGE = `npm run docs:pictures
Takes the pictures of docs/cadres.md: the demo's community goes through a round on a database of its own (.data/pictures, left there), and its staff work in
the console in Chromium (CHROME_PATH names another). The pictures go to docs/pictures. Look at each.`;

const DATA = join(root, '.data/pictures');
const PICTURES = join(root, 'docs/pictures');
const WIDTH = 1060;
/** A picture is cut there, in pixels. */
const HIGHEST = 1420;
/** The demo's calendar, but so that the round begins with proposals. */
const STAGES =
  'stages: {announce: -30dT00:00, propose: -10dT00:00, deliberate: +2dT08:00, publish: +5dT08:00, vote: +13dT08:00, implement: +20dT20:00, evaluate: +300dT00:00, closed: +330dT00:00}';
const ONE_MORE = '马建军,+8613800000032,council';
const CATEGORIES = 'categories: [{name: 基础设施, words: [路灯, 扶手, 坡]}, {name: 环境, words: [花, 树, 长椅]}, {name: 文体, words: [健身, 跳舞]}]';

await command(USAGE, async () => {
  rmSync(DATA, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  const mongodBinary = await findMongod(config().mongodBinary, join(root, '.data/mongod'));
  const store = await openStore({ dataDir: DATA, mongodBinary });
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH || (await sparticuz.executablePath()),
    args: ['--no-sandbox', '--disable-gpu'],
    env: { ...process.env, FONTCONFIG_FILE: fontsFile() },
  });
  try {
    const outcome = await importCommunity(store.world)(communityFiles(), operator('demo'), { demo: true });
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    const demo = await openDemo({ demo: 'on' }, store);
    if (!demo) throw new Error('It was asked for.');
    const { world, note, at } = demo;
    const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, demo: at(url), announces: false }));
    const line = { url, publicUrl: url, authToken: note.authToken };
    const begun = world.now();
    const office: Office = {
      world,
      as: async (name) => {
        const context = await browser.newContext({ locale: 'zh-CN', colorScheme: 'light', viewport: { width: WIDTH, height: 700 }, baseURL: url });
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        await page.goto('/console/sign-in');
        if (name) await page.getByRole('button', { name }).click();
        return page;
      },
      text: async (from, body) => {
        await asCarrier(line, { from, to: '+862880000001', body });
      },
      until: async (days, hour) => {
        const to = readTime(`+${days}dT${hour}`, 'Asia/Shanghai', begun);
        const answer = await fetch(`${url}/simulator/clock`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Origin: url },
          body: JSON.stringify({ to: to?.toISOString() }),
        });
        if (!answer.ok) throw new Error(await answer.text());
      },
      shoot,
    };
    try {
      await playRound(office);
    } finally {
      await stop();
    }
  } finally {
    await browser.close();
    await store.close();
  }
});

/** The demo's files with another calendar and more staff; gives their folder. */
function communityFiles(): string {
  const folder = join(DATA, 'community');
  cpSync(join(root, 'src/demo/community'), folder, { recursive: true });
  const change = (name: string, to: (text: string) => string) => writeFileSync(join(folder, name), to(readFileSync(join(folder, name), 'utf8')));
  change('cycle.yaml', (text) => text.replace(/^stages: .*$/m, STAGES));
  change('staff.csv', (text) => `${text.trimEnd()}\n${ONE_MORE}\n`);
  change('community.yaml', (text) => `${text.trimEnd()}\n${CATEGORIES}\n`);
  return folder;
}

/** Chromium's fonts: the typeface of what is printed, wherever the pictures are taken. */
function fontsFile(): string {
  const fonts = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts');
  const file = join(DATA, 'fonts.conf');
  writeFileSync(file, `<fontconfig><dir>${fonts}</dir><cachedir>${join(DATA, 'fonts')}</cachedir></fontconfig>\n`);
  return file;
}

/** A page to its end, or as far as a picture goes, in few bytes. */
async function shoot(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ fullPage: true });
  const { width, height } = await sharp(png).metadata();
  const cut = sharp(png).extract({ left: 0, top: 0, width, height: Math.min(height, HIGHEST) });
  await cut.webp({ quality: 60, effort: 6 }).toFile(join(PICTURES, `${name}.webp`));
  process.stdout.write(`docs/pictures/${name}.webp\n`);
}

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { commandOf, does, run } from '../../scripts/support/command.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { config } from '../../src/app/config.ts';
import { logger } from '../../src/app/logger.ts';
import { call } from '../../src/demo/carriers/asCaller.ts';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { openDemo } from '../../src/demo/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { findMongod } from '../../src/store/embedded/findMongod.ts';
import { root } from '../../src/store/files.ts';
import { openStore } from '../../src/store/openStore.ts';
import { readTime } from '../../src/store/wallTime.ts';
import { fontsFile } from '../support/fonts.ts';
import { addStaff } from '../support/staff.ts';
import { type Office, type Part, playRound } from './playRound.ts';
import { playVote } from './playVote.ts';

const DATA = join(root, '.data/pictures');
const PICTURES = join(root, 'docs/pictures');
/** A page's width, in its pixels: on A4 its letters have more than eight points. */
const WIDTH = 970;
/** A picture is cut there, in the page's pixels. */
const HIGHEST = 1060;
/** A picture's pixels for one of the page: enough for a printer. */
const FINE = 1.5;
/** Around what is seen, in the page's pixels. */
const MARGIN = 14;
const LOOK = { locale: 'zh-CN', colorScheme: 'light', deviceScaleFactor: FINE } as const;
/** The demo's calendar, but so that the round begins with proposals. */
const STAGES =
  'stages: {announce: -30dT00:00, propose: -10dT00:00, deliberate: +2dT08:00, publish: +5dT08:00, vote: +13dT08:00, implement: +20dT20:00, evaluate: +300dT00:00, closed: +330dT00:00}';
const NUMBER = '+862880000001';
const ONE_MORE = '马建军,+8613800000032,council';
/** Two buildings become so large that their turnout is told. */
const NEIGHBOURS = ['3栋', '5栋'].flatMap((building, of) =>
  [...'王李张刘陈杨赵黄周吴'].map(
    (surname, nth) => `${100 + of * 10 + nth},${surname}${of ? '玉兰' : '建军'},+86138000001${of}${nth},,${building},,`,
  ),
);
/** What an office reads besides: a vote that is soon to open without a project, and one that is soon to close. */
const TOWNS = [
  {
    slug: 'hubin',
    name: '湖畔社区',
    phone: '+862880000011',
    vote: { from: '+4dT08:00', to: '+18dT20:00', hasProjects: false },
    staff: ['张敏,+8613800000051,cadre'],
  },
  {
    ...{ slug: 'dongfeng', name: '东风社区', phone: '+862880000012', vote: { from: '-9dT08:00', to: '+1dT20:00', hasProjects: true } },
    staff: ['许强,+8613800000052,cadre', '方丽,+8613800000053,supervisor'],
  },
];
const SETTINGS = 'twoPersonsAbove: 5000';
/** An address that pages take for one that others can open, and the browser for a safe one of this machine. */
const HOST = 'yisheng.localhost';

const command = commandOf(
  'docs:pictures',
  'Takes the pictures of docs/cadres.md: the demo’s community goes through a round on a database of its own (.data/pictures, left there), and its staff work in the console in Chromium (CHROME_PATH names another). The pictures go to docs/pictures. Look at each.',
).action(
  does(async () => {
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
      const outcome = await importCommunity(store.world, communityFiles(), operator('demo'), { demo: true });
      if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
      const demo = await openDemo({ demo: 'on' }, store);
      if (!demo) throw new Error('It was asked for.');
      const { world, note, at } = demo;
      const publicUrlAt = (url: string) => url.replace('127.0.0.1', HOST);
      const { url, stop } = await onOwnPort((url) =>
        app({ world, log: logger('error'), publicUrl: publicUrlAt(url), demo: at(publicUrlAt(url)), announces: false }),
      );
      const publicUrl = publicUrlAt(url);
      const line = { url, publicUrl, authToken: note.authToken };
      const begun = world.now();
      const office: Office = {
        world,
        as: async (name) => {
          const context = await browser.newContext({ ...LOOK, viewport: { width: WIDTH, height: 700 }, baseURL: publicUrl });
          const page = await context.newPage();
          page.setDefaultTimeout(30_000);
          await page.goto('/console/sign-in');
          if (name) await page.getByRole('button', { name }).click();
          return page;
        },
        text: async (from, body) => {
          await asCarrier(line, { from, to: NUMBER, body });
        },
        leaveMessage: async (from) => {
          const calling = await call(line, { from, to: NUMBER });
          await calling.press('0');
          await calling.speak({ url: `https://api.twilio.com/2010-04-01/Accounts/ACdemo/Recordings/RE${'5'.repeat(32)}`, seconds: 9 });
        },
        until: async (days, hour) => {
          const to = readTime(`+${days}dT${hour}`, 'Asia/Shanghai', begun);
          const page = await browser.newPage({ baseURL: publicUrl });
          await page.goto('/simulator');
          const refused = await page.evaluate(async (to) => {
            const answer = await fetch('/simulator/clock', {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ to }),
            });
            return answer.ok ? '' : answer.text();
          }, to?.toISOString());
          await page.close();
          if (refused) throw new Error(refused);
        },
        openOffice: async () => {
          for (const town of TOWNS) {
            const outcome = await importCommunity(world, townFiles(town), operator('demo'));
            if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
          }
          for (const slug of ['qingsong', ...TOWNS.map(({ slug }) => slug)])
            await addStaff(world)(slug, { name: '清溪街道办', phone: '+8613800000041', role: 'office' }, operator('demo'));
        },
        shoot,
      };
      try {
        await playRound(office);
        await playVote(office);
      } finally {
        await stop();
      }
    } finally {
      await browser.close();
      await store.close();
    }
  }),
);

/** The demo's files with another calendar and more staff; gives their folder. */
function communityFiles(): string {
  const folder = join(DATA, 'community');
  cpSync(join(root, 'src/demo/community'), folder, { recursive: true });
  const change = (name: string, to: (text: string) => string) => writeFileSync(join(folder, name), to(readFileSync(join(folder, name), 'utf8')));
  change('cycle.yaml', (text) => text.replace(/^stages: .*$/m, STAGES));
  change('staff.csv', (text) => `${text.trimEnd()}\n${ONE_MORE}\n`);
  change('residents.csv', (text) => `${text.trimEnd()}\n${NEIGHBOURS.join('\n')}\n`);
  change('community.yaml', (text) => `${text.trimEnd()}\n${SETTINGS}\n`);
  return folder;
}

/** The files of a small community; gives their folder. */
function townFiles({ slug, name, phone, vote, staff }: (typeof TOWNS)[number]): string {
  const folder = join(DATA, slug);
  mkdirSync(folder);
  const residents = [...'周吴郑王冯陈褚卫蒋沈韩杨'].map((surname, nth) => `${nth + 1},${surname}桂英,,,1栋,,`);
  const projects = vote.hasProjects ? '[{number: 1, title: 修路, cost: 20000}]' : '[]';
  const files = {
    'community.yaml': `slug: ${slug}\nname: ${name}\nlanguage: zh-CN\ntimezone: Asia/Shanghai\nphone: "${phone}"\nverify: either\nballots: public\nquiet: "21:00-08:00"\nperson: {name: 居委会, phone: "+862880000009"}\n`,
    'residents.csv': `id,name,phone,card,building,language,role\n${residents.join('\n')}\n`,
    'staff.csv': `name,phone,role\n${staff.join('\n')}\n`,
    'cycle.yaml': `id: ${slug}-1\ntitle: 今年的保障资金\nbudget: 100000\ncurrency: CNY\nrule: greedy\nchoices: {min: 1, max: 1}\nstages: {propose: -20dT00:00, vote: ${vote.from}, implement: ${vote.to}, closed: +300dT00:00}\nprojects: ${projects}\n`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** A page's content, or the part of it that is asked for, as far as a picture goes, in few bytes. */
async function shoot(
  page: Page,
  name: string,
  { from = page.locator('main'), to = page.locator('main > .wide > *').last() }: Part = {},
): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  const [first, last] = [await from.boundingBox(), await to.boundingBox()];
  if (!first || !last) throw new Error(`${name} does not show what it is taken of.`);
  const height = Math.min(HIGHEST, last.y + last.height - first.y);
  const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
  const fine = (length: number) => Math.floor(length * FINE);
  await sharp(await page.screenshot({ fullPage: true }))
    .extract({ left: 0, top: fine(first.y), width: fine(WIDTH), height: fine(height) })
    .extend({ top: fine(MARGIN), bottom: fine(MARGIN), background })
    .webp({ quality: 60, effort: 6 })
    .toFile(join(PICTURES, `${name}.webp`));
  process.stdout.write(`docs/pictures/${name}.webp\n`);
}

await run(command, process.argv.slice(2));

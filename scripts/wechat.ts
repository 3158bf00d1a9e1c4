import { writeFile } from 'node:fs/promises';
import { config } from '../src/app/config.ts';
import { accountApi } from '../src/carriers/wechat/accountApi.ts';
import { type Check, checkAccount, explain, menuLines } from '../src/carriers/wechat/checkAccount.ts';
import { drawnCode } from '../src/carriers/wechat/posterCode.ts';
import { type Api, ApiError } from '../src/carriers/wechat/puppet/src/api.ts';
import { sceneOf } from '../src/carriers/wechat/receive.ts';
import { accountMenu, lastSafeDelivery } from '../src/carriers/wechat/wechatChannel.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { LANGUAGES, reminderTemplates } from '../src/fund/communities/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { note, printed, printLine } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const NO_MENU = 46003;
const WEEK_MS = 7 * 24 * 60 * 60_000;

export const command = commandOf('wechat', 'The official account. Exit 1 if it does not go or something is set wrongly.');

command
  .command('menu')
  .description('publishes the menu below the chat, the difference first')
  .option('--dry-run', 'only the difference')
  .action(does(({ dryRun = false }) => withApi(({ api }) => menu(api, dryRun))));

command
  .command('qr')
  .description('makes a poster’s code, which says whose community and which building it hangs in')
  .argument('<SLUG>')
  .requiredOption('--out <FILE.png>', 'where to')
  .option('--building <BUILDING>', 'such as 3')
  .option('--language <LANGUAGE>', `one of ${LANGUAGES.join(', ')}`)
  .action(
    does((community, { out, building, language: named }) => {
      const language = LANGUAGES.find((one) => one === named);
      if (named !== undefined && !language) throw new CodedError('usage', `--language must be one of ${LANGUAGES.join(', ')}.`);
      const scene = sceneOf({ community, ...(building && { building }), ...(language && { language }) });
      if (!scene) throw new CodedError('usage', 'The building has a |, or SLUG and building are longer than the 64 characters that WeChat keeps.');
      return withApi(({ api }) => qr(api, community, scene, wanted(out, '--out')));
    }),
  );

command
  .command('check')
  .description('looks at the settings, and at what the account may do')
  .option('--json', JSON_HELP)
  .action(does(({ json = false }) => withApi(({ api, world }) => check(api, world, json))));

function withApi(run: (deps: { api: Api; world: World }) => Promise<number>): Promise<number> {
  const { wechat } = config();
  if (!wechat)
    throw new CodedError('no-wechat', 'WeChat is not set up: WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN and WECHAT_AES_KEY are missing.');
  return withStore(async ({ world }) => {
    try {
      return await run({ api: accountApi(world, wechat), world });
    } catch (error) {
      throw error instanceof ApiError ? new CodedError('wechat-refused', `It was not done: ${explain(error)}.`) : error;
    }
  });
}

async function menu(api: Api, isDryRun: boolean): Promise<number> {
  const catalogue = await loadCatalogue();
  const wish = accountMenu((key) => catalogue.t(key.replace('.', ':'), { lng: 'zh-CN' }));
  const published = await api.call('/cgi-bin/menu/get').catch((error: unknown) => {
    if (error instanceof ApiError && error.code === NO_MENU) return {};
    throw error;
  });
  const [before, after] = [menuLines('menu' in published ? published.menu : undefined), menuLines(wish)];
  if (before.join('\n') === after.join('\n')) {
    printLine('The menu is published as it should be.');
    return 0;
  }
  for (const line of before.filter((one) => !after.includes(one))) printLine(`- ${line}`);
  for (const line of after) printLine(`${before.includes(line) ? ' ' : '+'} ${line}`);
  if (isDryRun) return 0;
  await api.call('/cgi-bin/menu/create', wish);
  printLine('Published; who follows already sees it within minutes.');
  return 0;
}

async function qr(api: Api, slug: string, scene: string, out: string): Promise<number> {
  await wantedCommunity(slug);
  await writeFile(out, await drawnCode(api, scene));
  printLine(`${out} holds the code; it is good for ever.`);
  return 0;
}

async function check(api: Api, world: World, isJson: boolean): Promise<number> {
  const checks = [await safeMode(world), ...(await checkAccount(api, await reminderTemplates()))];
  printed(checks, isJson, ({ state, what, said }) => [state, what, said]);
  const wrong = checks.filter(({ state }) => state === 'wrong');
  if (wrong.length > 0) note(`${wrong.length} to put right.`);
  return wrong.length > 0 ? 1 : 0;
}

/** WeChat's API does not give the mode; the messages that came show it. */
async function safeMode(world: World): Promise<Check> {
  const what = 'safe mode';
  const safe = await lastSafeDelivery();
  if (safe && safe.getTime() > world.now().getTime() - WEEK_MS)
    return { what, state: 'right', said: `is on: a message came encrypted, ${safe.toISOString()}` };
  return { what, state: 'lacking', said: 'no encrypted message came this week: choose 安全模式 in WeChat’s console, and write to the account' };
}

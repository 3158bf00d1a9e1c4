import { writeFile } from 'node:fs/promises';
import { config } from '../src/app/config.ts';
import { type Check, checkAccount, explain, menuLines } from '../src/carriers/wechat/checkAccount.ts';
import { accountFor, type OfficialAccount, officialAccounts } from '../src/carriers/wechat/officialAccounts.ts';
import { drawnCode } from '../src/carriers/wechat/posterCode.ts';
import { type Api, ApiError } from '../src/carriers/wechat/puppet/src/api.ts';
import { sceneOf } from '../src/carriers/wechat/receive.ts';
import { accountMenu, lastSafeDelivery } from '../src/carriers/wechat/wechatChannel.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { type CommunityRecord, carrierAccounts, LANGUAGES, reminderTemplates } from '../src/fund/communities/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { ownerIn, type Whose } from './support/ownerOf.ts';
import { note, printed, printLine } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const NO_MENU = 46003;
const WEEK_MS = 7 * 24 * 60 * 60_000;
const OF_OFFICE = 'a street office’s account, instead of the one of the service’s settings';
const OF_COMMUNITY = 'or a community’s own';

export const command = commandOf('wechat', 'The official account. Exit 1 if it does not go or something is set wrongly.');

command
  .command('menu')
  .description('publishes the menu below the chat, the difference first')
  .option('--dry-run', 'only the difference')
  .option('--office <NAME>', OF_OFFICE)
  .option('--community <SLUG>', OF_COMMUNITY)
  .action(does(({ dryRun = false, ...whose }) => withAccounts(async (accounts) => menu(wantedAccount(accounts, whose).api, dryRun))));

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
      return withAccounts(async (accounts) => qr(codesOf(accounts, await wantedCommunity(community)), scene, wanted(out, '--out')));
    }),
  );

command
  .command('check')
  .description('looks at the settings, and at what the account may do')
  .option('--json', JSON_HELP)
  .option('--office <NAME>', OF_OFFICE)
  .option('--community <SLUG>', OF_COMMUNITY)
  .action(does(({ json = false, ...whose }) => withAccounts((accounts, world) => check(accounts, wantedAccount(accounts, whose), world, json))));

function withAccounts(run: (accounts: readonly OfficialAccount[], world: World) => Promise<number>): Promise<number> {
  const { wechat } = config();
  return withStore(async ({ world }) => {
    try {
      return await run(officialAccounts(world, wechat, await carrierAccounts(world)), world);
    } catch (error) {
      throw error instanceof ApiError ? new CodedError('wechat-refused', `It was not done: ${explain(error)}.`) : error;
    }
  });
}

/** The account that a command names, or else the one of the service's settings. */
function wantedAccount(accounts: readonly OfficialAccount[], whose: Whose): OfficialAccount {
  const owner = ownerIn(whose);
  const found = accounts.find(({ of }) => of?.owner.of === owner?.of && of?.owner.name === owner?.name);
  if (!found && owner) throw new CodedError('no-wechat', `${owner.name} has no account with WeChat: yisheng carrier list`);
  return found ?? noWechat();
}

/** The account whose codes hang in a community. */
function codesOf(accounts: readonly OfficialAccount[], community: CommunityRecord): Api {
  return (accountFor(accounts, community) ?? noWechat()).api;
}

function noWechat(): never {
  throw new CodedError('no-wechat', 'WeChat is not set up: WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN and WECHAT_AES_KEY are missing.');
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

async function qr(api: Api, scene: string, out: string): Promise<number> {
  await writeFile(out, await drawnCode(api, scene));
  printLine(`${out} holds the code; it is good for ever.`);
  return 0;
}

async function check(accounts: readonly OfficialAccount[], account: OfficialAccount, world: World, isJson: boolean): Promise<number> {
  const named = await reminderTemplates((community) => accountFor(accounts, community) === account);
  const checks = [await safeMode(world, account), ...(await checkAccount(account.api, named))];
  printed(checks, isJson, ({ state, what, said }) => [state, what, said]);
  const wrong = checks.filter(({ state }) => state === 'wrong');
  if (wrong.length > 0) note(`${wrong.length} to put right.`);
  return wrong.length > 0 ? 1 : 0;
}

/** WeChat's API does not give the mode; the messages that came show it. */
async function safeMode(world: World, account: OfficialAccount): Promise<Check> {
  const what = 'safe mode';
  const safe = await lastSafeDelivery(account);
  if (safe && safe.getTime() > world.now().getTime() - WEEK_MS)
    return { what, state: 'right', said: `is on: a message came encrypted, ${safe.toISOString()}` };
  return { what, state: 'lacking', said: 'no encrypted message came this week: choose 安全模式 in WeChat’s console, and write to the account' };
}

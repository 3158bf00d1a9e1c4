import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { readAccount } from '../src/carriers/settings.ts';
import { ACCOUNT_CARRIERS, type AccountCarrier } from '../src/contacts/channel.ts';
import { type CarrierAccount, carrierAccounts, dropCarrierAccount, keepCarrierAccount, type Owner } from '../src/fund/communities/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { ownerIn, type Whose } from './support/ownerOf.ts';
import { note, printLine } from './support/print.ts';
import { wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const KINDS = ACCOUNT_CARRIERS.join(', ');
const NEXT_START = 'Services know it from their next start on: start them one after the other.';

export const command = commandOf(
  'carrier',
  'Accounts with carriers that belong to street offices and communities, beside the one of the service’s settings. An office’s is for the communities that name it (office: in community.yaml), a community’s own goes before it.',
);

command
  .command('add')
  .description(`Keeps an account, encrypted, in place of one that there was with this carrier (${KINDS}), and prints where its doors are.`)
  .argument('<CARRIER>')
  .option('--office <NAME>', 'whose it is: a street office’s')
  .option('--community <SLUG>', 'or a community’s')
  .requiredOption('--settings <FILE>', 'lines as in .env, such as KANNEL_URL=…; - for standard input')
  .action(
    does(async (name, { settings: file, ...whose }) => {
      const [carrier, owner] = [wantedCarrier(name), wantedOwner(whose)];
      const given = parse(readFileSync(file === '-' ? 0 : file));
      const read = readAccount(carrier, given);
      if ('problems' in read) throw new CodedError('bad-settings', `These settings are wrong:\n${read.problems.map((one) => `  ${one}`).join('\n')}`);
      return withStore(async ({ world }) => {
        if (owner.of === 'community') await wantedCommunity(owner.name);
        const account = { owner, carrier, settings: given };
        checkFree(await carrierAccounts(world), account);
        const id = await keepCarrierAccount(world, account);
        printLine(`${carrier} of ${owner.name}: its doors are under /accounts/${id}`);
        note(NEXT_START);
      });
    }),
  );

command
  .command('list')
  .description('whose accounts there are; no settings are shown')
  .option('--json', JSON_HELP)
  .action(
    does(({ json = false }) =>
      withStore(async ({ world }) => {
        const found = (await carrierAccounts(world)).map(({ id, owner, carrier }) => ({
          carrier,
          of: owner.of,
          name: owner.name,
          doors: `/accounts/${id}`,
        }));
        if (json) printLine(JSON.stringify(found));
        else for (const { carrier, of, name, doors } of found) printLine(`${carrier} of ${of} ${name}: ${doors}`);
      }),
    ),
  );

command
  .command('remove')
  .description('removes an account; its communities go back to the one of the service’s settings')
  .argument('<CARRIER>')
  .option('--office <NAME>')
  .option('--community <SLUG>')
  .action(
    does((name, whose) =>
      withStore(async () => {
        const owner = wantedOwner(whose);
        if (!(await dropCarrierAccount(owner, wantedCarrier(name)))) {
          note(`${owner.name} has no account with ${name}.`);
          return 1;
        }
        printLine(`Removed: ${name} of ${owner.name}.`);
        note(NEXT_START);
        return 0;
      }),
    ),
  );

function wantedCarrier(name: string): AccountCarrier {
  const carrier = ACCOUNT_CARRIERS.find((one) => one === name);
  if (!carrier) throw new CodedError('usage', `There is no carrier ${name}; there are ${KINDS}.`);
  return carrier;
}

function wantedOwner(whose: Whose): Owner {
  const owner = ownerIn(whose);
  if (!owner) throw new CodedError('usage', 'Say whose it is: --office NAME, or --community SLUG.');
  return owner;
}

/** WeChat calls one address for each official account: of two owners one would hear nothing. */
function checkFree(kept: readonly CarrierAccount[], { carrier, owner, settings }: Omit<CarrierAccount, 'id'>): void {
  const appId = settings.WECHAT_APP_ID;
  const same = kept.find(({ settings: { WECHAT_APP_ID } }) => appId !== undefined && WECHAT_APP_ID === appId)?.owner;
  if (carrier === 'wechat' && same && (same.of !== owner.of || same.name !== owner.name))
    throw new CodedError('account-taken', `This AppID is the account of ${same.name}. Remove that first: yisheng carrier remove wechat`);
}

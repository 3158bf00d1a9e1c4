import { config } from '../src/app/config.ts';
import { readRunFile } from '../src/app/runFile.ts';
import { phone } from '../src/contacts/phone.ts';
import { findCommunity } from '../src/fund/communities/index.ts';
import { operator, STAFF_ROLES, type StaffRole } from '../src/fund/people/index.ts';
import { addStaff, linkStaff, removeStaff } from '../src/fund/roster/index.ts';
import { ALL, staffOf } from '../src/fund/staff/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import { BY, commandOf, does, JSON_HELP } from './support/command.ts';
import { performed } from './support/performed.ts';
import { note, printed, printLine } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

/** An office is added for communities, not in one. */
const ROLES = STAFF_ROLES.filter((role) => role !== 'office');

export const command = commandOf('staff', 'Those who run a cycle or watch it, and sign in at /console. Who is removed is out at once.');

command
  .command('list')
  .description('who has which role')
  .argument('<SLUG>')
  .option('--json', JSON_HELP)
  .action(does((slug, { json = false }) => list(slug, json)));

command
  .command('add')
  .description('gives somebody a role; with --communities an office, which reads the communities it is given')
  .usage('SLUG PHONE ROLE --name NAME --by NAME\n       yisheng staff add --office NAME --communities SLUG,SLUG|all PHONE [--by NAME]')
  .argument('<words...>', `SLUG PHONE ROLE, or PHONE of an office. ROLE is one of ${ROLES.join(', ')}`)
  .option('--name <NAME>', 'of who gets the role')
  .option('--office <NAME>', 'of the office')
  .option('--communities <SLUGS>', 'SLUG,SLUG or all')
  .option('--by <NAME>', BY)
  .action(
    does(async (words, { name, office, communities, by }) => {
      if (communities !== undefined) {
        const [number] = wordsOf(words, 1);
        return add(slugs(communities), wanted(number, 'PHONE'), { name: wanted(office, '--office'), role: 'office' }, by ?? 'operator');
      }
      if (office !== undefined) throw new CodedError('usage', '--communities is missing.');
      const [slug, number, role] = wordsOf(words, 3);
      const who = wanted(by, '--by');
      return add([wanted(slug, 'SLUG')], wanted(number, 'PHONE'), { name: wanted(name, '--name'), role: wantedRole(role) }, who);
    }),
  );

command
  .command('remove')
  .description('takes a role, or all of them; with --communities an office’s')
  .usage('SLUG PHONE [ROLE] --by NAME\n       yisheng staff remove --communities SLUG,SLUG|all PHONE [--by NAME]')
  .argument('<words...>', 'SLUG PHONE [ROLE], or PHONE of an office')
  .option('--communities <SLUGS>', 'SLUG,SLUG or all')
  .option('--by <NAME>', BY)
  .action(
    does(async (words, { communities, by }) => {
      if (communities !== undefined) return remove(slugs(communities), wanted(wordsOf(words, 1)[0], 'PHONE'), 'office', by ?? 'operator');
      const [slug, number, role] = wordsOf(words, 3);
      const who = wanted(by, '--by');
      return remove([wanted(slug, 'SLUG')], wanted(number, 'PHONE'), role === undefined ? undefined : wantedRole(role), who);
    }),
  );

command
  .command('link')
  .description(
    'prints an address that signs in whoever opens it, once, within 15 minutes: how the first one gets in. Who has a passkey signs in by it alone',
  )
  .argument('<SLUG>')
  .argument('<PHONE>')
  .option('--lost', 'ends all of their passkeys, and prints the address')
  .option('--by <NAME>', BY, 'operator')
  .action(does((slug, number, { lost = false, by }) => link(slug, number, lost, by)));

function wordsOf(words: readonly string[], most: number): readonly string[] {
  if (words.length > most) throw new CodedError('usage', 'There are too many words.');
  return words;
}

function slugs(communities: string): string[] {
  return communities === 'all' ? [ALL] : communities.split(',').map((slug) => wanted(slug, '--communities'));
}

function wantedRole(word: string | undefined): StaffRole {
  const role = ROLES.find((role) => role === word);
  if (!role) throw new CodedError('usage', `ROLE must be one of ${ROLES.join(', ')}.`);
  return role;
}

function list(slug: string, isJson: boolean): Promise<number> {
  return withStore(async ({ world }) => {
    await wantedCommunity(slug);
    const staff = (await staffOf(world, slug)).map(({ role, name, phone }) => ({ role, name, phone }));
    printed(staff, isJson, ({ role, name, phone }) => [role, name, phone]);
    return 0;
  });
}

function add(communities: readonly string[], phone: string, given: { name: string; role: StaffRole }, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    let status = 0;
    for (const community of communities) {
      const asked = { community, at: {}, input: { ...given, phone: await e164(phone, community) }, by };
      const said = ({ isNew }: { readonly isNew: boolean }) =>
        isNew ? `${given.name} is ${given.role} in ${placeOf(community)}.` : { no: `It is so already in ${placeOf(community)}.` };
      status = Math.max(status, await performed(world, addStaff, asked, said));
    }
    return status;
  });
}

function remove(communities: readonly string[], number: string, role: StaffRole | undefined, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    let removed = 0;
    for (const community of communities) {
      const input = { phone: await e164(number, community), ...(role && { role }) };
      const outcome = await removeStaff.perform({ world, notify: enqueue(world) }, { community, at: {}, input, actor: operator(by) });
      if (outcome.is === 'done') removed += outcome.result.removed;
      else note(`There is no community ${community}.`);
    }
    if (removed === 0) note('This phone has no such role there.');
    else printLine(`Removed: ${removed} ${removed === 1 ? 'role' : 'roles'}.`);
    return removed === 0 ? 1 : 0;
  });
}

function link(community: string, number: string, isLost: boolean, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    await wantedCommunity(community);
    const asked = { community, at: {}, input: { phone: await e164(number, community), ...(isLost && { lost: 'yes' }) }, by };
    const { dataDir, publicUrl } = config();
    const at = readRunFile(dataDir)?.publicUrl ?? publicUrl; // where the service listens that runs beside it
    return performed(world, linkStaff, asked, ({ token }) => `${at}/console/link/${token}`);
  });
}

/** A phone as people write it; without a country code it is of the community's country. */
async function e164(number: string, community: string): Promise<string> {
  const found = phone(number, (await findCommunity(community))?.phone);
  if (found === undefined) throw new CodedError('usage', 'PHONE must be a phone number, with +86 or the like if the office reads all.');
  return found;
}

function placeOf(community: string): string {
  return community === ALL ? 'all communities' : community;
}

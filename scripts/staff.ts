import { config } from '../src/app/config.ts';
import { phone } from '../src/contacts/phone.ts';
import { findCommunity } from '../src/fund/communities/index.ts';
import { operator, STAFF_ROLES, type StaffRole } from '../src/fund/people/index.ts';
import { ALL, addStaff, linkStaff, removeStaff, staffOf } from '../src/fund/staff/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { command } from './support/command.ts';
import { note, printed, printLine } from './support/print.ts';
import { verbOf } from './support/verbOf.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

/** An office is added for communities, not in one. */
const ROLES = STAFF_ROLES.filter((role) => role !== 'office');

const USAGE = `npm run staff -- list SLUG [--json]
npm run staff -- add SLUG PHONE ROLE --name NAME --by NAME
npm run staff -- remove SLUG PHONE [ROLE] --by NAME
npm run staff -- add --office NAME --communities SLUG,SLUG|all PHONE [--by NAME] · remove --communities SLUG,SLUG|all PHONE [--by NAME]
npm run staff -- link SLUG PHONE [--lost]
Those who run a cycle or watch it, and sign in at /console. ROLE is one of ${ROLES.join(', ')}; an office reads the communities it is given.
link prints an address that signs in whoever opens it, once, within 15 minutes: how the first one gets in. Who has a passkey signs in by it
alone: --lost ends all of theirs, and prints the address. Who is removed is out at once.
Exit 0 done, 1 the answer is no, 2 wrong use.`;

await command(USAGE, async () => {
  const { verb, words, values } = verbOf(
    { list: [1, 'json'], add: [3, 'name', 'by', 'office', 'communities'], remove: [3, 'by', 'communities'], link: [2, 'by', 'lost'] },
    {
      json: { type: 'boolean', default: false },
      lost: { type: 'boolean', default: false },
      name: { type: 'string' },
      by: { type: 'string' },
      office: { type: 'string' },
      communities: { type: 'string' },
    },
  );
  const [first, second, third] = words;
  if (verb === 'list') return list(wanted(first, 'SLUG'), values.json);
  if (verb === 'link') return link(wanted(first, 'SLUG'), wanted(second, 'PHONE'), values.lost, values.by ?? 'operator');
  if (values.communities !== undefined) {
    if (second !== undefined) throw new CodedError('usage', 'There are too many words.');
    const communities = values.communities === 'all' ? [ALL] : values.communities.split(',').map((slug) => wanted(slug, '--communities'));
    const number = wanted(first, 'PHONE');
    const by = values.by ?? 'operator';
    if (verb === 'remove') return remove(communities, number, 'office', by);
    return add(communities, number, { name: wanted(values.office, '--office'), role: 'office' }, by);
  }
  if (values.office !== undefined) throw new CodedError('usage', '--communities is missing.');
  const [slug, number, by] = [wanted(first, 'SLUG'), wanted(second, 'PHONE'), wanted(values.by, '--by')];
  if (verb === 'remove') return remove([slug], number, third === undefined ? undefined : wantedRole(third), by);
  return add([slug], number, { name: wanted(values.name, '--name'), role: wantedRole(third) }, by);
});

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

function add(communities: readonly string[], number: string, given: { name: string; role: StaffRole }, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    let status = 0;
    for (const community of communities) {
      const outcome = await addStaff(world)(community, { ...given, phone: await e164(number, community) }, operator(by));
      if ('done' in outcome) printLine(`${given.name} is ${given.role} in ${placeOf(community)}.`);
      else note(outcome.refused === 'noCommunity' ? `There is no community ${community}.` : `It is so already in ${placeOf(community)}.`);
      if ('refused' in outcome) status = 1;
    }
    return status;
  });
}

function remove(communities: readonly string[], number: string, role: StaffRole | undefined, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    let removed = 0;
    for (const community of communities) {
      const outcome = await removeStaff(world)(community, { phone: await e164(number, community), ...(role && { role }) }, operator(by));
      if ('refused' in outcome) note(`There is no community ${community}.`);
      else removed += outcome.removed;
    }
    if (removed === 0) note('This phone has no such role there.');
    else printLine(`Removed: ${removed} ${removed === 1 ? 'role' : 'roles'}.`);
    return removed === 0 ? 1 : 0;
  });
}

function link(slug: string, number: string, isLost: boolean, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    await wantedCommunity(slug);
    const outcome = await linkStaff(world)(slug, await e164(number, slug), operator(by), isLost);
    if ('token' in outcome) printLine(`${config().publicUrl}/console/link/${outcome.token}`);
    else note(NO_LINK[outcome.refused]);
    return 'token' in outcome ? 0 : 1;
  });
}

const NO_LINK = {
  noRole: 'This phone has no role there; add it first.',
  hasPasskey: 'Whose phone this is signs in by a passkey. If they have lost it, --lost ends their passkeys and prints an address.',
} as const;

/** A phone as people write it; without a country code it is of the community's country. */
async function e164(number: string, community: string): Promise<string> {
  const found = phone(number, (await findCommunity(community))?.phone);
  if (found === undefined) throw new CodedError('usage', 'PHONE must be a phone number, with +86 or the like if the office reads all.');
  return found;
}

function placeOf(community: string): string {
  return community === ALL ? 'all communities' : community;
}

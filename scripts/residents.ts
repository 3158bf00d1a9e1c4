import { Option } from '@commander-js/extra-typings';
import { stringify } from 'csv-stringify/sync';
import { parseContact, phoneContact } from '../src/contacts/contact.ts';
import { phone } from '../src/contacts/phone.ts';
import { type Actor, listRequests, operator, printedCard } from '../src/fund/people/index.ts';
import { acceptRequest, makeCards, refuseRequest, unlockAddress } from '../src/fund/roster/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, JSON_HELP, REASON } from './support/command.ts';
import { keepCards } from './support/keepCards.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const REFUSED = {
  noCommunity: 'There is no such community.',
  noRequest: 'There is no such request.',
  decided: 'This request has been decided already.',
  unknownId: 'Nobody on the roster has or had this id.',
  changed: 'It was made again just now, perhaps with another name; look at it again.',
  needsReason: 'Voting is open: say why this phone or chat is theirs, with --reason TEXT. How many change is public.',
  staffPhone: 'The request came from the staff phone of somebody else, which cannot stand on the roster.',
};

export const command = commandOf(
  'residents',
  'Requests to join, locked phones, cards. While voting is open, a phone or a card of somebody on the roster changes only with --reason, and how many did is public.',
);

command
  .command('list')
  .description('requests to join, each line beginning with REQUEST')
  .argument('<SLUG>')
  .option('--pending', 'only those that nobody has decided')
  .option('--json', JSON_HELP)
  .action(does((slug, { pending = false, json = false }) => withStore(({ world }) => list(world, slug, pending, json))));

command
  .command('accept')
  .description('says yes: to somebody new, or to somebody who is on the roster')
  .argument('<SLUG>')
  .argument('<REQUEST>')
  .option('--new', 'somebody new')
  .option('--as <ID>', 'who is on the roster as ID')
  .option('--other', 'with --new: somebody else, although a person with this phone asked to be deleted before')
  .requiredOption('--by <NAME>', BY)
  .option('--reason <TEXT>', REASON)
  .action(
    does((community, number, { new: isNew = false, as: id, other: isOther = false, by, reason }) => {
      const [request, actor] = [wantedNumber(number, 'REQUEST'), operator(wanted(by, '--by'))];
      if (isNew === (id !== undefined)) throw new CodedError('usage', 'Say either --new or --as ID.');
      const as = id === undefined ? {} : { as: wanted(id, '--as') };
      return withStore(({ world }) => accept(world, { community, request, actor, isOther, ...as, ...reasonIn(reason) }));
    }),
  );

command
  .command('refuse')
  .description('says no')
  .argument('<SLUG>')
  .argument('<REQUEST>')
  .requiredOption('--by <NAME>', BY)
  .requiredOption('--reason <TEXT>', REASON)
  .action(
    does((community, request, { by, reason }) => {
      const refusal = {
        community,
        request: wantedNumber(request, 'REQUEST'),
        actor: operator(wanted(by, '--by')),
        reason: wanted(reason, '--reason'),
      };
      return withStore(async ({ world }) => decided(await refuseRequest(world, enqueue(world))(refusal), `Request ${refusal.request} is refused`));
    }),
  );

command
  .command('unlock')
  .description('lets an address prove who it is again')
  .argument('<SLUG>')
  .argument('<ADDRESS>', 'a phone number, or wechat|OPENID')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((community, address, { by }) => {
      const actor = operator(wanted(by, '--by'));
      return withStore(({ world }) => unlock(world, community, address, actor));
    }),
  );

command
  .command('cards')
  .description('makes cards: one for each resident who has none, or with --new one in the place of ID’s, which ends the old one and what it linked')
  .argument('<SLUG>')
  .requiredOption('--out <FILE.csv>', 'where to: a new file')
  .addOption(new Option('--missing', 'for who has none; so it is without --new, too').conflicts('new'))
  .option('--new <ID>', 'in the place of ID’s')
  .requiredOption('--by <NAME>', BY)
  .option('--reason <TEXT>', REASON)
  .action(
    does((community, { out, new: id, by, reason }) => {
      const actor = operator(wanted(by, '--by'));
      const whose = id === undefined ? ('missing' as const) : { id: wanted(id, '--new') };
      return withStore(({ world }) => cards(world, community, whose, wanted(out, '--out'), { actor, ...reasonIn(reason) }));
    }),
  );

function reasonIn(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason: wanted(reason, '--reason') };
}

async function list(world: World, slug: string, isPending: boolean, isJson: boolean): Promise<number> {
  const { timezone } = await wantedCommunity(slug);
  const requests = await listRequests(world, slug, isPending);
  printed(requests, isJson, ({ request, state, name, building, address, at }) => [request, state, name, building, address, zoned(at, timezone)]);
  return 0;
}

async function accept(world: World, acceptance: Parameters<ReturnType<typeof acceptRequest>>[0]): Promise<number> {
  const outcome = await acceptRequest(world, enqueue(world))(acceptance);
  if ('accepted' in outcome) {
    printLine(`Request ${acceptance.request} is accepted as ${outcome.accepted.id}${answered(outcome.accepted)}`);
    return 0;
  }
  if ('waits' in outcome) {
    note('It waits for a second person.');
    return 1;
  }
  if (outcome.refused === 'leftBefore') {
    note(
      `${outcome.people} who had this phone or chat asked to be deleted. The same person: --as ID, the id they had; their ballot stays one. Somebody else: --new --other.`,
    );
    return 1;
  }
  return decided(outcome, '');
}

function answered({ isUntold }: { readonly isUntold?: true }): string {
  return isUntold ? '. They left no phone: nobody is told.' : ', and the answer is on its way.';
}

function decided(outcome: { done: true; isUntold?: true } | { refused: keyof typeof REFUSED }, done: string): number {
  if ('done' in outcome) {
    printLine(`${done}${answered(outcome)}`);
    return 0;
  }
  note(REFUSED[outcome.refused]);
  return 1;
}

async function unlock(world: World, slug: string, address: string, actor: Actor): Promise<number> {
  const community = await wantedCommunity(slug);
  const number = phone(address, community.phone);
  const from = parseContact(address) ?? (number === undefined ? undefined : phoneContact(number));
  if (!from) throw new CodedError('usage', 'ADDRESS must be a phone number, or wechat|OPENID.');
  const isDone = 'done' in (await unlockAddress(world, { community: slug, ...from }, actor));
  if (isDone) printLine('Unlocked.');
  else note('Nothing is locked there.');
  return isDone ? 0 : 1;
}

async function cards(
  world: World,
  slug: string,
  whose: { id: string } | 'missing',
  out: string,
  { actor, reason }: { actor: Actor; reason?: string },
): Promise<number> {
  await wantedCommunity(slug);
  const made = await makeCards(world, slug, whose, actor, { reason });
  if (made.cards.length === 0) {
    note(whose === 'missing' ? 'Everybody on the roster has a card.' : `Nobody on the roster has the id ${whose.id}.`);
    return whose === 'missing' ? 0 : 1;
  }
  const rows = made.cards.map(({ id, name, building, card }) => [id, name, building, printedCard(card)]);
  await keepCards(made, stringify(rows, { header: true, columns: ['id', 'name', 'building', 'card'], escape_formulas: true }), out);
  printLine(`${made.cards.length} cards are in ${out}; print them and destroy the file: their numbers are nowhere else.`);
  return 0;
}

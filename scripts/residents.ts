import { Option } from '@commander-js/extra-typings';
import { stringify } from 'csv-stringify/sync';
import { type Actor, listRequests, operator, printedCard } from '../src/fund/people/index.ts';
import { acceptRequest, makeCards, refuseRequest, unlockAddress } from '../src/fund/roster/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, JSON_HELP, REASON } from './support/command.ts';
import { keepCards } from './support/keepCards.ts';
import { performed } from './support/performed.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

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
      const request = wantedNumber(number, 'REQUEST');
      if (isNew === (id !== undefined)) throw new CodedError('usage', 'Say either --new or --as ID.');
      const input = { who: id === undefined ? 'new' : `as:${wanted(id, '--as')}`, ...(isOther && { isOther: 'yes' }), ...reasonIn(reason) };
      const asked = { community, at: { number: String(request) }, by: wanted(by, '--by'), input };
      return withStore(({ world }) =>
        performed(world, acceptRequest, asked, (accepted) => `Request ${request} is accepted as ${accepted.id}${answered(accepted)}`),
      );
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
    does((community, number, { by, reason }) => {
      const request = wantedNumber(number, 'REQUEST');
      const asked = { community, at: { number: String(request) }, by: wanted(by, '--by'), input: { reason: wanted(reason, '--reason') } };
      return withStore(({ world }) => performed(world, refuseRequest, asked, (refused) => `Request ${request} is refused${answered(refused)}`));
    }),
  );

command
  .command('unlock')
  .description('lets an address prove who it is again')
  .argument('<SLUG>')
  .argument('<ADDRESS>', 'a phone number, or a chat: wechat|OPENID, or wechat|APPID/OPENID of an office’s or community’s account')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((community, address, { by }) => {
      const asked = { community, at: { lock: 'other' }, by: wanted(by, '--by'), input: { contact: address } };
      return withStore(({ world }) => performed(world, unlockAddress, asked, () => 'Unlocked.'));
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

function answered({ isUntold }: { readonly isUntold: boolean }): string {
  return isUntold ? '. They left no phone: nobody is told.' : ', and the answer is on its way.';
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
  const content = stringify(rows, { header: true, columns: ['id', 'name', 'building', 'card'], escape_formulas: true });
  await keepCards(world, made, { community: slug, actor, content, out });
  printLine(`${made.cards.length} cards are in ${out}; print them and destroy the file: their numbers are nowhere else.`);
  return 0;
}

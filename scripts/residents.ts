import { stringify } from 'csv-stringify/sync';
import { parseContact, phoneContact } from '../src/contacts/contact.ts';
import { phone } from '../src/contacts/phone.ts';
import { type Actor, listRequests, operator, printedCard } from '../src/fund/people/index.ts';
import { acceptRequest, makeCards, refuseRequest, unlockAddress } from '../src/fund/roster/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { command } from './support/command.ts';
import { keepCards } from './support/keepCards.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { verbOf } from './support/verbOf.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const USAGE = `npm run residents -- list SLUG [--pending] [--json]
npm run residents -- accept SLUG REQUEST --new|--as ID --by NAME [--reason TEXT]
npm run residents -- refuse SLUG REQUEST --by NAME --reason TEXT
npm run residents -- unlock SLUG ADDRESS --by NAME
npm run residents -- cards SLUG --out FILE.csv [--missing|--new ID] --by NAME [--reason TEXT]
Requests to join, locked phones (ADDRESS: a phone number, or wechat|OPENID), and cards: --missing makes one for each resident
who has none, --new one in the place of ID's, which ends the old one and what it linked. Somebody new although a person with this
phone asked to be deleted before: accept --new --other. While voting is open, a phone or a card of somebody on the roster changes only
with --reason, and how many did is public. Exit 0 done, 1 the answer is no, 2 wrong use.`;

const REFUSED = {
  noCommunity: 'There is no such community.',
  noRequest: 'There is no such request.',
  decided: 'This request has been decided already.',
  unknownId: 'Nobody on the roster has or had this id.',
  changed: 'It was made again just now, perhaps with another name; look at it again.',
  needsReason: 'Voting is open: say why this phone or chat is theirs, with --reason TEXT. How many change is public.',
  staffPhone: 'The request came from the staff phone of somebody else, which cannot stand on the roster.',
};

await command(USAGE, async () => {
  const { verb, words, values } = verbOf(
    {
      list: [1, 'pending', 'json'],
      accept: [2, 'new', 'as', 'other', 'by', 'reason'],
      refuse: [2, 'by', 'reason'],
      unlock: [2, 'by'],
      cards: [2, 'out', 'missing', 'new', 'by', 'reason'],
    },
    {
      pending: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      new: { type: 'boolean', default: false },
      other: { type: 'boolean', default: false },
      missing: { type: 'boolean', default: false },
      as: { type: 'string' },
      by: { type: 'string' },
      reason: { type: 'string' },
      out: { type: 'string' },
    },
  );
  const [slug, third] = words;
  const community = wanted(slug, 'SLUG');
  if (verb === 'list') return withStore(({ world }) => list(world, community, values.pending, values.json));
  if (verb === 'accept') {
    const [request, actor] = [wantedNumber(third, 'REQUEST'), operator(wanted(values.by, '--by'))];
    if (values.new === (values.as !== undefined)) throw new CodedError('usage', 'Say either --new or --as ID.');
    const as = values.as === undefined ? {} : { as: wanted(values.as, '--as') };
    return withStore(({ world }) => accept(world, { community, request, actor, isOther: values.other, ...as, ...reasonIn(values) }));
  }
  if (verb === 'refuse') {
    const [request, actor] = [wantedNumber(third, 'REQUEST'), operator(wanted(values.by, '--by'))];
    const refusal = { community, request, actor, reason: wanted(values.reason, '--reason') };
    return withStore(async ({ world }) => decided(await refuseRequest(world, enqueue(world))(refusal), `Request ${refusal.request} is refused`));
  }
  if (verb === 'unlock') {
    const [address, actor] = [wanted(third, 'ADDRESS'), operator(wanted(values.by, '--by'))];
    return withStore(({ world }) => unlock(world, community, address, actor));
  }
  const [out, actor] = [wanted(values.out, '--out'), operator(wanted(values.by, '--by'))];
  if (values.missing && values.new) throw new CodedError('usage', 'Say either --missing or --new ID.');
  const whose = values.new ? { id: wanted(third, 'ID') } : ('missing' as const);
  if (!values.new && third !== undefined) throw new CodedError('usage', 'There are too many words.');
  return withStore(({ world }) => cards(world, community, whose, out, { actor, ...reasonIn(values) }));
});

function reasonIn({ reason }: { reason?: string | undefined }): { reason?: string } {
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

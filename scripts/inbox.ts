import { answerInquiry, inbox } from '../src/fund/inquiries/index.ts';
import type { World } from '../src/store/world.ts';
import { command } from './support/command.ts';
import { performed } from './support/performed.ts';
import { printed, zoned } from './support/print.ts';
import { verbOf } from './support/verbOf.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const USAGE = `npm run inbox -- list SLUG [--all] [--json]
npm run inbox -- answer SLUG N --text TEXT --by NAME
Questions, complaints, people who asked to be called, reports: those without an answer, --all with. The answer is sent to who asked.
Exit 0 done, 1 the answer is no, 2 wrong use.`;

await command(USAGE, async () => {
  const { verb, words, values } = verbOf(
    { list: [1, 'all', 'json'], answer: [2, 'text', 'by'] },
    { all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, text: { type: 'string' }, by: { type: 'string' } },
  );
  const [slug, number] = words;
  const community = wanted(slug, 'SLUG');
  if (verb === 'list') return withStore(({ world }) => list(world, community, values.all, values.json));
  const at = { number: String(wantedNumber(number, 'N')) };
  const asked = { community, at, input: { text: wanted(values.text, '--text') }, by: wanted(values.by, '--by') };
  return withStore(({ world }) =>
    performed(world, answerInquiry, asked, ({ notified }) =>
      notified ? 'Answered, and the answer is on its way.' : 'Answered; who asked has been deleted since, and hears nothing.',
    ),
  );
});

async function list(world: World, slug: string, isAll: boolean, isJson: boolean): Promise<number> {
  const { timezone } = await wantedCommunity(slug);
  const items = await inbox(world, slug, isAll);
  printed(items, isJson, ({ number, kind, at, address, text, answer }) => [number, kind, zoned(at, timezone), address, text, answer?.text]);
  return 0;
}

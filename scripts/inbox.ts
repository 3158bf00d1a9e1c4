import { answerInquiry, inbox } from '../src/fund/inquiries/index.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, JSON_HELP } from './support/command.ts';
import { performed } from './support/performed.ts';
import { printed, zoned } from './support/print.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

export const command = commandOf('inbox', 'Questions, complaints, people who asked to be called, reports.');

command
  .command('list')
  .description('those without an answer')
  .argument('<SLUG>')
  .option('--all', 'those with an answer, too')
  .option('--json', JSON_HELP)
  .action(does((slug, { all = false, json = false }) => withStore(({ world }) => list(world, slug, all, json))));

command
  .command('answer')
  .description('answers one; the answer is sent to who asked')
  .argument('<SLUG>')
  .argument('<N>')
  .requiredOption('--text <TEXT>', 'the answer')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((community, number, { text, by }) => {
      const at = { number: String(wantedNumber(number, 'N')) };
      const asked = { community, at, input: { text: wanted(text, '--text') }, by: wanted(by, '--by') };
      return withStore(({ world }) =>
        performed(world, answerInquiry, asked, ({ notified }) =>
          notified ? 'Answered, and the answer is on its way.' : 'Answered; who asked has been deleted since, and hears nothing.',
        ),
      );
    }),
  );

async function list(world: World, slug: string, isAll: boolean, isJson: boolean): Promise<number> {
  const { timezone } = await wantedCommunity(slug);
  const items = await inbox(world, slug, isAll);
  printed(items, isJson, ({ number, kind, at, address, text, answer }) => [number, kind, zoned(at, timezone), address, text, answer?.text]);
  return 0;
}

import { open } from 'node:fs/promises';
import { recordingFiles } from '../src/fund/inquiries/index.ts';
import { communityOfRecording, spokenItems, writeDown } from '../src/fund/proposals/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, JSON_HELP } from './support/command.ts';
import { performed } from './support/performed.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

export const command = commandOf('recordings', 'Spoken proposals and questions.');

command
  .command('list')
  .description('those that nobody has written down yet')
  .argument('<SLUG>')
  .option('--all', 'the others, too')
  .option('--json', JSON_HELP)
  .action(does((slug, { all = false, json = false }) => withStore(({ world }) => list(world, slug, all, json))));

command
  .command('play')
  .description('writes what was said into a new file that its owner alone can read')
  .argument('<ID>')
  .requiredOption('--out <FILE.mp3>', 'where to')
  .action(
    does((id, { out }) => {
      const [recording, file] = [wantedRecording(id), wanted(out, '--out')];
      return withStore(({ world }) => play(world, recording, file));
    }),
  );

command
  .command('transcribe')
  .description('makes what you heard the text of the proposal or question; who spoke is told')
  .argument('<ID>')
  .requiredOption('--text <TEXT>', 'what you heard')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((id, { text, by }) => {
      const recording = wantedRecording(id);
      return withStore(async ({ world }) => {
        const community = await communityOfRecording(recording);
        if (community === undefined) {
          note('There is no such recording.');
          return 1;
        }
        const asked = { community, by: wanted(by, '--by'), at: { recording }, input: { heard: wanted(text, '--text'), again: true } };
        return performed(world, writeDown, asked, ({ of, number, notified }) => {
          return `It is the text of ${of} ${number} now${notified ? ', and who said it is told' : ''}.`;
        });
      });
    }),
  );

function wantedRecording(id: string): string {
  if (!/^[0-9a-f]{12}$/.test(id)) throw new CodedError('usage', 'ID is one of those that list begins its lines with.');
  return id;
}

async function list(world: World, slug: string, isAll: boolean, isJson: boolean): Promise<number> {
  const { timezone } = await wantedCommunity(slug);
  const items = await spokenItems(world, slug, isAll);
  printed(items, isJson, ({ id, kind, number, at, written, sound, seconds, reason, address, text }) => [
    id,
    `${kind} ${number}`,
    zoned(at, timezone),
    written,
    reason ? `${sound} (${reason})` : sound,
    seconds === undefined ? '' : `${Math.round(seconds)} s`,
    address,
    text,
  ]);
  return 0;
}

async function play(world: World, recording: string, out: string): Promise<number> {
  const bytes = await recordingFiles(world).read(recording);
  if (!bytes) {
    note('There is no sound under this ID: it is still with the carrier, was lost, or its term is over.');
    return 1;
  }
  const file = await open(out, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.close();
  printLine(`Written to ${out}. Delete it when you have listened.`);
  return 0;
}

import { open } from 'node:fs/promises';
import { recordingFiles } from '../src/fund/inquiries/index.ts';
import { type Actor, operator } from '../src/fund/people/index.ts';
import { spokenItems, writeDown } from '../src/fund/proposals/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { command } from './support/command.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { verbOf } from './support/verbOf.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const USAGE = `npm run recordings -- list SLUG [--all] [--json]
npm run recordings -- play ID --out FILE.mp3
npm run recordings -- transcribe ID --text TEXT --by NAME
Spoken proposals and questions: those that nobody has written down yet, --all with the others. Play writes what was said into a new file that its
owner alone can read; transcribe makes what you heard the text of the proposal or question, and who spoke is told.
Exit 0 done, 1 the answer is no, 2 wrong use.`;

await command(USAGE, async () => {
  const { verb, words, values } = verbOf(
    { list: [1, 'all', 'json'], play: [1, 'out'], transcribe: [1, 'text', 'by'] },
    {
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      text: { type: 'string' },
      by: { type: 'string' },
    },
  );
  const [which] = words;
  if (verb === 'list') {
    const slug = wanted(which, 'SLUG');
    return withStore(({ world }) => list(world, slug, values.all, values.json));
  }
  const recording = wanted(which, 'ID');
  if (!/^[0-9a-f]{12}$/.test(recording)) throw new CodedError('usage', 'ID is one of those that list begins its lines with.');
  if (verb === 'play') {
    const out = wanted(values.out, '--out');
    return withStore(({ world }) => play(world, recording, out));
  }
  const heard = { recording, text: wanted(values.text, '--text'), actor: operator(wanted(values.by, '--by')) };
  return withStore(({ world }) => transcribe(world, heard));
});

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

async function transcribe(world: World, heard: { recording: string; text: string; actor: Actor }): Promise<number> {
  const outcome = await writeDown(world, enqueue(world))(heard);
  if ('refused' in outcome) {
    note(
      {
        noRecording: 'There is no such recording.',
        empty: 'There is no text in it.',
        tooLong: 'A proposal has at most 300 characters.',
        written: 'Somebody else wrote it down before.',
      }[outcome.refused],
    );
    return 1;
  }
  printLine(`It is the text of ${outcome.of} ${outcome.number} now${outcome.notified ? ', and who said it is told' : ''}.`);
  return 0;
}

import { config } from '../src/app/config.ts';
import { hearing } from '../src/carriers/hearing/hearing.ts';
import { CodedError } from '../src/store/codedError.ts';
import { makeSet } from './speech/makeSet.ts';
import { type Measured, measure } from './speech/measure.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { note, printLine } from './support/print.ts';

/** How long it waits for one sound, in milliseconds; a call waits for four seconds. */
const PATIENT_MS = 60_000;

export const command = commandOf('speech', 'How well speech is recognised and understood.');

command
  .command('measure')
  .description(
    'Sends your own recordings to SPEECH_URL and through the understanding of a call: how many were heard, understood, asked again, wrong. DIR has said.csv (file,text and, if it is not the question for picks, asked: confirm, more, menu; a text that is empty says nothing) and titles.csv (number,title). WAV of 16 bits. What is understood of the text itself is what should be understood of its sound. "cast": a yes was heard where none was said; then exit 1.',
  )
  .argument('<DIR>')
  .option('--json', JSON_HELP)
  .action(
    does(async (folder, { json }) => {
      const server = config().speech;
      if (!server) throw new CodedError('usage', 'Set SPEECH_URL: there is no server to ask.');
      const measured = await measure(folder, hearing(server, PATIENT_MS));
      if (json) printLine(JSON.stringify(measured));
      else printMeasured(measured);
      return measured.some(({ kind }) => kind === 'cast') ? 1 : 0;
    }),
  );

command
  .command('make')
  .description(
    'writes such a folder with espeak-ng: some 170 answers in four voices and speeds, as a phone line carries them, a third of them as hesitating people speak, and 60 sounds in which nobody answers',
  )
  .argument('<DIR>')
  .option('--noise <DECIBELS>', 'the answers alone, over the noise of a hall that is so many decibels quieter, such as 20 or 10')
  .option('--second', 'another set of answers with which the recogniser was made')
  .option('--third', 'a third one')
  .option('--fourth', 'a fourth one')
  .option('--fresh', 'the set with which nothing was tuned')
  .action(
    does(async (folder, given) => {
      const noise = given.noise === undefined ? undefined : Number(given.noise);
      if (noise !== undefined && !(noise >= 0 && noise <= 60)) throw new CodedError('usage', '--noise is a number of decibels.');
      const which = (['fresh', 'fourth', 'third', 'second'] as const).find((name) => given[name]) ?? 'tuned';
      note(`${await makeSet(folder, which, noise)} sounds are in ${folder}.`);
    }),
  );

function printMeasured(measured: readonly Measured[]): void {
  for (const { file, text, heard, meant, kind, seconds } of measured) printLine([kind, seconds.toFixed(1), file, text, meant, heard].join('\t'));
  for (const asked of [...new Set(measured.map((one) => one.asked))]) {
    const of = measured.filter((one) => one.asked === asked);
    const count = (kind: Measured['kind']) => of.filter((one) => one.kind === kind).length;
    const seconds = of.map((one) => one.seconds).toSorted((one, other) => one - other);
    const at = (share: number) => (seconds[Math.min(seconds.length - 1, Math.floor(share * seconds.length))] ?? 0).toFixed(1);
    note(
      `${asked}: ${of.length} sounds; understood ${count('understood')}, asked again ${count('again')}, wrong and read back ${count('wrong')}, cast unsaid ${count('cast')}; p50 ${at(0.5)} s, p95 ${at(0.95)} s`,
    );
  }
}

import { parseArgs } from 'node:util';
import { config } from '../src/app/config.ts';
import { hearing } from '../src/carriers/hearing/hearing.ts';
import { CodedError } from '../src/store/codedError.ts';
import { makeSet } from './speech/makeSet.ts';
import { type Measured, measure } from './speech/measure.ts';
import { command } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { wanted } from './support/wanted.ts';

const USAGE = `npm run speech -- measure DIR [--json]
npm run speech -- make DIR [--noise 20|10] [--half first|second]
measure: sends your own recordings to SPEECH_URL and through the understanding of a call: how many were heard, understood, asked again, wrong. DIR has said.csv
(file,text and, if it is not the question for picks, asked: confirm, more, menu; a text that is empty says nothing) and titles.csv (number,title). WAV of 16 bits.
What is understood of the text itself is what should be understood of its sound. "cast": a yes was heard where none was said.
make: writes such a folder with espeak-ng: 300 answers in four voices and speeds, as a phone line carries them, a third of them as hesitating people speak, and
60 sounds in which nobody answers; --noise: over the noise of a hall that is so many decibels quieter.
Exit 0 done, 1 something was cast that nobody said, 2 wrong use.`;

/** How long it waits for one sound, in milliseconds; a call waits for four seconds. */
const PATIENT_MS = 60_000;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, noise: { type: 'string' }, half: { type: 'string' } },
  });
  const [verb, folder, ...rest] = positionals;
  const directory = wanted(folder, 'DIR');
  if (rest.length > 0 || (verb !== 'measure' && verb !== 'make')) throw new CodedError('usage', 'It is measure DIR or make DIR.');
  if (verb === 'make') {
    const noise = values.noise === undefined ? undefined : Number(values.noise);
    if (noise !== undefined && !(noise >= 0 && noise <= 60)) throw new CodedError('usage', '--noise is a number of decibels.');
    note(`${await makeSet(directory, noise, values.half)} sounds are in ${directory}.`);
    return 0;
  }
  const server = config().speech;
  if (!server) throw new CodedError('usage', 'Set SPEECH_URL: there is no server to ask.');
  const measured = await measure(directory, hearing(server, PATIENT_MS));
  if (values.json) printLine(JSON.stringify(measured));
  else told(measured);
  return measured.some(({ kind }) => kind === 'cast') ? 1 : 0;
});

function told(measured: readonly Measured[]): void {
  for (const { file, text, heard, kind, seconds } of measured) printLine([kind, seconds.toFixed(1), file, text, heard].join('\t'));
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

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Hearing } from '../../src/carriers/hearing/hearing.ts';
import { phoneWav } from '../../src/carriers/wav.ts';
import type { Heard } from '../../src/channels/voice/callState.ts';
import type { Option } from '../../src/dialog/question.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { type Asked, understoodAt } from './understoodAt.ts';

export interface Measured {
  readonly file: string;
  readonly asked: Asked | 'nobody';
  /** What was said, and what was heard; `-` if nothing. */
  readonly text: string;
  readonly heard: string;
  /** `again`: asked again, or not noticed. `wrong`: something else, which is read back. `cast`: a yes that nobody said. */
  readonly kind: 'understood' | 'again' | 'wrong' | 'cast';
  /** What came of it, in a word. */
  readonly meant: string;
  /** Until it was written down. */
  readonly seconds: number;
}

const SAID = z.array(z.object({ file: z.string().min(1), text: z.string(), asked: z.enum(['pick', 'confirm', 'more', 'menu', '']).default('pick') }));
const TITLES = z.array(z.object({ number: z.coerce.number().int().positive(), title: z.string().min(1) }));

/** Recordings through the recogniser and the understanding, one after the other. */
export async function measure(folder: string, hearing: Hearing): Promise<Measured[]> {
  const ballot: Option[] = (await readTable(folder, 'titles.csv', TITLES)).map(({ number, title }) => ({ number, label: title }));
  const { outcomeOf, expected } = understoodAt(ballot);
  const measured: Measured[] = [];
  for (const { file, text, asked: given } of await readTable(folder, 'said.csv', SAID)) {
    const asked = given === '' ? 'pick' : given;
    const wav = phoneWav(await readFile(join(folder, file)));
    if (!wav) throw new CodedError('usage', `${file} is no WAV of 16 bits.`);
    const began = performance.now();
    const heard = await hearing.hear(wav, { language: 'zh-CN', expected: expected(asked) });
    const seconds = (performance.now() - began) / 1_000;
    const [should, is] = [text === '' ? 'nothing' : outcomeOf(asked, [{ text }]), heard === undefined ? 'nothing' : outcomeOf(asked, heard)];
    measured.push({
      file,
      asked: text === '' ? 'nobody' : asked,
      text: text || '-',
      heard: wordsOf(heard),
      meant: is,
      kind: kindOf(should, is),
      seconds,
    });
  }
  return measured;
}

function kindOf(should: string, is: string): Measured['kind'] {
  if (is === should) return 'understood';
  if (is === 'yes') return 'cast';
  if (is === 'nothing' || is === 'again') return should === 'nothing' ? 'understood' : 'again';
  return 'wrong';
}

function wordsOf(heard: Heard | undefined): string {
  if (heard === undefined) return '-';
  if (heard === 'failed') return '(failed)';
  return heard
    .map(({ text, confidence, isLonger }) => `${text}${confidence === undefined ? '' : ` ${confidence.toFixed(2)}`}${isLonger ? ' longer' : ''}`)
    .join(' | ');
}

async function readTable<Row>(folder: string, name: string, rows: z.ZodType<Row>): Promise<Row> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (text === undefined) throw new CodedError('usage', `${join(folder, name)} is not there.`);
  const read = rows.safeParse(parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true }));
  if (!read.success) throw new CodedError('usage', `${name}: ${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}`);
  return read.data;
}

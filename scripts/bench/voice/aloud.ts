import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A voice that knows Chinese characters and reads pinyin as pinyin; `cmn` of version 1.51 reads it as English letters. */
const VOICE = 'cmn-latn-pinyin';
/** 16-bit samples, one channel, at 22,050 Hz: what espeak-ng writes. */
const BYTES_A_SECOND = 2 * 22_050;
const WAV_HEADER = 44;

/** How many seconds a synthesiser takes to say a text; undefined if espeak-ng is not installed. */
export async function aloud(text: string): Promise<number | undefined> {
  try {
    const { stdout } = await run('espeak-ng', ['-v', VOICE, '--stdout', text], { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
    return (stdout.length - WAV_HEADER) / BYTES_A_SECOND;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

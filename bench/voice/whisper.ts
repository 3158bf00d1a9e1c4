import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecogniserSettings } from '../../src/carriers/hearing/recogniser.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { kept } from '../kept.ts';

/** faster-whisper in a virtual environment, and whisper base in CTranslate2's form, in one folder; test/real/bringUp.sh puts both there. */
const ROOT = kept('whisper');
const [PYTHON, MODEL] = [join(ROOT, 'venv/bin/python'), join(ROOT, 'base')];

/** Why there is no recogniser here; undefined if there is one. */
export const noWhisper: string | undefined = !existsSync(PYTHON)
  ? 'faster-whisper is not on this machine (test/real/bringUp.sh)'
  : !existsSync(join(MODEL, 'model.bin'))
    ? 'its model is not on this machine (test/real/bringUp.sh)'
    : spawnSync('espeak-ng', ['--version']).status !== 0
      ? 'there is no espeak-ng (apt install espeak-ng)'
      : undefined;

/** A server of OpenAI's form around whisper base, int8, one thread. By itself it takes idle time alone; with `isUsual` its share, as other programs do. */
export async function realWhisper({ isUsual = false } = {}): Promise<{ readonly settings: RecogniserSettings; stop(): Promise<void> }> {
  const port = await freePort();
  const [program = PYTHON, ...words] = [
    ...(isUsual ? ['chrt', '--batch', '0'] : []),
    PYTHON,
    join(import.meta.dirname, '../../deploy/hearing/server.py'),
  ];
  const child: ChildProcess = spawn(program, [...words, String(port), MODEL], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, OMP_NUM_THREADS: '1' },
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  if (child.stdout)
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('whisper did not start')))]);
  return {
    settings: { url: `http://127.0.0.1:${port}/v1`, model: 'base' },
    stop: async () => {
      process.off('exit', killed);
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

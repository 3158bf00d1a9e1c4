import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../store/files.ts';

const shape = z.object({
  pid: z.number(),
  url: z.string(),
  publicUrl: z.string(),
  /** What phones that are played on this machine sign with; a carrier's token is never written down. */
  authToken: z.string().optional(),
});

/** Where the running service listens: `service.json` in `DATA_DIR`, for commands beside it. */
export type RunFile = z.infer<typeof shape>;

export async function writeRunFile(dataDir: string, note: RunFile): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 }); // with a database elsewhere, nobody has made it yet
  await writeWhole(file(dataDir), `${JSON.stringify(note)}\n`);
}

/** Undefined where no service runs: none was written, or its process is gone. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const note = readNote(dataDir);
  return note && isAlive(note.pid) ? note : undefined;
}

export function removeRunFile(dataDir: string): void {
  if (readNote(dataDir)?.pid === process.pid) rmSync(file(dataDir), { force: true });
}

function readNote(dataDir: string): RunFile | undefined {
  let text: string;
  try {
    text = readFileSync(file(dataDir), 'utf8');
  } catch {
    return undefined; // no service was started here
  }
  return shape.parse(JSON.parse(text));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function file(dataDir: string): string {
  return join(dataDir, 'service.json');
}

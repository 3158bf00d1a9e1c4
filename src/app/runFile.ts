import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../store/files.ts';
import { VERSION } from '../store/version.ts';

const shape = z.object({
  pid: z.number(),
  url: z.string(),
  publicUrl: z.string(),
  /** The token with which phones that are played on this machine sign; a real carrier's token is never written down. */
  authToken: z.string().optional(),
  /** The service's version. */
  version: z.string().optional(),
});

/** Where the running service listens: `service.json` in `DATA_DIR`, for commands beside it. */
export type RunFile = z.infer<typeof shape>;

/** Writes where the service listens into `dataDir`; makes the folder if there is none. */
export async function writeRunFile(dataDir: string, note: RunFile): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 }); // with a database elsewhere, the folder may not exist yet
  await writeWhole(file(dataDir), `${JSON.stringify({ ...note, version: VERSION })}\n`);
}

/** Where the service listens; undefined if no service runs: nothing was written, or its process is gone. */
export function readRunFile(dataDir: string): RunFile | undefined {
  const note = readNote(dataDir);
  return note && isAlive(note.pid) ? note : undefined;
}

/** Removes the file, if this process wrote it. */
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

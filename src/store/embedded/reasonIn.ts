import { open } from 'node:fs/promises';

/** Why `mongod` ended, in its own words, from what its log gained after `from` bytes; undefined where it does not say. */
export async function reasonIn(log: string, from: number): Promise<string | undefined> {
  const lines = (await gained(log, from)).split('\n').flatMap(asEntry);
  const worst = lines.filter(({ s }) => s === 'F' || s === 'E').at(-1);
  if (!worst) return undefined;
  return `${worst.msg}${worst.attr?.error ? ` (${JSON.stringify(worst.attr.error)})` : ''}`;
}

interface LogEntry {
  s: string;
  msg: string;
  attr?: { error?: unknown };
}

async function gained(log: string, from: number): Promise<string> {
  const handle = await open(log, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - 65_536);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Not every line is JSON: what a crash prints is not. */
function asEntry(line: string): LogEntry[] {
  try {
    const entry: LogEntry = JSON.parse(line);
    return [entry];
  } catch {
    return [];
  }
}

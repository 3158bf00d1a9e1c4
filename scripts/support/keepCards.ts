import { open, rm } from 'node:fs/promises';
import type { MadeCards } from '../../src/fund/roster/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { progress } from './progress.ts';

/** Writes cards, as `content` has them, to a new file that only its owner may read, and puts them in force. If they cannot be put in force, there is no file. */
export async function keepCards({ cards, enact }: MadeCards, content: string | Uint8Array, out: string): Promise<void> {
  const file = await open(out, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CodedError('file-there', `${out} is there already; it may hold the only copy of cards. Name another file.`);
    throw error;
  });
  try {
    await file.writeFile(content);
    await file.sync();
    const bar = progress('cards', cards.length);
    const enacted = await enact(bar.increment).finally(bar.stop);
    if (!('done' in enacted)) throw new CodedError('cards-changed', 'A card was changed meanwhile, and none of these is in force; make them again.');
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

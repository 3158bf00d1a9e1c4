import { open, rm } from 'node:fs/promises';
import type { Actor } from '../../src/fund/people/index.ts';
import { enactCards, type MadeCards } from '../../src/fund/roster/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { World } from '../../src/store/world.ts';
import { progress } from './progress.ts';

/** Writes cards, as `content` has them, to a new file that only its owner may read, and puts them in force. If they cannot be put in force, there is no file. */
export async function keepCards(
  world: World,
  { cards, input }: MadeCards,
  {
    community,
    actor,
    content,
    out,
  }: { readonly community: string; readonly actor: Actor; readonly content: string | Uint8Array; readonly out: string },
): Promise<void> {
  const file = await open(out, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CodedError('file-there', `${out} is there already; it may hold the only copy of cards. Name another file.`);
    throw error;
  });
  try {
    await file.writeFile(content);
    await file.sync();
    const bar = progress('cards', cards.length);
    const context = { world, notify: enqueue(world), progress: bar.increment };
    const enacted = await enactCards.perform(context, { community, at: {}, input, actor }).finally(bar.stop);
    if (enacted.is !== 'done') throw new CodedError('cards-changed', 'A card was changed meanwhile, and none of these is in force; make them again.');
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

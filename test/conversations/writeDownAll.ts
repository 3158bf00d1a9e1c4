import { Inquiry } from '../../src/fund/inquiries/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { Proposal } from '../../src/fund/proposals/index.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { writeDown } from '../support/proposals.ts';
import type { Turn } from './conversation.ts';

/** Does a cadre's work with the recordings of a conversation: each recording becomes the text that was spoken, in order. */
export async function writeDownAll(world: World, turns: readonly Turn[]): Promise<void> {
  const said = turns.flatMap((turn) => (typeof turn === 'string' && turn.startsWith('→ 说 ') ? [turn.slice('→ 说 '.length)] : []));
  const spoken = { 'spoken.state': 'beingWrittenDown' } as const;
  const [proposals, inquiries] = await Promise.all([
    collection(Proposal).find(spoken).sort({ at: 1 }).toArray(),
    collection(Inquiry).find(spoken).sort({ at: 1 }).toArray(),
  ]);
  const recordings = [...proposals, ...inquiries].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const [index, { spoken }] of recordings.entries())
    await writeDown(world, async () => {})({ recording: spoken?.recording ?? '', text: said[index] ?? '', actor: operator('王芳') });
}

import { z } from 'zod';
import { type Confirmation, confirmSecond, type Deciding } from '../second/index.ts';
import type { Act, Context, Performed } from './act.ts';

/** Confirms one of these acts that waits, as its second person (`confirmSecond`): it is done by its own `perform`. */
export function confirmAct(context: Context, acts: readonly Act[]): (deciding: Deciding) => Promise<Confirmation> {
  return (deciding) =>
    confirmSecond(
      context.world,
      (name) => {
        const act = acts.find((each) => each.name === name);
        return act && (async (kept, community, actor) => whatCame(act, await act.perform(context, { ...waitedFor.parse(kept), community, actor })));
      },
      deciding,
    );
}

/** What is kept of an act: its input, and what it is on. */
const waitedFor = z.object({
  at: z.record(z.string(), z.string()),
  seen: z.union([z.int(), z.string()]).optional(),
  input: z.record(z.string(), z.unknown()),
});

/** What came of it; of what it refuses, the key of its words. */
function whatCame({ name }: Act, performed: Performed): object {
  if (performed.is === 'done') return {};
  return { refused: performed.is === 'refused' ? `${name}.not.${performed.refused}` : performed.is };
}

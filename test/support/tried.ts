import type { Act, Asked } from '../../src/fund/act/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import type { World } from '../../src/store/world.ts';

/** Who tries an act, and where; what its address says and what is typed stand beside it. */
type Given = Pick<Asked, 'community' | 'actor' | 'seen'> & { readonly [name: string]: unknown };

/** Does an act as the console does. Gives its result, or in short why it did not: `{ waits }`, `{ refused }` (also what it is on: `noSubject`, `changed`), `{ mistakes }`. */
export function tried(world: World): (act: Act, given: Given) => Promise<object> {
  const context = { world, notify: enqueue(world) };
  return async (act, { community, actor, seen, ...given }) => {
    const place = [...act.path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, String(given[name])]);
    const input = Object.fromEntries(act.fields.map(({ name }) => [name, given[name]]));
    const performed = await act.perform(context, { community, at: Object.fromEntries(place), seen, input, actor });
    if (performed.is === 'done') return performed.result;
    if (performed.is === 'refused') return { refused: performed.refused };
    if (performed.is === 'mistaken') return { mistakes: performed.mistakes };
    if (performed.is !== 'waits') return { refused: performed.is };
    const { is: _, ...waiting } = performed;
    return waiting;
  };
}

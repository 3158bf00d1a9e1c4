import type { Act, Asked, Typed } from '../../src/fund/act/index.ts';
import type { Actor } from '../../src/fund/people/actor.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import type { World } from '../../src/store/world.ts';

/** Where somebody tries an act, and who; the rest is the address of what it is on: `{ cycle, number: 3 }`. */
type On = Pick<Asked, 'community' | 'seen'> & { readonly actor: Actor } & { readonly [part: string]: unknown };

/** Does an act as the console does. Gives its result, or in short why it did not: `{ waits }`, `{ refused }` (also what it is on: `noSubject`, `changed`), `{ mistakes }`. */
export function tried(world: World): (act: Act, on: On, input?: Typed) => Promise<object> {
  const context = { world, notify: enqueue(world) };
  return async (act, { community, seen, actor, ...place }, input = {}) => {
    const at = Object.fromEntries(Object.entries(place).map(([name, value]) => [name, String(value)]));
    const performed = await act.perform(context, { community, at, seen, input, actor });
    switch (performed.is) {
      case 'done':
        return performed.result;
      case 'waits': {
        const { is: _, ...waiting } = performed;
        return waiting;
      }
      case 'refused':
        return { refused: performed.refused };
      case 'mistaken':
        return { mistakes: performed.mistakes };
      default:
        return { refused: performed.is };
    }
  };
}

import type { Notify } from '../../src/contacts/notify.ts';
import type { Act, Asked } from '../../src/fund/act/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import type { World } from '../../src/store/world.ts';

/** Who tries an act; what its address says and what is typed stand beside it. The community is that of the `cycle`, if it is not given. */
type Given = Pick<Asked, 'actor' | 'seen'> & { readonly community?: string; readonly [name: string]: unknown };

/** Does an act as the console does. Gives its result, or in short why it did not: `{ waits }`, `{ refused }` (also what it is on: `noSubject`, `changed`), `{ mistakes }`. */
export function tried(world: World, notify: Notify = enqueue(world)): (act: Act, given: Given) => Promise<object> {
  return async (act, { actor, seen, ...given }) => {
    const place = ['cycle', ...[...act.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)].flatMap((name) =>
      given[name] === undefined ? [] : [[name, String(given[name])]],
    );
    const community = given.community ?? (await findCycle(String(given.cycle)))?.community ?? '';
    const input = Object.fromEntries(act.fields.map(({ name }) => [name, given[name]]));
    const performed = await act.perform({ world, notify }, { community, at: Object.fromEntries(place), seen, input, actor });
    if (performed.is === 'done') return performed.result;
    if (performed.is === 'refused') return { refused: performed.refused, ...performed.about };
    if (performed.is === 'mistaken') return { mistakes: performed.mistakes };
    if (performed.is !== 'waits') return { refused: performed.is };
    const { is: _, ...waiting } = performed;
    return waiting;
  };
}

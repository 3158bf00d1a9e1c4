import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Catalogue } from './flowEntry.ts';
import type { Question } from './question.ts';

/** The questions of all flows with things to choose from that do not depend on anything: their menus. */
export function menusOf(catalogue: Catalogue): Question[] {
  return Object.values(catalogue)
    .flatMap(({ machine }) => statesOf(machine.root))
    .flatMap(({ meta }) => {
      const ask: unknown = meta?.ask;
      if (typeof ask !== 'function' || ask.length > 0) return [];
      const asked: Question = ask();
      return asked.expects === 'choice' ? [asked] : [];
    });
}

function statesOf(node: AnyStateMachine['root'] | AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(statesOf)];
}

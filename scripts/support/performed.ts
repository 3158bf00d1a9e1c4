import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Act, ActField, Asked } from '../../src/fund/act/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { root } from '../../src/store/files.ts';
import type { World } from '../../src/store/world.ts';
import { note, printLine } from './print.ts';

/**
 * Does an act as an operator's command, and gives the command's exit status. `said`: what is told when it is done; `no`: there was nothing to do. Throws `usage` if something that was given
 * is no such thing.
 */
export async function performed<Result extends object>(
  world: World,
  act: Act<Result>,
  { by, ...asked }: Omit<Asked, 'actor'> & { readonly by: string },
  said: (result: Result) => string | { readonly no: string },
): Promise<number> {
  const { enqueue } = await import('../../src/outreach/outbox/enqueue.ts'); // a command that only looks is faster without it
  const outcome = await act.perform({ world, notify: enqueue(world) }, { ...asked, actor: operator(by) });
  switch (outcome.is) {
    case 'done': {
      const told = said(outcome.result);
      if (typeof told !== 'string') return no(told.no);
      printLine(told);
      return 0;
    }
    case 'mistaken':
      throw new CodedError(
        'usage',
        Object.entries(outcome.mistakes)
          .map(([name, code]) => wrong(act.fields, name, code, asked.input[name]))
          .join(' '),
      );
    case 'refused':
      return no(filled(word(`${act.name}.not.${outcome.refused}`, `not.${outcome.refused}`), outcome.about ?? {}));
    case 'waits':
      return no('It waits for a second person.'); // an operator's command never does
    case 'changed':
      return no(word('changed'));
    case 'noSubject':
      return no(`There is nothing at ${act.path.replaceAll(/:(\w+)/g, (_, name) => asked.at[name] ?? '')} in ${asked.community}.`);
  }
}

/** What a field of an act is called in English. */
export function fieldWord({ name }: Pick<Act, 'name'>, field: string): string {
  return word(`${name}.field.${field}`, `field.${field}`);
}

function filled(text: string, about: Readonly<Record<string, readonly number[]>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => about[name]?.join(', ') ?? '');
}

function no(sentence: string): number {
  note(sentence);
  return 1;
}

function wrong(fields: readonly ActField[], name: string, code: string, given: unknown): string {
  const { longest = 0 } = fields.find((each) => each.name === name) ?? {};
  return word(`wrong.${code}`)
    .replace('{{label}}', `--${name}`)
    .replace('{{longest}}', String(longest))
    .replace('{{length}}', String([...String(given ?? '')].length));
}

/** The first of these texts of `acts.json` that there is in English. Throws if there is none. */
function word(...keys: readonly string[]): string {
  const words: unknown = JSON.parse(readFileSync(join(root, 'locales/en/acts.json'), 'utf8'));
  const all = keys.map((key) =>
    key.split('.').reduce((part: unknown, name) => (typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined), words),
  );
  const found = all.find((text) => typeof text === 'string');
  if (found === undefined) throw new Error(`There is no text ${keys.join(' or ')}.`);
  return found;
}

import { Argument, type Command, Option } from '@commander-js/extra-typings';
import type { Act } from '../../src/fund/act/index.ts';
import { BY, does } from './command.ts';
import { fieldWord, performed } from './performed.ts';
import { wantedCommunity } from './wanted.ts';
import { withStore } from './withStore.ts';

interface Verb<Result> {
  readonly description: string;
  /** Fields that are words of the command, not options, in their order. */
  readonly words?: readonly string[];
  /** What is told when it is done. */
  readonly said: (result: Result) => string;
}

/** A verb of a command that does an act: the community and what the act's path names are its words, its fields its options. */
export function actVerb<Result extends object>(
  command: Command,
  verb: string,
  act: Act<Result>,
  { description, words = [], said }: Verb<Result>,
): void {
  const made = command.command(verb).description(description);
  const places = [...act.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  for (const name of ['slug', ...places]) made.argument(`<${name.toUpperCase()}>`);
  const fields = act.fields.filter(({ control }) => control !== 'given' && control !== 'key' && control !== 'files');
  for (const name of words) {
    const { values } = fields.find((field) => field.name === name) ?? {};
    const argument = new Argument(`<${name.toUpperCase()}>`, fieldWord(act, name));
    made.addArgument(values ? argument.choices(values) : argument);
  }
  for (const { name, isOptional } of fields.filter(({ name }) => !words.includes(name)))
    made.addOption(new Option(`--${name} <${name.toUpperCase()}>`, fieldWord(act, name)).makeOptionMandatory(!isOptional));
  made.requiredOption('--by <NAME>', BY).action(
    does(() => {
      const [community = '', ...given] = made.args;
      const { by, ...options }: Readonly<Record<string, unknown>> = made.opts();
      const named = (names: readonly string[], from: number) => Object.fromEntries(names.map((name, index) => [name, given[from + index] ?? '']));
      const asked = { community, by: String(by), at: named(places, 0), input: { ...options, ...named(words, places.length) } };
      return withStore(async ({ world }) => {
        await wantedCommunity(community);
        return performed(world, act, asked, said);
      });
    }),
  );
}

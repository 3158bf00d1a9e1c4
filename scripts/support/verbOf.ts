import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CodedError } from '../../src/store/codedError.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

const either = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/**
 * The verb of a command, the words after it and its options. `verbs`: each verb with the most words that it takes, and its options. It is wrong use if the
 * verb is another, there are more words, or an option is another verb's.
 */
export function verbOf<Verb extends string, const Given extends Options>(
  verbs: Readonly<Record<Verb, readonly [words: number, ...options: (keyof Given & string)[]]>>,
  options: Given,
) {
  const { values, positionals, tokens } = parseArgs({ allowPositionals: true, options, tokens: true });
  const [verb = '', ...words] = positionals;
  const isVerb = (word: string): word is Verb => Object.hasOwn(verbs, word);
  if (!isVerb(verb)) throw new CodedError('usage', `Say ${either.format(Object.keys(verbs))}.`);
  const [most, ...taken] = verbs[verb];
  if (words.length > most) throw new CodedError('usage', 'There are too many words.');
  takesOnly(verb, taken, tokens);
  return { verb, words, values };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/** It is wrong use if an option was given that does not belong to what is to be done. */
export function takesOnly(what: string, taken: readonly string[], tokens: readonly Token[]): void {
  const stray = tokens.find((token) => token.kind === 'option' && !taken.includes(token.name));
  if (stray?.kind === 'option') throw new CodedError('usage', `${what} takes no ${stray.rawName}.`);
}

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CodedError } from '../../src/store/codedError.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

const either = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/**
 * The verb of a command, the words after it and its options. `verbs`: each verb with the most words that it takes. It is wrong use if the verb is
 * another, or there are more words.
 */
export function verbOf<Verb extends string, const Given extends Options>(verbs: Readonly<Record<Verb, number>>, options: Given) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [verb = '', ...words] = positionals;
  const isVerb = (word: string): word is Verb => Object.hasOwn(verbs, word);
  if (!isVerb(verb)) throw new CodedError('usage', `Say ${either.format(Object.keys(verbs))}.`);
  if (words.length > verbs[verb]) throw new CodedError('usage', 'There are too many words.');
  return { verb, words, values };
}

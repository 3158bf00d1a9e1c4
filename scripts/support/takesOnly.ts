import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CodedError } from '../../src/store/codedError.ts';

/** It is wrong use if an option was given that does not belong to what is to be done. `taken`: as `all-the-same`. */
export function takesOnly(what: string, taken: readonly string[], command: CommandUnknownOpts): void {
  const stray = command.options.find((option) => command.getOptionValueSource(option.attributeName()) === 'cli' && !taken.includes(option.name()));
  if (stray) throw new CodedError('usage', `${what} takes no ${stray.long}.`);
}

import type { CommandName } from '../command.ts';

/** These only show something: with polite words around them they are done at once, where any other is asked about. */
export const SHOWS: ReadonlySet<CommandName> = new Set(['vote', 'projects', 'progress', 'receipt', 'repeat', 'menu', 'help']);

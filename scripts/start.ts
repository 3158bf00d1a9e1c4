import { commandOf, does } from './support/command.ts';

export const command = commandOf(
  'start',
  'The service. Settings come from the environment, or from .env in the current folder. Ctrl-C ends it.',
).action(
  does(async () => {
    await import('../src/app/main.ts');
  }),
);

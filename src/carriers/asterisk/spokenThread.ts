import { answerInThread } from '../../store/helperThread.ts';
import { type Spoken, spoken } from './spoken.ts';

/** What a program is to speak; the program, if it is not espeak-ng. */
export interface ToSpeak {
  readonly line: Spoken;
  readonly command: string | undefined;
}

/** Runs as a thread (`sounds.ts`): starts the program, and makes of what it writes what phones hear. */
answerInThread(({ line, command }: ToSpeak) => spoken(line, command));

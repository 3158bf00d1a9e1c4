import { CodedError } from '../store/codedError.ts';

/** What ends a turn whose time is over. */
export function deadlinePassed(): CodedError {
  return new CodedError('deadline-passed', 'The time for this answer has passed; nothing more is written for it.');
}

/** Acts that wait for a second person (docs/contract.md: The console). They change nothing before that person confirms them. */

export { type ListedSecond, readSecond, readSeconds, waitingSeconds } from './second.ts';
export {
  type Asking,
  askSecond,
  type Confirmation,
  confirmSecond,
  dropSeconds,
  forgetSeconds,
  lapseSeconds,
  refuseSecond,
  type Waiting,
} from './secondPerson.ts';
export { tellSeconds } from './tellSeconds.ts';
export { isAlone, needsSecond, type Run, type Runs, runOf, type SecondRole, WAITING_ACTS, type WaitingAct } from './waitingActs.ts';

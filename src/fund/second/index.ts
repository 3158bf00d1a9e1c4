/** Acts that wait for a second person (docs/contract.md: The console). They change nothing before that person confirms them. */

export {
  ASKING,
  CONFIRMING,
  CONFIRMING_ANY,
  type ListedSecond,
  REFUSING,
  readSecond,
  readSeconds,
  type SecondRole,
  waitingSeconds,
} from './second.ts';
export {
  type Asking,
  askSecond,
  type Confirmation,
  confirmSecond,
  type Deciding,
  dropSeconds,
  forgetSeconds,
  isAlone,
  lapseSeconds,
  refuseSecond,
  type Waiting,
} from './secondPerson.ts';
export { tellSeconds } from './tellSeconds.ts';

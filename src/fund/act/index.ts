/** What an act of staff is: one value, from which its form, its command, its entry of the log and its second person follow. */

export {
  type Act,
  type Asked,
  act,
  type Context,
  communitySubject,
  done,
  mistaken,
  type Performed,
  type Place,
  refuse,
  type Subject,
  subject,
} from './act.ts';
export { confirmAct } from './confirmAct.ts';
export {
  type ActField,
  amount,
  choice,
  chosen,
  count,
  day,
  file,
  files,
  given,
  key,
  line,
  lines,
  number,
  numbers,
  paragraphs,
  phoneText,
  type Typed,
  tick,
  time,
} from './field.ts';

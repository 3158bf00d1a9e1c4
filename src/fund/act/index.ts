/** What an act of staff is: one value, from which its form, its command, its entry of the log and its second person follow. */

export { type Act, type Asked, act, type Context, done, type Performed, type Place, refuse, subject, whole } from './act.ts';
export { type ActField, amount, choice, day, file, files, given, key, line, lines, number, phoneText, type Typed, tick, time } from './field.ts';

import { CodedError } from '../../src/store/codedError.ts';
import { wanted } from './wanted.ts';

/** An argument that must be a number, 1 or more; wrong use if it is not. */
export function wantedNumber(value: string | undefined, name: string): number {
  const text = wanted(value, name);
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CodedError('usage', `${name} must be a number from 1 on.`);
  return Number(text);
}

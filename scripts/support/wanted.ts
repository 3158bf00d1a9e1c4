import { CodedError } from '../../src/store/codedError.ts';

/** An argument that must be given; wrong use if it is not. */
export function wanted(value: string | undefined, name: string): string {
  const text = value?.trim();
  if (!text) throw new CodedError('usage', `${name} is missing.`);
  return text;
}

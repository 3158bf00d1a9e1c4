import type { Request } from 'express';
import { Refusal } from './refusal.ts';

/** A whole number of the query, `least` or more; undefined where it is not given, 400 where it is anything else. */
export function wholeNumber({ query }: Request, name: string, least: number): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const number = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  if (number === undefined || number < least) throw new Refusal(400, `Give ${name} as one whole number, ${least} or more.`);
  return number;
}

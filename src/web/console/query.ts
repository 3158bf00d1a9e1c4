import type { Request } from 'express';
import { Refusal } from '../errors.ts';

/** Characters of a value in an address or of a short field. */
const MAX_VALUE_CHARS = 200;

/** A value of the address, cut; undefined if it is absent or empty. */
export function asked({ query }: Request, name: string): string | undefined {
  return short(query[name]);
}

/** A value of a form that was sent, cut; empty if it is absent. Line ends are `\n`. */
export function typed({ body }: Request, name: string, longest = MAX_VALUE_CHARS): string {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof given === 'string' ? [...given.replaceAll('\r\n', '\n')].slice(0, longest).join('').trim() : '';
}

/** One of these values of the address; the first if it is none of them. */
export function oneOf<Value extends string>(request: Request, name: string, values: readonly [Value, ...Value[]]): Value {
  return values.find((value) => value === request.query[name]) ?? values[0];
}

/** A number of the address, 1 or more; undefined if it is none. */
export function numberIn(given: unknown): number | undefined {
  return typeof given === 'string' && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
}

/** The `:number` of an address; there is nothing where it is none. */
export function numberOf({ params }: Request): number {
  const number = numberIn(params.number);
  if (number === undefined) throw new Refusal(404, 'There is nothing at this address.');
  return number;
}

/** What `/:cycle/:number` of an address names: a meeting or a work. */
export function which({ request }: { readonly request: Request }): { readonly cycle: string; readonly number: number } {
  return { cycle: String(request.params.cycle), number: numberOf(request) };
}

/** What an address may say, by name: a value, or several. */
export type Values = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** An address with a query; values that are undefined are left out. */
export function address(path: string, values: Values): string {
  const given = Object.entries(values).flatMap(([name, value]) => texts(value).map((text): [string, string] => [name, text]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A value, or several, as an address or a form says them. */
export function texts(value: Values[string]): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

function short(given: unknown): string | undefined {
  return typeof given === 'string' && given.trim() !== '' ? given.trim().slice(0, MAX_VALUE_CHARS) : undefined;
}

import type { Option, Param, Question, Statement } from '../../../dialog/question.ts';
import type { Part } from './phraseOf.ts';

/**
 * The recordings that together say a phrase, in order; undefined where a variable part is none that can be recorded (a time, what somebody
 * wrote). Words are `key`, or `key.1`, `key.2`… where variable parts stand between them.
 */
export function recordedKeys(parts: readonly Part[], said: Statement | Question, cycle: string | undefined): string[] | undefined {
  const isOne = parts.filter((part) => 'words' in part).length === 1;
  let words = 0;
  const keys: string[] = [];
  for (const part of parts) {
    const spoken = 'words' in part ? [isOne ? said.key : `${said.key}.${++words}`] : keysOf(part, said.params ?? {}, cycle);
    if (!spoken) return undefined;
    keys.push(...spoken);
  }
  return keys;
}

function keysOf(
  { param, format }: Extract<Part, { param: string }>,
  params: Readonly<Record<string, Param>>,
  cycle: string | undefined,
): string[] | undefined {
  const value = params[param];
  switch (format) {
    case 'money':
      return typeof value === 'number' ? [`number.${value}`] : undefined;
    case 'receipt':
    case 'digits':
    case 'phone':
      return digits(value);
    case 'numbers':
      return numbers(value)?.map((number) => `number.${number}`);
    case 'readBack':
    case 'offer':
      return options(value)?.flatMap(({ number }) => (cycle === undefined ? [] : [`number.${number}`, titleKey(cycle, number)]));
    case undefined:
      if (typeof value === 'number' && Number.isInteger(value)) return [`number.${value}`];
      return param === 'label' && typeof params.number === 'number' && cycle !== undefined ? [titleKey(cycle, params.number)] : undefined;
    default:
      return undefined;
  }
}

export function titleKey(cycle: string, number: number): string {
  return `title.${cycle}.${number}`;
}

function digits(value: Param): string[] | undefined {
  return typeof value === 'string' && /^\d+$/.test(value) ? [...value].map((digit) => `number.${digit}`) : undefined;
}

function numbers(value: Param): number[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined;
}

function options(value: Param): readonly Option[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is Option => typeof item === 'object') : undefined;
}

import { z } from 'zod';
import { cleanText } from '../cleanText.ts';
import { isId } from '../isId.ts';
import { phone } from '../phone.ts';

type Wrong = { readonly input?: unknown };

/** "is missing", or what it must be. */
const must =
  (what: string) =>
  ({ input }: Wrong) =>
    input === undefined || input === null ? 'is missing' : `must be ${what}`;

/** What the values in a community's YAML files may be, each with the sentence that says so. */
export const fields = {
  text: (max: number) =>
    z
      .string({ error: must('text; numbers and the like need quotes') })
      .transform(cleanText)
      .refine((text) => text !== '', 'must not be empty')
      .refine((text) => [...text].length <= max, `must have at most ${max} characters`),
  /** Left out, empty or blank, it is as good as none. */
  mayBe: <Field extends z.ZodType>(field: Field) => z.preprocess((value) => (isNone(value) ? undefined : value), field.optional()).optional(),
  month: () => z.string({ error: must('a month such as 2027-06') }).regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2027-06'),
  /** What fits in one SMS segment. */
  segment: () =>
    fields.text(160).refine((text) => text.length <= 70 || isLatin(text), 'must fit in one text message: 70 characters, 160 in Latin letters'),
  /** Part of addresses on the web. */
  id: () =>
    z.string({ error: must('text; a number needs quotes') }).refine(isId, 'may have letters, digits, dots, dashes and underscores, 64 at most'),
  phone: () =>
    z.string({ error: must('a phone number in quotes, such as "+862880000001"') }).transform((text, context) => {
      const number = phone(text);
      if (number !== undefined) return number;
      context.addIssue({ code: 'custom', message: 'is not a phone number; write it with its country, such as "+862880000001"' });
      return z.NEVER;
    }),
  whole: (min: number, max = Number.MAX_SAFE_INTEGER) => {
    const error = must(max === Number.MAX_SAFE_INTEGER ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`);
    return z.int({ error }).min(min, { error }).max(max, { error });
  },
  oneOf: <const Values extends readonly [string, ...string[]]>(values: Values) => z.enum(values, { error: must(`one of ${values.join(', ')}`) }),
  object: <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : must('a list of keys with values')(issue)) }),
  /** A second. */
  rate: () => z.number({ error: 'must be a number' }).positive('must be above 0').max(1_000_000, 'must be 1000000 at most'),
  amount: () => z.number({ error: must('a number') }).min(0, 'must not be below 0'),
};

function isNone(value: unknown): boolean {
  return value === null || (typeof value === 'string' && cleanText(value) === '');
}

function isLatin(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

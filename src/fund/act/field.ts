import { z } from 'zod';
import { cleanText } from '../../store/text.ts';
import { isDay } from '../../store/wallTime.ts';

/** What somebody typed, by field: texts, or what waited for a second person. What is empty is absent. */
export type Typed = Readonly<Record<string, unknown>>;

/** A field of an act, as a form and a command take it. */
export interface ActField {
  readonly name: string;
  readonly isOptional: boolean;
  readonly control: Control['control'];
  /** The most characters. */
  readonly longest?: number;
  /** Those of a choice. */
  readonly values?: readonly string[];
  /** As `FilesControl`. */
  readonly accept?: string;
  readonly isMany?: boolean;
  readonly make?: FilesControl['make'];
}

type Control =
  | { readonly control: 'line' | 'lines' | 'phone'; readonly longest: number }
  | { readonly control: 'choice'; readonly values: readonly string[] }
  | { readonly control: 'number' | 'amount' | 'day' | 'time' | 'tick' | 'key' | 'given' }
  | FilesControl;

/** `make` makes of the bytes of a file what the act takes, or says by a code why it does not: `{ refused }`. */
export interface FilesControl {
  readonly control: 'files';
  readonly accept: string;
  readonly isMany: boolean;
  readonly make: (bytes: Buffer) => Promise<object>;
}

const controls = new WeakMap<z.ZodType, Control>();

/** A text of one line, 1 to `longest` characters. */
export const line = (longest: number) => shown(text(longest), { control: 'line', longest });
/** A text for which a form gives more room; it is kept as one line. */
export const lines = (longest: number) => shown(text(longest), { control: 'lines', longest });
/** A text of several lines. */
export const paragraphs = (longest: number) =>
  shown(
    z
      .string({ error: 'empty' })
      .transform((given) => given.split('\n').map(cleanText).join('\n').trim())
      .refine((given) => [...given].length <= longest, 'tooLong'),
    { control: 'lines', longest },
  );
/** A whole number from 1 on. */
export const number = () => counted(1, 999_999_999);
/** How many of something were counted, from 0 on. */
export const count = (most: number) => counted(0, most);

/** A whole number of money, as people write it: `60,000` and `６００００` too. */
export const amount = () =>
  shown(
    z.union(
      [
        z.int(),
        z
          .string()
          .transform((given) => given.normalize('NFKC').replace(/[\s,，]/g, ''))
          .pipe(z.string().regex(/^-?\d{1,13}$/))
          .transform(Number),
      ],
      { error: 'amount' },
    ),
    { control: 'amount' },
  );
/** Whole numbers, as people write several: `3, 7 12`. */
export const numbers = () =>
  shown(
    z.union(
      [
        z.array(z.int().min(1)),
        z
          .string()
          .trim()
          .regex(/^[1-9]\d{0,5}([\s,，、;；]+[1-9]\d{0,5})*$/)
          .transform((given) => given.split(/[\s,，、;；]+/).map(Number)),
      ],
      { error: 'numbers' },
    ),
    { control: 'line', longest: 1_000 },
  );
/** A day of the calendar, `2027-03-09`. */
export const day = () => shown(z.string({ error: 'day' }).trim().refine(isDay, 'day'), { control: 'day' });
/** A time of a day, `09:00`. */
export const time = () =>
  shown(
    z
      .string({ error: 'time' })
      .trim()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'time'),
    { control: 'time' },
  );
/** A phone number as people write it: whoever takes it knows the country (`phone`). */
export const phoneText = () => shown(text(40), { control: 'phone', longest: 40 });
/** One of these. */
export const choice = <const Values extends readonly string[]>(values: Values) =>
  shown(z.enum(values, { error: 'choose' }), { control: 'choice', values });
/** Something that one says by ticking it; without that nothing is done. */
export const tick = () => shown(z.literal('yes', { error: 'tick' }), { control: 'tick' });
/** What nobody types: who does the act gives it, as JSON keeps it, such as the rows of a file. */
export const given = <Schema extends z.ZodType>(schema: Schema) => shown(schema, { control: 'given' });
/** Rows of a list by their numbers, which somebody ticked; `listChanged`: the list is another one by now. */
export const chosen = () => given(z.array(z.int(), { error: 'listChanged' }).min(1, 'noneTicked'));
/** Names the form or message: what is sent twice counts once. */
export const key = () => shown(z.string({ error: 'empty' }).min(1).max(200), { control: 'key' });
/** A file. An act that takes one never waits for a second person. */
export const file = <Out extends object>(of: FileOf<Out>) => shown(made<Out>(), { control: 'files', isMany: false, ...of });
export const files = <Out extends object>(of: FileOf<Out>) => shown(z.array(made<Out>()), { control: 'files', isMany: true, ...of });

interface FileOf<Out> extends Pick<FilesControl, 'accept'> {
  readonly make: (bytes: Buffer) => Promise<Out>;
}

function made<Out extends object>() {
  return z.custom<Exclude<Out, { readonly refused: unknown }>>((given) => typeof given === 'object' && given !== null && !('refused' in given), {
    error: ({ input }) => (typeof input === 'object' && input !== null && 'refused' in input ? String(input.refused) : 'noFile'),
  });
}

/** The fields of an act's input, in their order. Throws if one has no control: it was not made by a function of this file. */
export function fieldsOf(input: z.ZodObject): ActField[] {
  return Object.entries(input.shape).map(([name, schema]) => {
    const isOptional = schema instanceof z.ZodOptional;
    const control = controls.get(isOptional ? schema.unwrap() : schema);
    if (!control) throw new Error(`The field ${name} has no control.`);
    return { name, isOptional, ...control };
  });
}

function counted(least: number, most: number) {
  const whole = z.union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ],
    { error: 'number' },
  );
  return shown(
    whole.refine((given) => given >= least && given <= most, 'number'),
    { control: 'number' },
  );
}

function text(longest: number) {
  return z
    .string({ error: 'empty' })
    .transform(cleanText)
    .pipe(
      z
        .string()
        .min(1, 'empty')
        .refine((given) => [...given].length <= longest, 'tooLong'),
    );
}

function shown<Schema extends z.ZodType>(schema: Schema, control: Control): Schema {
  controls.set(schema, control);
  return schema;
}

import { stringify } from 'yaml';
import { z } from 'zod';
import type { SmsTemplate } from '../communities/index.ts';
import { fields, readYaml, type YamlRead } from './readYaml.ts';

export const TEMPLATES_FILE = 'templates.yaml';
const MAX_TEMPLATES = 1_000;
const MOST_SLOTS = 20;

/** Reads `templates.yaml` (docs/contract.md: Files): which approved template words which text. */
export function readTemplates(text: string): YamlRead<SmsTemplate[]> {
  const read = readYaml(TEMPLATES_FILE, text, schema);
  if (!read.value) return { problems: read.problems, raw: read.raw, problemAt: read.problemAt };
  const templates = read.value.map(({ variant, ...template }) => ({ ...template, ...(variant !== undefined && { variant }) }));
  return { ...read, value: templates, problems: twice(templates).map((index) => read.problemAt([index, 'text'], 'is there twice')) };
}

/** Writes `templates.yaml` of these templates. */
export function templatesYaml(templates: readonly SmsTemplate[]): string {
  return stringify(templates);
}

const must = (what: string) => `must be ${what}`;

const schema = z
  .array(
    fields.object({
      text: z
        .string({ error: must('a text’s key') })
        .regex(/^\w+(\.\w+)+(\+\w+(\.\w+)+)*$/, must('the key of a text, such as vote.receipt, or several with + between')),
      variant: z
        .string({ error: must('a number in quotes') })
        .regex(/^\d{1,2}(-\d{1,2})*$/, must('how many things its list holds, such as "3"'))
        .optional(),
      language: fields.oneOf(['zh-CN', 'en']).default('zh-CN'),
      code: z.string({ error: must('the template’s code') }).regex(/^[\w-]{1,40}$/, must('the code of an approved template, such as SMS_154950909')),
      slots: z
        .array(z.string({ error: must('a name') }).regex(/^\w{1,35}$/, must('the name of a slot: letters and digits, 35 at most')), {
          error: must('a list of names'),
        })
        .max(MOST_SLOTS, `must have ${MOST_SLOTS} slots at most`)
        .refine((slots) => new Set(slots).size === slots.length, 'must name each slot once')
        .default([]),
    }),
    { error: must('a list of {text, variant, language, code, slots}') },
  )
  .max(MAX_TEMPLATES, `must have ${MAX_TEMPLATES} templates at most`);

/** The places of those whose text, variant and language stand before already. */
function twice(templates: readonly SmsTemplate[]): number[] {
  const seen = new Set<string>();
  return templates.flatMap(({ text, variant, language }, index) => {
    const name = [text, variant, language].join('|');
    if (seen.has(name)) return [index];
    seen.add(name);
    return [];
  });
}

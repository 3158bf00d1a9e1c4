import type { z } from 'zod';
import type { AuditFile } from './auditFiles.ts';
import { parsedJson } from './parsedJson.ts';
import { Wrong } from './wrong.ts';

/** Reads JSON that must have exactly a schema's keys, in its order, written as `JSON.stringify` does; throws `Wrong` at the line given. */
export function readJson<Value>(schema: z.ZodType<Value>, file: AuditFile, line: number, text: string): Value {
  const read = schema.safeParse(parsedJson(file, line, text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Wrong(file, line, `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'is not what it should be'}`);
  }
  if (JSON.stringify(read.data) !== text)
    throw new Wrong(file, line, 'is not written as it was: keys in their order, no blanks, numbers as JSON writes them');
  return read.data;
}

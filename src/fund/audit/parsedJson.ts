import type { AuditFile } from './auditFiles.ts';
import { Wrong } from './wrong.ts';

/** What a JSON text says; throws `Wrong` at the line given where it is none. */
export function parsedJson(file: AuditFile, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Wrong(file, line, 'is not JSON');
  }
}

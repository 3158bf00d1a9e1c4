import type { AuditFile, AuditFiles } from './auditFiles.ts';
import { Wrong } from './wrong.ts';

/** A file's text; throws `Wrong` where it is missing. */
export function required(files: AuditFiles, name: AuditFile): string {
  const text = files[name];
  if (text === undefined) throw new Wrong(name, 1, 'the file is missing');
  return text;
}

import type { AuditFile } from './auditFiles.ts';

/** The first thing that is wrong with an audit: thrown inside a verification, told by it. */
export class Wrong extends Error {
  readonly file: AuditFile;
  /** From 1. */
  readonly line: number;

  constructor(file: AuditFile, line: number, what: string) {
    super(what);
    this.name = 'Wrong';
    this.file = file;
    this.line = line;
  }
}

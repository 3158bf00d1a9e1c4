/** The files of an audit by name, each as a text; those that were not published are missing. */
export type AuditFiles = Readonly<Partial<Record<AuditFile, string>>>;

export const AUDIT_FILES = ['ballot.json', 'ledger.ndjson', 'openings.ndjson', 'ballots.ndjson', 'results.json', 'cycle.pb'] as const;
export type AuditFile = (typeof AUDIT_FILES)[number];

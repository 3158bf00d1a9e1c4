/** What a work's document is (docs/contract.md: Works). */
export const DOCUMENT_KINDS = ['offer', 'contract', 'plan', 'acceptance', 'invoice', 'other'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

import { hash } from 'node:crypto';

/** Hex SHA-256 of a text's UTF-8 bytes. The pure parts take it as an argument, so that they run in a browser too. */
export type Sha256 = (text: string) => string;

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

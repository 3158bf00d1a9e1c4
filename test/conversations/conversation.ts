import { readFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import type { flows } from '../../flows/index.ts';
import type { MovedClock } from '../support/movedWorld.ts';
import type { TestService } from '../support/service.ts';

/** A golden conversation, as its file has it. Each channel has its own form of the lines in `turns`. */
export interface Conversation {
  about: string;
  flow: keyof typeof flows;
  language: 'zh-CN' | 'en' | 'zh-CN-sichuan';
  /** Community's own time. */
  at: string;
  from: string;
  community?: string;
  /** The line hears words. */
  hears?: true;
  /** Of one by SMS: why no keys lead along its path. */
  unspoken?: string;
  turns: Turn[];
  ledger?: number[][];
}

export type Turn =
  | string
  | { at: string }
  | { from: string }
  | { until: 'sealed' | 'held' | 'published' | 'accepted' | 'writtenDown' | 'phoneChanged' };

/** Sends the lines of a conversation over a channel and gives the whole conversation with the answers. */
export type Play = (
  service: TestService,
  conversation: Conversation,
  clock: MovedClock,
  writeDown: (turns: readonly Turn[]) => Promise<void>,
) => Promise<Turn[]>;

export function readConversation(path: string): { document: Document; conversation: Conversation } {
  const document = parseDocument(readFileSync(path, 'utf8'));
  return { document, conversation: document.toJS() };
}

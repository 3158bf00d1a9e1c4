import type { ConversationRecord } from './conversation.ts';

/** Whether nobody on the roster was known in a conversation so far. */
export function mayBeStranger({ revision, strangerUntil }: Pick<ConversationRecord, 'revision' | 'strangerUntil'>): boolean {
  return revision === 0 || strangerUntil !== undefined;
}

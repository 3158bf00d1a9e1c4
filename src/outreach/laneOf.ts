import type { MessageRecord } from './message.ts';

/**
 * The lane of a message: one for what belongs to what a person is doing, which goes first, and one for what we start, of each
 * community. A long broadcast holds up neither a receipt nor another community.
 */
export function laneOf({ kind, community }: Pick<MessageRecord, 'kind' | 'community'>): string {
  return `${kind === 'notice' ? OURS : THEIRS}|${community}`;
}

/** What a lane's name says. */
export function laneFacts(lane: string): { isOurs: boolean; community: string } {
  return { isOurs: lane.startsWith(OURS), community: lane.slice(2) };
}

const THEIRS = '0';
const OURS = '1';

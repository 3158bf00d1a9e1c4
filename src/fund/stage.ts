/** The stages of a cycle, in their order. */
export const STAGES = ['announce', 'propose', 'deliberate', 'publish', 'vote', 'implement', 'evaluate', 'closed'] as const;
export type Stage = (typeof STAGES)[number];

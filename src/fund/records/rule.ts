/** How projects win (contract §5). */
export const RULES = ['greedy', 'greedy-no-skip', 'equal-shares', 'equal-shares+fill'] as const;
export type Rule = (typeof RULES)[number];

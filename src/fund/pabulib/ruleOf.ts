import type { Rule } from '../records/rule.ts';

const RULES: Record<string, Rule> = {
  greedy: 'greedy',
  'greedy-threshold': 'greedy',
  'greedy-no-skip': 'greedy-no-skip',
  'equalshares/add1': 'equal-shares',
  // the comparison is with greedy; it has no part in how equal shares chooses
  'equalshares/add1-comparison': 'equal-shares',
};

/** Our rule for a rule of Pabulib; none where it is another one, or unknown. A threshold stands in the file beside it. */
export function ruleOf(pabulib: string): Rule | undefined {
  return RULES[pabulib];
}

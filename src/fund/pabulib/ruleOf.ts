import { RULES, type Rule } from '../records/rule.ts';
import { TALLY_RULES } from '../tally/tallyRules.ts';

/** Our rule for a rule of Pabulib; none where it is another one, or unknown. A threshold stands in the file beside it. */
export function ruleOf(pabulib: string): Rule | undefined {
  return RULES.find((rule) => TALLY_RULES[rule].pabulib.knownAs.includes(pabulib));
}

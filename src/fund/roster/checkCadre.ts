import type { Act } from '../act.ts';

export type CadreChecked =
  | { readonly proved: true }
  | { readonly refused: 'wrong'; readonly triesLeft: number }
  | { readonly refused: 'over' | 'late' };

const LASTS_MS = 10 * 60 * 1_000;

/** Six digits sent to a cadre are repeated: within ten minutes, as often as there are tries left. */
export function checkCadre(): (
  input: { digits: string; given: string; at: string; triesLeft: number },
  act: Pick<Act, 'at'>,
) => Promise<CadreChecked> {
  return async ({ digits, given, at, triesLeft }, act) => {
    if (act.at.getTime() - Date.parse(at) > LASTS_MS) return { refused: 'late' };
    if (digits === given) return { proved: true };
    return triesLeft > 1 ? { refused: 'wrong', triesLeft: triesLeft - 1 } : { refused: 'over' };
  };
}

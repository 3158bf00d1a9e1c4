import type { Owner } from '../../src/fund/communities/index.ts';
import { CodedError } from '../../src/store/codedError.ts';

export interface Whose {
  readonly office?: string | undefined;
  readonly community?: string | undefined;
}

/** Whose account a command is about, by its `--office` or `--community`; undefined if it names neither. */
export function ownerIn({ office, community }: Whose): Owner | undefined {
  if (office?.trim() && !community) return { of: 'office', name: office.trim() };
  if (community && !office) return { of: 'community', name: community };
  if (!office && !community) return undefined;
  throw new CodedError('usage', 'Say whose it is: --office NAME, or --community SLUG.');
}

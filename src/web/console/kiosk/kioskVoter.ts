import { z } from 'zod';
import type { Tablet } from '../../../fund/staff/index.ts';
import type { World } from '../../../store/world.ts';

/** Who votes on a tablet, and the key under which their ballot counts once. */
export interface KioskVoter {
  /** `_id` of the resident whose card was shown. */
  readonly resident: string;
  readonly key: string;
}

/** How long one step may take. A person who goes away leaves nothing behind that works later. Milliseconds. */
const STEP_MS = 3 * 60_000;

const shape = z.strictObject({ resident: z.string(), key: z.string(), until: z.number() });

/** Carries who votes from step to step in the pages' forms, sealed for one tablet. */
export function kioskVoters({ vault, randomBytes }: World) {
  return {
    newTry: (): string => randomBytes(16).toString('base64url'),
    seal: ({ tablet }: Tablet, voter: KioskVoter, at: Date): string =>
      vault.encrypt('kioskVoter', tablet, JSON.stringify({ ...voter, until: at.getTime() + STEP_MS })).toString('base64url'),
    /** Undefined if it was sealed for another tablet, or too long ago. */
    open: ({ tablet }: Tablet, sealed: string, at: Date): KioskVoter | undefined => {
      const { until, ...voter } = opened(() => vault.decrypt('kioskVoter', tablet, Buffer.from(sealed, 'base64url'))) ?? { until: 0 };
      return 'resident' in voter && until >= at.getTime() ? voter : undefined;
    },
  };
}

function opened(decrypt: () => string): z.output<typeof shape> | undefined {
  try {
    return shape.parse(JSON.parse(decrypt()));
  } catch {
    return undefined; // another tablet's, or of another SECRET: the person begins anew
  }
}

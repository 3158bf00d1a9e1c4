import { z } from 'zod';
import { act, communitySubject, done, given } from '../act/index.ts';
import { beginTablet, OPENING_TABLET } from '../staff/index.ts';

/**
 * Makes the device on which a cadre is signed in a hall's tablet: residents vote on it, and it opens nothing else (`beginTablet`). `phone` and `session`: as they
 * are signed in (`SignedIn`).
 */
export const openKiosk = act({
  ...OPENING_TABLET,
  on: communitySubject('/kiosk'),
  input: z.strictObject({ phone: given(z.string()), session: given(z.string()).optional(), device: given(z.string()).optional() }),
  refusals: {},
  async run({ world, session, on: { _id: community }, input: { phone, session: own = '', device = '' } }) {
    return done({ token: await beginTablet(world, { community, phone, own, device }, session) }, { subject: 'kiosk' });
  },
});

import { randomBytes } from 'node:crypto';
import { castBallot } from '../../../../src/fund/ballots/cast/cast.ts';
import { connect } from '../../../../src/store/connect.ts';
import { vault } from '../../../../src/store/vault.ts';
import { SECRET_BYTES } from '../../../support/secret.ts';

/** A process that casts 200 ballots, 16 at a time, and sends each receipt when it has it. */
const [, , uri = '', community = '', name = '', ...residents] = process.argv;
const at = new Date('2026-12-05T04:00:00Z');
const world = { vault: vault(SECRET_BYTES), now: () => at, clockAgrees: () => true, randomBytes };
await connect(uri);
let next = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    while (next < 200) {
      const n = next++;
      const act = {
        key: `${name} ${n}`,
        at,
        community,
        channel: 'sms',
        address: 'a phone',
        resident: residents[n % residents.length],
        withCard: false,
      } as const;
      const outcome = await castBallot(world, { picks: [1] }, { ...act, beginWrite: () => undefined });
      if ('receipt' in outcome) process.send?.(outcome.receipt);
    }
  }),
);
process.disconnect();
process.exit();

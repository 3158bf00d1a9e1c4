import { type Actor, operator } from '../../src/fund/people/index.ts';
import { staffOf } from '../../src/fund/staff/index.ts';
import { beginWorks } from '../../src/fund/works/index.ts';
import { openStore } from '../../src/store/openStore.ts';
import { killSoon } from './killing.ts';
import { confirmSecond } from './second.ts';
import { SECRET_BYTES } from './secret.ts';

/**
 * A process that confirms, as the supervisor of a community (TEST_COMMUNITY), everything that waits there up to TEST_MOST, and meanwhile begins the works of
 * whatever is sealed. Prints a line for each that is confirmed, and kills itself soon after TEST_KILL_AFTER of them.
 */
const { TEST_URI = '', TEST_COMMUNITY = '', TEST_MOST = '', TEST_KILL_AFTER = '' } = process.env;
const { world, close } = await openStore({ mongodbUri: TEST_URI, dataDir: '.data/none', secret: SECRET_BYTES });
const found = (await staffOf(world, TEST_COMMUNITY)).find(({ role }) => role === 'supervisor');
const actor: Actor = found ? { kind: 'staff', ...found, role: 'supervisor', community: TEST_COMMUNITY } : operator('nobody');
const works = beginWorks(world)();
const confirm = confirmSecond(world);
let confirmed = 0;
for (let number = 1; number <= Number(TEST_MOST); number += 1) {
  const outcome = await confirm({ community: TEST_COMMUNITY, number, actor });
  if (!('confirmed' in outcome)) continue;
  process.stdout.write('confirmed\n');
  confirmed += 1;
  if (confirmed === Number(TEST_KILL_AFTER)) killSoon();
}
await works;
await close();

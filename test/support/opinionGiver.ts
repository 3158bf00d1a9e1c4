import { operator } from '../../src/fund/people/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { openStore } from '../../src/store/openStore.ts';
import { killSoon } from './killing.ts';
import { giveOpinions } from './proposals.ts';
import { SECRET_BYTES } from './secret.ts';

/** A process that gives the drafted opinions of a cycle (TEST_CYCLE) up to TEST_MOST, in rounds of TEST_EACH. It kills itself soon after TEST_KILL_AFTER rounds. */
const { TEST_URI = '', TEST_CYCLE: cycle = '', TEST_MOST = '', TEST_EACH = '', TEST_KILL_AFTER = '' } = process.env;
const { world, close } = await openStore({ mongodbUri: TEST_URI, dataDir: '.data/none', secret: SECRET_BYTES });
const give = giveOpinions(world, enqueue(world));
const each = Number(TEST_EACH);
let rounds = 0;
for (let first = 1; first <= Number(TEST_MOST); first += each) {
  const numbers = Array.from({ length: each }, (_, index) => first + index);
  const outcome = await give({ cycle, numbers, actor: operator('李姐') });
  if ('given' in outcome) rounds += 1;
  if (rounds === Number(TEST_KILL_AFTER)) killSoon();
}
await close();

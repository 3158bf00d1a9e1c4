import { operator } from '../../src/fund/people/index.ts';
import { openStore } from '../../src/store/openStore.ts';
import { acceptBatch } from './paper.ts';
import { SECRET_BYTES } from './secret.ts';

/** A process that accepts the batches of a cycle (TEST_CYCLE), 1 to TEST_MOST, one after the other, as two people; again those that are accepted. */
const { TEST_URI = '', TEST_CYCLE: cycle = '', TEST_MOST = '' } = process.env;
const { world, close } = await openStore({ mongodbUri: TEST_URI, dataDir: '.data/none', secret: SECRET_BYTES });
for (let batch = 1; batch <= Number(TEST_MOST); batch += 1)
  for (const name of ['小陈', '小吴']) await acceptBatch(world)({ cycle, batch, actor: operator(name) });
await close();

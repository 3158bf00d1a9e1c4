import { operator } from '../../src/fund/people/index.ts';
import { openStore } from '../../src/store/openStore.ts';
import { setProposalState } from './proposals.ts';
import { SECRET_BYTES } from './secret.ts';

/**
 * A process of several clients, each of which changes the state of a proposal of its own again and again. Run with TEST_URI, TEST_CYCLE, TEST_NUMBERS
 * (the proposals, `1,2,3`) and TEST_ACTS (how many each client does). Prints a line for each act that is done.
 */
const { TEST_URI = '', TEST_CYCLE = '', TEST_NUMBERS = '', TEST_ACTS = '' } = process.env;
const { world, close } = await openStore({ mongodbUri: TEST_URI, dataDir: '.data/none', secret: SECRET_BYTES });
const set = setProposalState(world, async () => {});
await Promise.all(
  TEST_NUMBERS.split(',').map(async (number) => {
    for (let done = 0; done < Number(TEST_ACTS); done += 1) {
      const state = done % 2 === 0 ? 'considered' : 'declined';
      const outcome = await set({ cycle: TEST_CYCLE, number: Number(number), state, actor: operator(`client ${number}`) });
      if (!('refused' in outcome)) process.stdout.write('done\n');
    }
  }),
);
await close();

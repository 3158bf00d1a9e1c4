import { config } from '../../src/app/config.ts';
import '../../src/app/ticks.ts'; // for every model
import { rotate } from '../../src/operation/rotate.ts';

/** A process that replaces SECRET and says each step, a line each. It waits less for others than the command does. */
const print = (said: string) => void process.stdout.write(`${said}\n`);
const { ends } = await rotate(config(), { settleMs: 500, onStep: print });
print(ends);

import { yisheng } from '../../scripts/yisheng.ts';

/** `bin/yisheng.js`, over what is compiled for the tests. */
await yisheng(process.argv.slice(2));

import { logMark } from '../../src/app/logFiles.ts';
import { headsLog } from '../../src/fund/heads/index.ts';
import { connect } from '../../src/store/connect.ts';
import { vault } from '../../src/store/vault.ts';
import { askWitness } from '../../src/witness/askWitness.ts';
import { LOG } from './headsTown.ts';
import { SECRET_BYTES } from './secret.ts';

/** A machine that appends heads, with a clock that runs a month a second, until it is killed or `TEST_LOOKS` looks are over. */

/** As long as some looks with their heads take. */
const KILLED_WITHIN_MS = 120;
const { TEST_URI = '', TEST_FROM = '', TEST_AHEAD = '', TEST_LOOKS = '', TEST_KILL, TEST_FOLDER = '' } = process.env;
await connect(TEST_URI);
const began = Date.now();
const now = () => new Date(Number(TEST_FROM) + Number(TEST_AHEAD) + (Date.now() - began) * 2_592_000);
const world = { vault: vault(SECRET_BYTES), now, clockAgrees: () => true, randomBytes: (size: number) => Buffer.alloc(size) };
const look = headsLog(world, { signer: LOG, mark: logMark(TEST_FOLDER, LOG.name), witnesses: [], ask: askWitness });
if (TEST_KILL) setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * KILLED_WITHIN_MS);
for (let looks = 0; looks < Number(TEST_LOOKS); looks += 1) await look();
process.exit(0);

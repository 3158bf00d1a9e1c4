import { config } from '../../src/app/config.ts';
import '../../src/app/ticks.ts'; // for every model
import { writeAudit } from '../../src/fund/ballots/audit/index.ts';
import { slipAudit } from '../../src/fund/paper/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { move, moveBack } from '../../src/operation/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { openStore } from '../../src/store/openStore.ts';

/**
 * A process that writes an audit if it is asked to, then moves communities one after the other, and prints each step or the code of what went wrong, a line each. It
 * kills itself as it says that it begins the step `until`.
 */
interface Wanted {
  readonly slug: string;
  readonly to: string;
  readonly toSecret?: string;
  readonly toUrl?: string;
  readonly does?: 'move' | 'undo';
}

const print = (said: string) => void process.stdout.write(`${said}\n`);
const step = (said: string) => {
  print(said);
  if (said === wanted.until) process.kill(process.pid, 'SIGKILL'); // a pipe is written at once
};
const wanted: { moves: Wanted[]; until?: string; settleMs?: number; audit?: { cycle: string; out: string } } = JSON.parse(process.argv[2] ?? '');
if (wanted.audit) {
  const store = await openStore(config());
  await writeAudit(store.world, wanted.audit.cycle, wanted.audit.out, { isPublic: false, slips: slipAudit(store.world) });
  await store.close();
}
for (const { slug, to, toSecret, toUrl = 'http://there', does = 'move' } of wanted.moves)
  try {
    const secret = toSecret === undefined ? {} : { secret: Buffer.from(toSecret, 'base64') };
    const moving = {
      slug,
      to: { mongodbUri: to, ...secret },
      fromUrl: 'http://here',
      toUrl,
      actor: operator('李姐'),
      settleMs: wanted.settleMs ?? 300,
      onStep: step,
    };
    if (does === 'undo') await moveBack(config(), moving);
    else print(JSON.stringify(await move(config(), moving)));
    print('done');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    print(error.code);
  }

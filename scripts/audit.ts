import { parseArgs } from 'node:util';
import { config } from '../src/app/config.ts';
import { logSigner } from '../src/app/logFiles.ts';
import { type SlipAudit, writeAudit } from '../src/fund/ballots/audit/index.ts';
import { headProofs } from '../src/fund/heads/index.ts';
import { slipAudit } from '../src/fund/paper/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import { command } from './support/command.ts';
import { type Progress, progress } from './support/progress.ts';

const SHEET = 'npm run print -- SLUG compare --out FILE.pdf';
const USAGE = `npm run audit -- ID --out DIR [--public]
Writes what is needed to redo the count of a sealed cycle; exit 1 before the seal. Without --public it holds the openings and the log,
which are for supervisors alone. slips.json: which slips of paper the seal has drawn, to be compared with the box, and what was found.`;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, public: { type: 'boolean', default: false } },
  });
  const [id, ...rest] = positionals;
  if (!id || rest.length > 0) throw new CodedError('usage', 'Name one cycle.');
  if (!values.out) throw new CodedError('usage', 'Say where to: --out DIR.');
  const settings = config();
  const store = await openStore(settings);
  let bar: Progress | undefined;
  try {
    const onEntry = (of: number) => {
      bar ??= progress('entries', of);
      bar.increment();
    };
    const slips = slipAudit(store.world);
    const signer = await logSigner(settings);
    const proof = (of: Parameters<typeof headProofs>[1]) => headProofs(signer, of);
    const files = await writeAudit(store.world, id, values.out, { isPublic: values.public, slips, proof, onEntry });
    const drawn = await slips(id);
    bar?.stop();
    process.stderr.write(`${files.join(', ')} in ${values.out}\n`);
    if (!files.includes('proof.json'))
      process.stderr.write('The seal is not in the log of heads yet: write it again in some minutes, for the proof.\n');
    if (drawn) process.stderr.write(`${compared(drawn)}\n`);
  } finally {
    bar?.stop();
    await store.close();
  }
});

/** How far the slips that the seal drew are compared with the box. */
function compared({ slips, drawn, found }: SlipAudit): string {
  const left = drawn.length - found.length;
  const wrong = found.filter((each) => each.found !== 'agrees').length;
  const all = `${drawn.length} of ${slips.length} slips of paper were drawn`;
  return left > 0
    ? `${all}; ${left} of them are to be compared with the box: ${SHEET}`
    : `${all} and compared with the box; ${wrong} of them are not there as they were keyed.`;
}

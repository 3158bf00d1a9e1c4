import { config } from '../src/app/config.ts';
import { logSigner } from '../src/app/logFiles.ts';
import { type SlipAudit, writeAudit } from '../src/fund/ballots/audit/index.ts';
import { headProofs } from '../src/fund/heads/index.ts';
import { slipAudit } from '../src/fund/paper/index.ts';
import { openStore } from '../src/store/openStore.ts';
import { commandOf, does } from './support/command.ts';
import { note } from './support/print.ts';
import { type Progress, progress } from './support/progress.ts';

const SHEET = 'npm run print -- SLUG compare --out FILE.pdf';
export const command = commandOf(
  'audit',
  'Writes what is needed to redo the count of a sealed cycle; exit 1 before the seal. Without --public it holds the openings and the log, which are for supervisors alone. slips.json: which slips of paper the seal has drawn, to be compared with the box, and what was found.',
)
  .argument('<ID>', 'the cycle')
  .requiredOption('--out <DIR>', 'where to')
  .option('--public', 'only what everybody may read')
  .action(does((id, { out, public: isPublic = false }) => audit(id, out, isPublic)));

async function audit(id: string, out: string, isPublic: boolean): Promise<void> {
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
    const files = await writeAudit(store.world, id, out, { isPublic, slips, proof, onEntry });
    const drawn = await slips(id);
    bar?.stop();
    note(`${files.join(', ')} in ${out}`);
    if (!files.includes('proof.json')) note('The seal is not in the log of heads yet: write it again in some minutes, for the proof.');
    if (drawn) note(compared(drawn));
  } finally {
    bar?.stop();
    await store.close();
  }
}

/** How far the slips that the seal drew are compared with the box. */
function compared({ slips, drawn, found }: SlipAudit): string {
  const left = drawn.length - found.length;
  const wrong = found.filter((each) => each.found !== 'agrees').length;
  const all = `${drawn.length} of ${slips.length} slips of paper were drawn`;
  return left > 0
    ? `${all}; ${left} of them are to be compared with the box: ${SHEET}`
    : `${all} and compared with the box; ${wrong} of them are not there as they were keyed.`;
}

import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import { type Round, rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import { apart, isMenu, isReceipt, menu, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { work } from './work.ts';

const CONNECTIONS = 32;
const FEW = 10_000;

/**
 * Turns of the service with many residents and conversations in the database, compared with few; each as a ratio to the bare server on that
 * database.
 */
export async function scale({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const many = effort.residents;
  await fill(uri('few'), FEW);
  await fill(uri('many'), many);
  return withServers(async (started) => {
    const bareFew = await started(bare(uri('few')));
    const bareMany = await started(bare(uri('many')));
    const oursFew = await started(service(uri('few'), folder('few')));
    const oursMany = await started(service(uri('many'), folder('many')));
    await untilFrozen(uri('few'));
    await untilFrozen(uri('many'));
    const works = {
      bareFew: work(bareFew, menu(FEW), () => true),
      bareMany: work(bareMany, menu(many), () => true),
      dialogFew: work(oursFew, apart(menu(FEW), 0, 2), isMenu),
      dialogMany: work(oursMany, apart(menu(many), 0, 2), isMenu),
      voteFew: work(oursFew, apart(vote(FEW), 1, 2), isReceipt),
      voteMany: work(oursMany, apart(vote(many), 1, 2), isReceipt),
    };
    const measured = await rounds(works, { ...effort, connections: CONNECTIONS });
    const sizes = `${many.toLocaleString('en')} residents and conversations against ${FEW.toLocaleString('en')}`;
    return [
      row(`${sizes}, a dialog that records nothing`, measured, 'dialogFew', 'dialogMany'),
      row(`${sizes}, \`投 3 7\``, measured, 'voteFew', 'voteMany'),
    ];
  });
}

type Name = 'bareFew' | 'bareMany' | 'dialogFew' | 'dialogMany' | 'voteFew' | 'voteMany';

function row(work: string, measured: readonly Round<Name>[], few: Name, many: Name): Row {
  const rates = measured.map((round) => round[many].rate / round.bareMany.rate / (round[few].rate / round.bareFew.rate));
  const growth = measured.map((round) => round[many].p99 / round[few].p99 / (round.bareMany.p99 / round.bareFew.p99));
  const middle = (name: Name, what: 'rate' | 'p99') => median(measured.map((round) => round[name][what])).toFixed(0);
  return {
    work,
    result: `${spread(rates)}; p99 growth × ${spread(growth)}`,
    reach: '≥ 0.9; p99 growth ≤ 1.2 × the bare server’s',
    reached: median(rates) >= 0.9 && median(growth) <= 1.2,
    detail: `${middle(many, 'rate')}/s against ${middle(few, 'rate')}/s, the bare server ${middle('bareMany', 'rate')}/s against ${middle('bareFew', 'rate')}/s; p99 ${middle(many, 'p99')} against ${middle(few, 'p99')} ms, the bare server’s ${middle('bareMany', 'p99')} against ${middle('bareFew', 'p99')} ms`,
  };
}

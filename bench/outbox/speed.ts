import type { Effort } from '../effort.ts';
import type { Place } from '../place.ts';
import { median, type Row, spread } from '../row.ts';
import { startSender, type Took } from './startSender.ts';
import { withCarrier } from './withCarrier.ts';
import { queueAll, withResidents } from './withResidents.ts';

/**
 * The outbox against a bare loop with the same client. Both take their messages from one long queue, by turns and each in a process of its own, so
 * that slow changes of the machine affect both. No resident was written to before, so each message of the outbox is a first contact.
 */
export async function speed({ uri }: Place, { broadcast, rounds }: Effort): Promise<Row[]> {
  const each = Math.ceil(broadcast / rounds);
  const measured = await withResidents(uri('outbox'), 2 * (broadcast + rounds * SPARE), async ({ world }) => {
    await queueAll(world);
    return withCarrier(({ api }) => inTurn(rounds, (mode) => startSender(uri('outbox'), api, mode, each).took));
  });
  const ratios = measured.map(({ outbox, bare }) => perSecond(outbox) / perSecond(bare));
  const middle = (of: (took: Took) => number, mode: Mode) => median(measured.map((round) => of(round[mode]))).toFixed(0);
  return [
    {
      work: `${broadcast.toLocaleString('en')} messages to a carrier that answers at once, against a bare loop`,
      result: spread(ratios),
      reach: '≥ 0.8',
      reached: median(ratios) >= 0.8,
      detail: `${middle(perSecond, 'outbox')}/s against ${middle(perSecond, 'bare')}/s; ${middle(cpuOf, 'outbox')} against ${middle(cpuOf, 'bare')} µs of CPU a message; ${rounds} rounds of ${each.toLocaleString('en')}, all of them first contacts`,
    },
  ];
}

type Mode = 'outbox' | 'bare';

/** A sender may give the carrier some more messages than it was asked for. */
const SPARE = 100;

async function inTurn(rounds: number, run: (mode: Mode) => Promise<Took>): Promise<Record<Mode, Took>[]> {
  const measured: Record<Mode, Took>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const bare = await run('bare');
      measured.push({ bare, outbox: await run('outbox') });
    } else {
      const outbox = await run('outbox');
      measured.push({ outbox, bare: await run('bare') });
    }
  }
  return measured;
}

function perSecond({ sent, seconds }: Took): number {
  return sent / seconds;
}

function cpuOf({ sent, cpu }: Took): number {
  return (cpu / sent) * 1e6;
}

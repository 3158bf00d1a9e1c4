import type { Effort } from '../effort.ts';
import type { Place } from '../place.ts';
import type { Row } from '../row.ts';
import { startSender } from './startSender.ts';
import { withCarrier } from './withCarrier.ts';
import { withResidents } from './withResidents.ts';

/** The memory of a process that plans a broadcast, queues it and sends it: to many residents, compared with a tenth of them. */
export async function flat({ uri }: Place, { broadcast: many }: Effort): Promise<Row[]> {
  return withCarrier(async ({ api }) => {
    const peak = async (residents: number) => {
      const at = uri(`outbox${residents}`);
      return withResidents(at, residents, async () => (await startSender(at, api, 'broadcast', residents).took).rss);
    };
    const few = many / 10;
    const [ofFew, ofMany] = [await peak(few), await peak(many)];
    const growth = ofMany / ofFew - 1;
    return [
      {
        work: `memory of a process that writes to ${many.toLocaleString('en')} residents against ${few.toLocaleString('en')}`,
        result: `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(0)} %`,
        reach: '≤ +10 %',
        reached: growth <= 0.1,
        detail: `${ofMany.toFixed(0)} MB against ${ofFew.toFixed(0)} MB, the most that was resident`,
      },
    ];
  });
}

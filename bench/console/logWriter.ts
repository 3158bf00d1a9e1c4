import { withLog } from '../../src/fund/log/index.ts';
import { withStore } from '../outbox/withStore.ts';

/** A process whose BENCH_CLIENTS clients do BENCH_COUNT acts of one community in all, each with its entry in the log. */
const { BENCH_URI = '', BENCH_CLIENTS = '1', BENCH_COUNT = '1', BENCH_NAME = '' } = process.env;
await withStore(BENCH_URI, async ({ world }) => {
  let left = Number(BENCH_COUNT);
  const client = async (by: string) => {
    while (left > 0) {
      left -= 1;
      await withLog(world, 'bench', async (_, write) =>
        write({ community: 'bench', by, role: 'cadre', act: 'inquiry.close', subject: 'inquiry/1', detail: { reason: by } }),
      );
    }
  };
  await Promise.all(Array.from({ length: Number(BENCH_CLIENTS) }, (_, index) => client(`${BENCH_NAME} ${index}`)));
});
process.exit();

/** A program that only counts: so many milliseconds of its own processor time, as often as it is told. */
const { BENCH_MS = '0', BENCH_EVERY_MS = '0' } = process.env;

setInterval(() => {
  const began = process.cpuUsage();
  let used = 0;
  while (used < Number(BENCH_MS)) {
    const { user, system } = process.cpuUsage(began);
    used = (user + system) / 1_000;
  }
}, Number(BENCH_EVERY_MS));
process.once('disconnect', () => process.exit());

import express from 'express';

/** A bare Express server of the files in BENCH_FOLDER, in a process of its own: what the console's pages are compared with. */
const { BENCH_FOLDER = '', BENCH_PORT = '0' } = process.env;

express()
  .disable('x-powered-by')
  .use(express.static(BENCH_FOLDER))
  .listen(Number(BENCH_PORT), '127.0.0.1', () => process.stdout.write('ready\n'));

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A cadre's browser, in a process of its own as it is: to send a picture takes the sender time, too. It sends one each time it is asked to. */
const { BENCH_PORT = '', BENCH_COOKIE = '', BENCH_PICTURE = '' } = process.env;
const picture = new Uint8Array(readFileSync(BENCH_PICTURE));

process.on('message', async () => {
  const body = new FormData();
  body.set('news', '杆子立好了');
  body.set('key', randomBytes(8).toString('hex'));
  body.append('pictures', new Blob([picture, randomBytes(8)]), 'one.jpg'); // each time another one: what follows its end is not looked at
  const headers = { cookie: BENCH_COOKIE, 'Sec-Fetch-Site': 'same-origin' };
  const path = '/console/bench/works/bench-2027/3/progress';
  const { status } = await fetch(`http://127.0.0.1:${BENCH_PORT}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  process.send?.(status);
});

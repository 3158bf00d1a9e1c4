import { expect } from 'chai';
import { model } from 'mongoose';
import { castBallot, Entry, sealDue } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { forReaders } from '../../../src/store/connect.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { CLOSES, DAY, found, OPENS } from '../community.ts';
import { serve, useServed } from '../serve.ts';

/** More than one part of a published file holds, and more than what is read at once while the vote is open. */
const BALLOTS = 450;
const CYCLE = '/api/cycles/large-2027';

describe('what is published of a ledger', () => {
  const database = useDatabase(import.meta.filename);
  let now = OPENS;
  const world: World = { ...database.world, now: () => now };
  const web = useServed(world);
  before(async () => {
    const large = await found(world, 'large', 1, 600);
    await Promise.all(Array.from({ length: BALLOTS }, (_, index) => castBallot(world, { picks: [index % 3 === 0 ? 3 : 7] }, large.act(index))));
  });

  const text = async (path: string) => (await web.get(path)).text();

  /** Whatever seq it is asked after, the rest is that of the whole. */
  async function expectRests(whole: string): Promise<void> {
    const lines = whole.split('\n').filter(Boolean);
    for (const after of [0, 1, 150, 199, 200, 201, 202, 203, 399, 400, lines.length - 1, lines.length, lines.length + 500])
      expect(await text(`${CYCLE}/ledger?after=${after}`), String(after)).to.equal(
        lines
          .slice(after)
          .map((line) => `${line}\n`)
          .join(''),
      );
  }

  it('is while voting is open each entry of the days that are over, after whatever seq', async () => {
    now = new Date(OPENS.getTime() + 2 * DAY);
    const whole = await text(`${CYCLE}/ledger`);
    expect(whole.match(/"seq":/g)).to.have.length(BALLOTS);
    await expectRests(whole);
    expect((await web.get(`${CYCLE}/ledger`)).headers.get('cache-control')).to.equal('no-cache');
  });

  it('is made once after the seal, the same from every process, whatever becomes of the records; it never changes, and says so', async () => {
    now = new Date(CLOSES.getTime() + 10_000);
    await sealDue(world)();
    const files = ['ledger', 'results', 'ballots'];
    const first = await Promise.all(files.map((file) => text(`${CYCLE}/${file}`)));
    await expectRests(first[0] ?? '');
    await collection(Entry).deleteOne({ _id: { cycle: 'large-2027', seq: 7 } });
    const other = await serve({ ...world });
    for (const [index, file] of files.entries()) {
      const answer = await other.get(`${CYCLE}/${file}`);
      expect(await answer.text(), file).to.equal(first[index]);
      expect(answer.headers.get('cache-control')).to.match(/immutable/);
      expect(Number(answer.headers.get('content-length'))).to.equal(Buffer.byteLength(first[index] ?? ''));
      const etag = answer.headers.get('etag') ?? '';
      expect((await other.get(`${CYCLE}/${file}`, { headers: { 'if-none-match': etag } })).status, file).to.equal(304);
      expect((await other.get(`${CYCLE}/${file}`, { method: 'HEAD' })).headers.get('etag')).to.equal(etag);
    }
    await model('publishedParts').deleteMany({ '_id.name': 'ledger' });
    const fresh = await serve({ ...world });
    const failed = await fresh.get(`${CYCLE}/ledger`);
    fresh.close();
    expect([failed.status, failed.headers.get('content-type'), failed.headers.get('cache-control')]).to.deep.equal([
      500,
      'application/json; charset=utf-8',
      'no-store',
    ]); // nobody keeps an error as the file
    expect(failed.headers.get('etag')).not.to.equal((await other.get(`${CYCLE}/ledger`, { method: 'HEAD' })).headers.get('etag'));
    await collection(Community).updateOne({ _id: 'large' }, { $set: { ballots: 'supervisors' } });
    expect((await other.get(`${CYCLE}/ballots`)).status).to.equal(403);
    other.close();
  });

  it('is read over connections of its own: those of the turns are free, however many read', async () => {
    const slow = { $where: 'sleep(3000) || true' };
    const order: string[] = [];
    const readers = Array.from({ length: 40 }, () =>
      forReaders(Entry)
        .findOne(slow)
        .then(
          () => order.push('reader'),
          () => order.push('refused'),
        ),
    );
    await collection(Entry).findOne({});
    order.push('turn');
    await Promise.all(readers);
    expect(order[0]).to.equal('turn');
  });
});

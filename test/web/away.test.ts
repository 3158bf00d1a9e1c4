import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { connect } from '../../src/store/connect.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { found } from './community.ts';
import { type Served, serve } from './serve.ts';

describe('health, and the API while the database is away', () => {
  const database = useDatabase('away');
  let web: Served;
  let line: Awaited<ReturnType<typeof lineTo>>;
  before(async () => {
    await found(database.world, 'here', 1, 3);
    await mongoose.disconnect();
    const uri = new URL(database.uri());
    line = await lineTo(Number(uri.port));
    uri.port = String(line.port);
    uri.searchParams.delete('replicaSet');
    uri.searchParams.set('directConnection', 'true');
    await connect(uri.href);
    web = await serve(database.world);
  });
  after(() => {
    web.close();
    line.close();
  });

  const status = async (path: string) => (await web.get(path)).status;

  it('is ready while the database answers', async () => {
    expect(await status('/healthz')).to.equal(200);
    expect(await status('/readyz')).to.equal(200);
  });

  it('is not ready without its indexes, with a clock more than a second off, or while it stops', async () => {
    const late = await serve({ ...database.world, now: () => new Date(Date.now() - 1_500) });
    expect((await late.get('/readyz')).status).to.equal(503);
    late.close();
    const stopping = await serve(database.world, { isStopping: () => true });
    expect((await stopping.get('/readyz')).status).to.equal(503);
    expect((await stopping.get('/healthz')).status).to.equal(200);
    stopping.close();

    const bare = await serve(database.world);
    const entries = mongoose.connection.collection('entries');
    const ofKeys = (await entries.indexes()).find(({ key }) => Object.keys(key).join() === '_id.cycle,key');
    await entries.dropIndex(ofKeys?.name ?? '');
    expect((await bare.get('/readyz')).status).to.equal(503);
    await createIndexes();
    expect((await bare.get('/readyz')).status).to.equal(200);
    bare.close();
  });

  it('is not ready while the database answers and takes no writes, and shares the answer among all who ask', async () => {
    const { db } = mongoose.connection;
    const written = () => db?.collection<{ _id: string; revision: number }>('conversations').findOne({ _id: 'ready' });
    const admin = mongoose.connection.getClient().db('admin');
    await admin.command({ fsync: 1, lock: true });
    try {
      expect(await status('/readyz')).to.equal(503);
    } finally {
      await admin.command({ fsyncUnlock: 1 });
    }
    while ((await status('/readyz')) !== 200);
    const before = (await written())?.revision ?? 0;
    const asked = await Promise.all(Array.from({ length: 50 }, () => status('/readyz')));
    expect(new Set(asked)).to.deep.equal(new Set([200]));
    expect((await written())?.revision).to.be.within(before + 1, before + 10);
  });

  it('answers 503 in one sentence, still lives, and is ready again by itself', async () => {
    line.cut();
    web.lines.length = 0;
    const paths = [
      '/readyz',
      '/api/communities',
      '/api/cycles/current?community=here',
      '/api/cycles/here-2027/results',
      '/api/receipts/1234567890',
      '/',
    ];
    for (const path of paths) {
      const response = await web.get(path); // one after the other: all at once, some would hear that too many are reading
      expect(response.status, path).to.equal(503);
      expect(JSON.parse(await response.text()).error, path).to.match(/^The database does not answer/);
    }
    expect(await status('/healthz')).to.equal(200);
    expect(web.lines.filter((text) => text.includes('request failed'))).to.have.length(paths.length);

    line.mend();
    await until('ready', async () => (await status('/readyz')) === 200);
    expect(await status('/api/communities')).to.equal(200);
  });
});

/** A line to a port of this machine that can be cut and mended. */
async function lineTo(target: number) {
  const ends = new Set<net.Socket>();
  let isCut = false;
  const server = net.createServer((near) => {
    if (isCut) return void near.destroy(); // nobody else gets the port meanwhile
    const far = net.connect(target, '127.0.0.1');
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.pipe(other);
      end.on('error', () => other.destroy()).on('close', () => ends.delete(end));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  const { port } = address;
  return {
    port,
    cut: () => {
      isCut = true;
      for (const end of ends) end.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}

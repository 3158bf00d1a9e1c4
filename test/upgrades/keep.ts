import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import mongoose from 'mongoose';
import { commandOf, does, run } from '../../scripts/support/command.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { config } from '../../src/app/config.ts';
import { logger } from '../../src/app/logger.ts';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { openDemo } from '../../src/demo/index.ts';
import { findMongod } from '../../src/store/embedded/findMongod.ts';
import { root } from '../../src/store/files.ts';
import { openStore, secretOf } from '../../src/store/openStore.ts';
import { town, votingNow } from '../support/town.ts';
import type { KeptVersion } from './kept.ts';

const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const command = commandOf(
  'upgrades:keep',
  'Writes the data of this version into test/upgrades: what npm run docs:pictures left in .data/pictures, a round that is over, and beside it a community that is voting, with ballots, a question that is open in a conversation, and a letter. Every later version is tried with it.',
).action(
  does(async () => {
    const settings = { dataDir: join(root, '.data/pictures'), mongodBinary: await findMongod(config().mongodBinary, join(root, '.data/mongod')) };
    const store = await openStore(settings);
    try {
      const demo = await openDemo({ demo: 'on' }, store);
      if (!demo) throw new Error('It was asked for.');
      const { world, note, at } = demo;
      const here = await town(world, { residents: 5, community: { _id: 'hupan' }, cycle: votingNow(world) });
      const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, demo: at(url), announces: false }));
      const text = (from: string, body: string) => asCarrier({ url, publicUrl: url, authToken: note.authToken }, { from, to: here.phone, body });
      for (const [index, body] of ['投 1', '投 2 3', '投', '问 几点开门', '订阅'].entries()) await text(here.phones[index] ?? '', body);
      await text('+8613900000077', '登记 何静 9栋');
      await stop();
      const kept: KeptVersion = {
        version,
        at: world.now().toISOString(),
        secret: Buffer.from(await secretOf(settings)).toString('base64'),
        phones: here.phones,
        collections: await everything(),
      };
      writeFileSync(join(import.meta.dirname, `${version}.json.gz`), gzipSync(mongoose.mongo.BSON.EJSON.stringify(kept, { relaxed: false })));
    } finally {
      await store.close();
    }
  }),
);

async function everything(): Promise<KeptVersion['collections']> {
  const names = (await mongoose.connection.listCollections()).map(({ name }) => name).filter((name) => !name.startsWith('system.'));
  const each = names.sort().map(async (name) => {
    const collection = mongoose.connection.collection(name);
    return { name, indexes: await collection.indexes(), documents: await collection.find().toArray() };
  });
  return Promise.all(each);
}

await run(command, process.argv.slice(2));

import { once } from 'node:events';
import { createRequire } from 'node:module';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { patchDriver } from '../../src/store/connect.ts';

/** The part of the driver's connection that the tests use. */
interface Connection {
  readonly description: { compressor?: string };
  command(ns: object, command: object, options: object): Promise<unknown>;
}
interface Driver {
  readonly Connection: new (stream: net.Socket, options: object) => Connection;
}

const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
const PATH = ofMongoose.resolve('mongodb/lib/cmap/connection.js');

/** A busy machine takes its time to compress 20 MB. */
const SETTLES_MS = 15_000;
/** Long on a machine of its own. */
const NEVER_MS = 500;

/** The ways in which a socket closes before a command is written to it. */
const WAYS: Readonly<Record<string, (open: Open) => void>> = {
  'that Node has destroyed and not closed yet': ({ socket }) => void socket.destroy(),
  'whose other end ends while a long command is being written': ({ socket, far }) => {
    socket.once('end', () => far.resume());
    setImmediate(() => far.end());
  },
  'that closes while a command is being compressed': ({ socket, connection }) => {
    connection.description.compressor = 'zlib';
    setImmediate(() => socket.destroy());
  },
};

describe('the driver, as a command meets a socket', () => {
  for (const [way, closes] of Object.entries(WAYS)) {
    it(`${way}: mended, it tells of a lost connection`, async () => {
      patchDriver();
      const outcome = await outcomeOf(ofMongoose(PATH), closes, SETTLES_MS);
      expect(outcome).to.be.instanceOf(mongoose.mongo.MongoNetworkError);
    });

    it(`${way}: by itself it never settles; a driver that does needs no src/store/connect.ts`, async () => {
      expect(await outcomeOf(unmended(), closes, NEVER_MS)).to.equal('nothing');
    });
  }
});

interface Open {
  readonly socket: net.Socket;
  readonly far: net.Socket;
  readonly connection: Connection;
}

/** The result of a command within so many milliseconds. */
async function outcomeOf({ Connection }: Driver, closes: (open: Open) => void, ms: number): Promise<unknown> {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [[far], socket] = await Promise.all([once(server, 'connection'), connected(port)]);
  try {
    const connection = new Connection(socket, { id: 1, generation: 0, hostAddress: {} });
    closes({ socket, far, connection });
    const asked = connection.command({ db: 'test' }, { insert: 'things', documents: [{ text: 'x'.repeat(20_000_000) }] }, {});
    return await Promise.race([asked.catch((error: unknown) => error), sleep(ms, 'nothing', { ref: false })]);
  } finally {
    socket.destroy();
    far.destroy();
    server.close();
  }
}

async function connected(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** The same module once more, as it comes. */
function unmended(): Driver {
  const { cache } = ofMongoose;
  const mended = cache[PATH];
  delete cache[PATH];
  const fresh: Driver = ofMongoose(PATH);
  cache[PATH] = mended;
  return fresh;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cutting, startProxy } from '../../bench/faults/startProxy.ts';
import { voting } from '../../bench/faults/voting.ts';
import { useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { SECRET } from '../support/secret.ts';
import { serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

const CUTS = 18;
/** An answer by SMS (docs/contract.md: Limits). */
const LIMIT_MS = 8_000;

describe('connections to the database that are cut under load', () => {
  const database = useDatabase('cut');

  it('wedge nothing: every message is answered in time, and what was acknowledged is in the ledger', async () => {
    const here = await town(database.world, { residents: 500, cycle: votingNow(database.world) });
    const dataDir = await mkdtemp(join(tmpdir(), 'yisheng-cut-'));
    const proxy = await startProxy(database.uri());
    const service = await serviceProcess({ DATA_DIR: dataDir, MONGODB_URI: proxy.uri, SECRET });
    try {
      const residents = voting((from, body) => service.text({ from, to: here.phone, body }), here.phones, 24);
      const again = await cutting(proxy, residents, CUTS);
      await residents.end();
      expect(again, 'how long it took until votes had receipts again').to.have.length(CUTS);
      expect(again).not.to.include(undefined);
      expect(residents.votes.filter(({ ms }) => ms > LIMIT_MS)).to.deep.equal([]);
      await expectKept(
        database.world,
        here.cycle,
        residents.votes.flatMap(({ receipt }) => receipt ?? []),
      );
    } finally {
      await service.kill();
      proxy.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

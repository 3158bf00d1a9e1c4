import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { verifyAudit, writeAudit } from '../../src/fund/ballots/audit/index.ts';
import { allCycles, signCycle } from '../../src/fund/cycles/index.ts';
import { slipAudit } from '../../src/fund/paper/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { connect } from '../../src/store/connect.ts';
import { root } from '../../src/store/files.ts';
import { missingIndexes } from '../../src/store/indexes.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';
import { sha256 } from '../../src/store/vault.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { databaseIn, server } from '../support/database.ts';
import { expectVerified } from '../support/expectLedger.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { browse, cookieOf } from '../web/console/office.ts';
import { putBack, readKept } from './kept.ts';

const FOLDER = join(root, 'test/upgrades');
const versions = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.json.gz') ? [name.slice(0, -'.json.gz'.length)] : []));

describe('this version on the data of an earlier one', () => {
  it('there is one of each version that was released', () => {
    const released = [...readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
    expect(versions).to.have.members(released);
  });

  for (const version of versions)
    describe(version, () => {
      const kept = readKept(join(FOLDER, `${version}.json.gz`));
      let store: Store;
      let world: Store['world'];
      let twilio: FakeTwilio;
      let service: OnOwnPort;

      before(async () => {
        const uri = databaseIn((await server()).uri, `kept_${process.pid}`);
        await connect(uri);
        await putBack(kept);
        await mongoose.disconnect();
        store = await openStore({ mongodbUri: uri, dataDir: FOLDER, secret: Buffer.from(kept.secret, 'base64') });
        const moved = movedWorld(store.world);
        moved.clock.ahead = new Date(kept.at).getTime() - Date.now();
        world = moved.world;
        for (const { _id: cycle, community } of await allCycles())
          await signCycle.perform({ world, notify: async () => undefined }, { community, at: { cycle }, input: {}, actor: operator('李姐') });
        twilio = await fakeTwilio();
        const { accountSid, authToken, apiUrl } = twilio;
        const settings = { accountSid, authToken, apiUrl, phoneNumber: '+862880000001' };
        service = await onOwnPort((url) => app({ world, log: logger('silent'), publicUrl: url, announces: false, twilio: settings }));
        twilio.attach({ url: service.url, publicUrl: service.url });
      });
      after(async () => {
        await service?.stop();
        await twilio?.stop();
        await mongoose.connection.dropDatabase();
        await store?.close();
      });

      it('converses on where a resident was asked, shows the round and lets its cadre in', async () => {
        expect(await missingIndexes()).to.deep.equal([]);
        const { phone } = (await mongoose.connection.collection<{ _id: string; phone: string }>('communities').findOne({ _id: 'hupan' })) ?? {};
        const says = (index: number, body: string) => twilio.deliver({ from: kept.phones[index] ?? '', to: phone ?? '', body });
        expect(await says(2, '3'), 'the ballot was open').to.include('投好了：3');
        expect(await says(0, '查票')).to.include('您的票记着呢');
        expect(await says(0, '投 2')).to.include('改好了，现在只投：2');
        const { get } = browse(() => service, await cookieOf(world, '+8613800000021'));
        const today = await get('/console/qingsong');
        expect([today.status, (await (await get('/console/qingsong/proposals/1')).text()).includes('路灯')]).to.deep.equal([200, true]);
        expect(await (await fetch(`${service.url}/c/qingsong/works/7`)).text()).to.include('开始找谁来办');
      });

      it('seals what was voting then and now, and audit and verify hold, of the round that was over, too', async () => {
        await expectVerified(world, 'hupan-1', 3);
        const folder = mkdtempSync(join(tmpdir(), 'yisheng-kept-'));
        const files = await writeAudit(world, 'qingsong-demo', folder, { isPublic: false, slips: slipAudit(world) });
        const read = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
        expect(verifyAudit(read, sha256)).to.include({ ok: true, opened: true });
        rmSync(folder, { recursive: true });
      });
    });
});

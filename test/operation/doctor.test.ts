import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { fakeAliyun } from '../../scripts/fakes/aliyun.ts';
import { fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import { fakeKannel } from '../../scripts/fakes/kannel.ts';
import { fakeMas } from '../../scripts/fakes/mas.ts';
import { Account, AccountEntry } from '../../src/fund/accounts/account.ts';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { VoterCount } from '../../src/fund/ballots/ledger/results.ts';
import { Departure } from '../../src/fund/communities/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { type BackupRecord, noteBackup, noteFollowed } from '../../src/store/backupState.ts';
import { collection } from '../../src/store/collection.ts';
import { keysRecords } from '../../src/store/keys.ts';
import { recordMark } from '../../src/store/recordMark.ts';
import { serviceState } from '../../src/store/serviceState.ts';
import { signerOf, verifierKey } from '../../src/transparency/note.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { commandRunner, runScriptWith } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';
import { communityRecord, cycleRecord } from '../support/town.ts';

describe('npm run doctor', () => {
  const { uri, world } = useDatabase('doctor');
  const folder = useFolders();
  const found = async (settings: Record<string, string>) => {
    const { out, err, status } = await runScriptWith(settings, uri(), 'doctor', '--json');
    expect(err).to.equal('');
    const findings: { about: string; isRight: boolean; said: string }[] = JSON.parse(out);
    return { status, of: (about: string) => findings.find((each) => each.about === about), all: findings };
  };

  it('says what is wrong and what to do, changes nothing, and asks each carrier without cost', async () => {
    const works = [{ work: 3, granted: 60_000, own: 0, contracted: 0, paid: 0 }];
    const marked = <Given extends object>(name: string, record: Given) => ({ ...record, mark: recordMark(world.vault, name, record) });
    const right = { _id: 'right', community: 'left', currency: 'CNY', budget: 60_000, extra: 0, entries: 1, works };
    await collection(Account).insertOne(marked('accounts', right));
    await collection(AccountEntry).insertOne(
      marked('accountEntries', {
        _id: { cycle: 'right', entry: 1 },
        community: 'left',
        work: 3,
        kind: 'granted',
        amount: 60_000,
        day: '2026-12-15',
        by: 'Yisheng',
        at: new Date(),
      }),
    );
    await collection(Account).insertOne({ _id: 'wrong', community: 'left', currency: 'CNY', budget: 60_000, extra: 0, entries: 0, works });
    const cut = { ...cycleRecord('left', new Date()), _id: 'cut' };
    await collection(Cycle).insertOne(cut);
    await collection(VoterCount).insertOne({ _id: 'cut', seq: 7, voters: 5, residents: 9, isFinal: false });
    const [index] = (await collection(Entry).indexes()).filter(({ key }) => 'receipt' in key);
    await collection(Entry).dropIndex(index?.name ?? '');
    await keysRecords().updateOne({ _id: 'secret' }, { $set: { rotation: { step: 'write' } } });
    const left = {
      community: communityRecord('left'),
      cycles: [],
      to: 'east:27017/cell',
      url: 'https://east',
      at: new Date(),
      head: { seq: 1, hash: '' },
    };
    await collection(Departure).insertMany([
      { _id: 'left', ...left },
      { _id: 'arrived', ...left, arrivedAt: new Date() },
    ]);
    const asked: string[] = [];
    const twilio = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(asked.length === 1 ? 401 : 200).end('{"status": "active"}');
    }).listen(0, '127.0.0.1');
    await once(twilio, 'listening');
    const address = twilio.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const [kannel, mas, aliyun, asterisk] = await Promise.all([fakeKannel(), fakeMas(), fakeAliyun(), fakeAsterisk()]);
    const settings = {
      PUBLIC_URL: 'http://vote.example.org',
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'of-the-carrier',
      TWILIO_PHONE_NUMBER: '+862880000001',
      TWILIO_API_URL: `http://127.0.0.1:${port}`,
      ...{ KANNEL_URL: kannel.settings.url, KANNEL_USER: kannel.settings.user, KANNEL_PASSWORD: kannel.settings.password },
      ...{ MAS_URL: mas.settings.url, MAS_EC_NAME: mas.settings.ecName, MAS_AP_ID: mas.settings.apId },
      ...{ MAS_SECRET_KEY: mas.settings.secretKey, MAS_SIGN: mas.settings.sign },
      ...{ ALIYUN_API_URL: aliyun.settings.apiUrl ?? '', ALIYUN_ACCESS_KEY_ID: aliyun.settings.accessKeyId },
      ...{ ALIYUN_ACCESS_KEY_SECRET: aliyun.settings.accessKeySecret, ALIYUN_SIGN_NAME: aliyun.settings.signName },
      ...{ KANNEL_SECRET: kannel.settings.secret, MAS_SECRET: mas.settings.secret, ALIYUN_SECRET: aliyun.settings.secret },
      ...{ ASTERISK_URL: asterisk.settings.url, ASTERISK_USER: asterisk.settings.user, ASTERISK_PASSWORD: asterisk.settings.password },
      ...{ ASTERISK_TRUNK: asterisk.settings.trunk, TTS_COMMAND: asterisk.settings.ttsCommand ?? '' },
    };
    aliyun.signature = 0;
    const bad = await found({
      ...settings,
      SECRET: Buffer.alloc(32, 9).toString('base64'),
      ...{ WECHAT_APP_ID: 'wx0123456789abcdef', WECHAT_APP_SECRET: 'of-the-carrier', WECHAT_API_URL: 'http://127.0.0.1:9' },
      ...{ WECHAT_TOKEN: 'abcdefgh', WECHAT_AES_KEY: 'a'.repeat(43) },
      ...{ KANNEL_PASSWORD: 'of-the-carrier', MAS_URL: 'http://127.0.0.1:9', ASTERISK_TRUNK: 'nowhere', TTS_COMMAND: 'nothing-speaks' },
    });
    expect(bad.status).to.equal(1);
    expect(bad.of('address')?.said).to.include('https://');
    expect(bad.of('SECRET')?.said).to.include('Put that one back');
    expect(bad.of('rotation')?.said).to.include('not everything is rewritten yet').and.to.include('npm run secret -- rotate');
    expect(bad.of('move')?.said).to.include('left is on its way to east:27017/cell');
    expect(bad.of('indexes')?.said).to.match(/^\d+ missing .* start it once/);
    expect(bad.of('accounts')?.said).to.match(/^wrong: its sums are not those of its entries/);
    expect(bad.of('ledgers')?.said).to.match(/^cut ends before entries that were counted/);
    expect(bad.of('Twilio')?.said).to.include('TWILIO_AUTH_TOKEN');
    expect(bad.of('Kannel')?.said).to.include('KANNEL_PASSWORD');
    expect(bad.of('云MAS')?.said).to.include('cannot be reached');
    expect(bad.of('Aliyun')?.said).to.include('not approved');
    expect(bad.of('Asterisk')?.said).to.include('no endpoint nowhere');
    expect(bad.of('WeChat')?.said, 'the others are looked at all the same').to.include('not asked').and.to.include('Put that one back');
    expect(bad.of('speech')?.said).to.include('TTS_COMMAND');
    expect(JSON.stringify(bad.all)).not.to.include('of-the-carrier');
    expect((await collection(Entry).indexes()).some(({ key }) => 'receipt' in key)).to.equal(false);

    await keysRecords().updateOne({ _id: 'secret' }, { $unset: { rotation: 1 } });
    await collection(Departure).deleteOne({ _id: 'left' });
    await collection(Account).deleteOne({ _id: 'wrong' });
    await collection(Cycle).deleteOne({ _id: 'cut' });
    aliyun.signature = 1;
    const better = await found({ ...settings, PUBLIC_URL: 'https://vote.example.org' });
    expect(better.all.filter(({ isRight }) => !isRight).map(({ about }) => about)).to.deep.equal(['backup', 'indexes']);
    await noteBackup(new Date(Date.now() - 30 * 3_600_000));
    const { out } = await runScriptWith({ ...settings, PUBLIC_URL: 'https://vote.example.org' }, uri(), 'doctor', '--metrics');
    expect(out)
      .to.match(/^yisheng_doctor_right\{about="backup"\} 0$/m, 'an old one')
      .and.match(/^yisheng_doctor_right\{about="database"\} 1$/m);
    await noteBackup(new Date());
    const best = await found({ ...settings, PUBLIC_URL: 'https://vote.example.org' });
    expect(best.all.filter(({ isRight }) => !isRight).map(({ about }) => about)).to.deep.equal(['indexes']);
    for (const [ago, how] of [
      [30_000, 'all right'],
      [90_000, 'too far behind'],
    ] as const) {
      await serviceState<BackupRecord>().deleteOne({ _id: 'backup' });
      await noteFollowed(new Date(Date.now() - ago));
      const { all } = await found({ ...settings, PUBLIC_URL: 'https://vote.example.org' });
      expect(all.find(({ about }) => about === 'backup')?.isRight, how).to.equal(how === 'all right');
    }
    expect([...new Set(asked)]).to.deep.equal(['GET /2010-04-01/Accounts/AC1.json']);
    expect([...kannel.taken, ...mas.taken, ...aliyun.taken, ...asterisk.called]).to.deep.equal([]);
    twilio.close();
    await Promise.all([kannel, mas, aliyun, asterisk].map((one) => one.stop()));
  });

  it("looks at the log's key: missing, another than the log is known by, spoilt, readable by others", async () => {
    const [own, another] = [Buffer.alloc(32, 7).toString('base64'), Buffer.alloc(32, 8).toString('base64')];
    const signed = verifierKey(signerOf('vote.example.org/log', 'note', Buffer.from(own, 'base64')));
    const at = { PUBLIC_URL: 'https://vote.example.org' };
    const bare = folder({});
    const [whole = '', others = '', spoilt = ''] = [own, another, 'spoilt'].map((text) => folder({ 'log.key': text }));
    for (const kept of [whole, others, spoilt]) chmodSync(join(kept, 'log.key'), 0o600);
    const said = async (settings: Record<string, string>) =>
      (await found({ ...at, ...settings })).all.filter(({ about }) => about === 'log key').map(({ isRight, said }) => [isRight, said.split(' ')[0]]);
    expect(await said({ DATA_DIR: bare }), 'a new one').to.deep.equal([[true, 'it']]);
    await serviceState<{ _id: string; vkey: string }>().insertOne({ _id: 'headsLog vote.example.org/log', vkey: signed });
    expect(await said({ DATA_DIR: bare })).to.deep.equal([[false, 'missing:']]);
    expect(await readdir(bare), 'and none is made').to.deep.equal([]);
    const alone = [true, join(whole, 'log.key')];
    expect(await said({ DATA_DIR: whole })).to.deep.equal([alone, [true, 'the']]);
    expect(await said({ DATA_DIR: whole, LOG_KEY: another }), 'LOG_KEY goes before the file').to.deep.equal([alone, [false, 'not']]);
    expect((await said({ DATA_DIR: others })).at(1)).to.deep.equal([false, 'not']);
    expect((await said({ DATA_DIR: others, LOG_KEY: own })).at(1)).to.deep.equal([true, 'the']);
    expect((await said({ DATA_DIR: spoilt })).at(1)).to.deep.equal([false, join(spoilt, 'log.key')]);
    chmodSync(join(whole, 'log.key'), 0o640);
    expect(await said({ DATA_DIR: whole })).to.deep.equal([
      [false, alone[1]],
      [true, 'the'],
    ]);
  });

  it('says so if there is no database, and if others may read the settings', async () => {
    const here = folder({ '.env': 'DEMO=off' });
    chmodSync(join(here, '.env'), 0o644);
    const settings = { PATH: process.env.PATH, MONGODB_URI: 'mongodb://127.0.0.1:9/nothing', SECRET };
    const { out, status } = await commandRunner(here)({ words: ['doctor'], settings });
    expect(status).to.equal(1);
    expect(out).to.include('✗ .env: .env can be read by others on this machine. Do: chmod 600 .env\n');
    expect(out).to.include('✗ database: The database cannot be reached.');
  });
});

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { Community } from '../../src/fund/communities/community.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { operator } from '../../src/fund/people/actor.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { type RealKannel, realKannel } from './realKannel.ts';

/** `npm run carriers:test`: over Debian's Kannel (`apt install kannel`), with an SMPP server that plays the phones. */
const isThere = existsSync('/usr/sbin/bearerbox') && existsSync('/usr/sbin/smsbox');
if (!isThere) process.stdout.write('LEFT OUT: there is no Kannel on this machine (as root: apt install kannel)\n');

const NUMBER = '106901234501';
const SECRET = 'k'.repeat(32);

(isThere ? describe : describe.skip)('over a real Kannel', function () {
  this.timeout(90_000);
  const { world } = useDatabase('realkannel');
  let kannel: RealKannel;
  let service: Awaited<ReturnType<typeof onOwnPort>>;

  before(async () => {
    kannel = await realKannel('yisheng', 'password');
    const outcome = await importCommunity(world)('src/demo/community', operator('Li'));
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
    await Community.updateOne({ _id: outcome.imported.community }, { $set: { carriers: { sms: 'kannel' }, textNumber: NUMBER } });
    const settings = { url: kannel.url, user: 'yisheng', password: 'password', secret: SECRET };
    service = await onOwnPort((url) => app({ world, log: logger('silent'), publicUrl: url, announces: false, kannel: settings }));
    await kannel.start(service.url, SECRET);
  });
  after(async () => {
    await service?.stop();
    await kannel?.stop();
  });

  const next = async (to: string, since = kannel.arrived.length) => {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = kannel.arrived.slice(since).find((text) => text.to.endsWith(to.slice(-11)));
      if (found) return found;
      await sleep(50);
    }
    return expect.fail('no text came to the phone');
  };
  const says = async (from: string, text: string, to = NUMBER) => {
    const since = kannel.arrived.length;
    kannel.text(from, to, text);
    return next(from, since);
  };

  it('takes a vote in UCS-2, and the receipt comes in parts from the number that was texted, extension digits or not', async () => {
    const receipt = await says('13800000001', '投 3 7');
    expect(receipt.text).to.match(/^投好了：3 社区花园、7 路灯。凭证 \d{3} \d{3} \d{4}/);
    expect([receipt.from, receipt.parts]).to.deep.equal([NUMBER, 2]);
    expect((await says('8613800000001', '查票🙏', `${NUMBER}02`)).text).to.match(/凭证|投/);
  });

  it('keeps what the delivery reports say', async () => {
    const since = kannel.arrived.length;
    await says('13800000006', '项目');
    expect(kannel.arrived[since]?.parts).to.be.greaterThan(1);
    for (let tries = 0; tries < 200 && (await collection(Message).countDocuments({ kind: 'reply', state: { $ne: 'delivered' } })) > 0; tries += 1)
      await sleep(50);
    expect(await collection(Message).countDocuments({ kind: 'reply', state: { $ne: 'delivered' } })).to.equal(0);
  });

  it('killed and started, Kannel takes the next ballot, and a reply that found it dead arrives once', async () => {
    const entries = await collection(Entry).countDocuments();
    await kannel.kill();
    const since = kannel.arrived.length;
    const query = new URLSearchParams({ from: '13800000006', to: NUMBER, id: 'while-dead', text: '投 3' });
    expect((await fetch(`${service.url}/kannel/${SECRET}/sms?${query}`)).status).to.equal(200);
    await kannel.start('', '');
    expect((await next('13800000006', since)).text).to.match(/^投好了：3 社区花园/);
    expect((await says('13800000001', '投 1')).text).to.match(/^改好了：1 /);
    expect(await collection(Entry).countDocuments()).to.equal(entries + 2);
    expect(kannel.arrived.slice(since).filter(({ to }) => to.endsWith('13800000006'))).to.have.length(1);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type FakeKannel, fakeKannel } from '../../scripts/fakes/kannel.ts';
import { noticeText } from '../../src/app/words.ts';
import { sendSms } from '../../src/carriers/kannel/carrier.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { outbox } from '../../src/outreach/outbox/outbox.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { SECRET } from '../support/secret.ts';
import { serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

const VOTERS = 100;
const KILLS = 3;
const NUMBER = '106901234501';
/** Replies that are with the carrier at once, and as many whose outcome is just being written. */
const IN_FLIGHT = 2 * 32;

describe('a service that is killed under texts whose replies it hands over', () => {
  const { world, uri } = useDatabase('killedHandingOver');
  let kannel: FakeKannel;
  let dataDir: string;
  before(async () => {
    kannel = await fakeKannel();
    dataDir = await mkdtemp(join(tmpdir(), 'yisheng-killed-'));
  });
  after(async () => {
    await kannel.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('three times: every text that was taken is one ballot, and its receipt is sent once or, if it was with the carrier just then, is unknown', async function () {
    this.timeout(180_000);
    const here = await town(world, {
      ...{ residents: VOTERS, community: { carriers: { sms: 'kannel' }, textNumber: NUMBER }, cycle: votingNow(world) },
    });
    const { url, user, password, secret } = kannel.settings;
    const env = { DATA_DIR: dataDir, MONGODB_URI: uri(), SECRET };
    const settings = { KANNEL_URL: url, KANNEL_USER: user, KANNEL_PASSWORD: password, KANNEL_SECRET: secret };
    let service = await serviceProcess({ ...env, ...settings });
    kannel.attach(service);
    /** Kannel delivers a text again until it is taken. */
    const deliver = async (from: string, round: number) => {
      const text = { from, to: NUMBER, body: `投 ${1 + (round % 3)}`, sid: `${from} ${round}` };
      while ((await kannel.push(text).catch(() => undefined))?.status !== 200) await sleep(50);
    };
    for (let round = 0; round <= KILLS; round += 1) {
      const waiting = [...here.phones];
      const voting = Array.from({ length: 16 }, async () => {
        for (let from = waiting.pop(); from; from = waiting.pop()) await deliver(from, round);
      });
      if (round < KILLS) {
        const handedOver = kannel.taken.length;
        while (waiting.length > VOTERS / 2 || kannel.taken.length === handedOver) await sleep(2);
        await service.kill();
        service = await serviceProcess({ ...env, ...settings }, service.port);
      }
      await Promise.all(voting);
    }
    await service.stop();
    await sendTheRest();

    const texts = VOTERS * (KILLS + 1);
    expect(await collection(Entry).countDocuments({ '_id.cycle': here.cycle })).to.equal(texts);
    const receipts = kannel.taken.flatMap(({ body }) => /\d{3} \d{3} \d{4}/.exec(body)?.[0] ?? []);
    await expectKept(world, here.cycle, receipts);
    expect(new Set(receipts).size, 'none twice').to.equal(receipts.length);
    const replies = await collection(Message).find({ kind: 'reply' }).toArray();
    expect(replies).to.have.length(texts);
    const arrived = new Set(kannel.taken.map(({ ref }) => ref));
    expect(arrived.size, 'none twice').to.equal(kannel.taken.length);
    expect(replies.filter(({ state, ref }) => state !== 'unknown' && !(state === 'sent' && arrived.has(ref)))).to.deep.equal([]);
    expect(replies.filter(({ state }) => state === 'unknown').length).to.be.at.most(KILLS * IN_FLIGHT);
  });

  /** Goes on where the killed services stopped, once their leases have run out. */
  async function sendTheRest(): Promise<void> {
    let ahead = 120_000;
    const last = outbox(
      { ...world, now: () => new Date(Date.now() + ahead) },
      {
        ...{ channel: 'sms', sends: 'replies', log: { error: () => {} }, pollMs: 20 },
        send: sendSms(kannel.settings, 'http://127.0.0.1:9'),
        word: noticeText(world, await loadCatalogue()),
      },
    );
    while ((await collection(Message).countDocuments({ state: { $in: ['pending', 'leased', 'sending'] } })) > 0) {
      await sleep(50);
      ahead += 10_000;
    }
    await last.stop();
  }
});

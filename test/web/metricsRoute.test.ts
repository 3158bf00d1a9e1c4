import { expect } from 'chai';
import { ledgerBatches } from '../../src/fund/ballots/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { useDatabase } from '../support/database.ts';
import { type Served, serve } from './serve.ts';

/** It is measured of the process, in which other tests write into ledgers. */
const MORE_THAN_ANY = 10_000;

describe('/metrics', () => {
  const database = useDatabase('metrics');
  let open: Served;
  let locked: Served;
  before(async () => {
    open = await serve(database.world);
    locked = await serve(database.world, { metricsToken: 'the token of this test' });
  });
  after(() => [open, locked].forEach(({ close }) => void close()));

  const status = async ({ get }: Served, headers: Record<string, string> = {}) => (await get('/metrics', { headers })).status;

  it('is read by this machine itself while there is no token, and not through a proxy', async () => {
    expect(await status(open)).to.equal(200);
    for (const header of ['X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded', 'Via', 'X-Real-IP']) {
      expect(await status(open, { [header]: '127.0.0.1' }), header).to.equal(403);
    }
  });

  it('is read by whoever bears the token once there is one, and by nobody else', async () => {
    expect(await status(locked, { Authorization: 'Bearer the token of this test' })).to.equal(200);
    expect(await status(locked)).to.equal(401);
    expect(await status(locked, { Authorization: 'Bearer the token of this tesT' })).to.equal(401);
    expect(await status(locked, { Authorization: 'the token of this test' })).to.equal(401);
  });

  it('counts the outbox by state, and tells the largest write into the ledgers, not how many ballots there are', async () => {
    const message = {
      community: 'here',
      channel: 'sms',
      language: 'zh-CN',
      kind: 'answer',
      lane: '0|qingsong',
      said: Buffer.from('x'),
      dueAt: new Date(),
      attempts: 0,
      at: new Date(),
      changedAt: new Date(),
    };
    const states = ['pending', 'pending', 'unknown', 'delivered'];
    await Message.insertMany(
      states.map((state, index) => ({
        ...message,
        _id: `answer|sms|${index}`,
        address: Buffer.from('x'),
        to: String(index),
        ref: `ref ${index}`,
        state,
      })),
    );
    for (const entries of [3, MORE_THAN_ANY, 1]) ledgerBatches.publish(entries);
    const told = await (await open.get('/metrics')).text();
    expect(told.match(/^yisheng_outbox.*$/gm), 'ends are not walked through at each scrape').to.have.members([
      'yisheng_outbox_messages{state="pending"} 2',
      'yisheng_outbox_messages{state="unknown"} 1',
    ]);
    expect(told.match(/^yisheng_ledger.*$/gm)).to.deep.equal([`yisheng_ledger_batch_largest_entries ${MORE_THAN_ANY}`]);
  });

  it('counts requests by route, without what stands in their paths', async () => {
    await open.get('/api/receipts/4820917735');
    await open.get('/api/cycles/no-such-cycle/ballot?before=4820917735');
    const told = await (await open.get('/metrics')).text();
    expect(told).to.match(/yisheng_http_request_seconds_count\{[^}]*route="\/api\/receipts\/:code"[^}]*status="404"[^}]*\} 1/);
    expect(told).to.match(/route="\/api\/cycles\/:id\/ballot"/);
    const withoutValues = told.replaceAll(/ \S+$/gm, ''); // which may have any digits by chance
    expect(withoutValues).not.to.match(/482|no-such-cycle/);
  });
});

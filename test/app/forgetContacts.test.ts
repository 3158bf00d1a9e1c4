import { expect } from 'chai';
import { addressHmac } from '../../src/contacts/contact.ts';
import { Conversation, conversationId, forgetRecent } from '../../src/dialog/conversation.ts';
import { operator, Resident } from '../../src/fund/people/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { useDatabase } from '../support/database.ts';
import { acceptRequest } from '../support/requests.ts';
import { startService, type TestService } from '../support/service.ts';

const WANG = '+8613800000001';

describe('somebody who asks to be deleted', () => {
  const { world } = useDatabase('forgetContacts');
  let ahead = 0;
  let service: TestService;
  before(async () => {
    service = await startService({
      get vault() {
        return world.vault;
      },
      randomBytes: (size) => world.randomBytes(size),
      now: () => new Date(Date.now() + ahead),
      clockAgrees: () => true,
    });
  });
  after(() => service.stop());
  const wang = () => addressHmac(world.vault, { community: service.community._id, channel: 'sms', address: WANG });
  const talks = (address: string) => {
    const ids = (['sms', 'voice'] as const).map((channel) => conversationId(world.vault, { channel, address, to: service.community.phone }));
    return collection(Conversation).countDocuments({ _id: { $in: ids } });
  };

  it('while voting is open, is gone once the ledger is sealed: from what was sent to them at once, from conversations after a day', async () => {
    const say = (body: string) => service.twilio.deliver({ from: WANG, to: service.community.phone, body });
    const sent = {
      community: service.community._id,
      channel: 'sms',
      address: WANG,
      language: 'zh-CN',
      kind: 'answer',
      said: { key: 'notice.cardUsed' },
    } as const;
    await enqueue(world)({ ...sent, occasion: 'before' });
    while (!(await Message.exists({ to: wang(), state: 'sent' }))) await new Promise((resolve) => setTimeout(resolve, 20));
    await enqueue(world)({ ...sent, occasion: 'tomorrow', kind: 'notice', dueAt: new Date(Date.now() + DAY_MS) });
    const other = '+8613800000010';
    const sayAs = (body: string) => service.twilio.deliver({ from: other, to: service.community.phone, body });
    expect(await sayAs(/\d{6}/.exec((await sayAs('删除')) ?? '')?.[0] ?? '')).to.include('记下了');
    await forgetRecent({ now: () => new Date(Date.now() + 25 * 60 * 60 * 1_000) }); // the words are forgotten before the seal
    expect(await talks(other)).to.equal(1);
    await (await service.twilio.dial({ from: WANG, to: service.community.phone })).hangUp();
    expect(await talks(WANG)).to.equal(1);
    const asked = await say('删除');
    const digits = /\d{6}/.exec(asked ?? '')?.[0] ?? '';
    expect(await say(digits)).to.include('记下了');
    expect(await collection(Resident).countDocuments({ phoneId: wang() })).to.equal(1);
    ahead = 11 * DAY_MS;
    while (await Resident.exists({ phoneId: wang() })) await new Promise((resolve) => setTimeout(resolve, 20));
    while (await Message.exists({ to: wang() })) await new Promise((resolve) => setTimeout(resolve, 20));
    while ((await talks(other)) > 0) await new Promise((resolve) => setTimeout(resolve, 20)); // there is nothing in it that goes after a day
    expect(await say('菜单')).to.be.a('string');
    await forgetRecent({ now: () => new Date(Date.now() + ahead + 25 * 60 * 60 * 1_000) });
    expect(await talks(WANG)).to.equal(0);
  });

  it('stays where they came back to the roster', async () => {
    const from = '+8613800000008';
    const say = (body: string) => service.twilio.deliver({ from, to: service.community.phone, body });
    expect(await say(/\d{6}/.exec((await say('删除')) ?? '')?.[0] ?? '')).to.include('删好了');
    await say('登记 周强 4栋');
    const back = await acceptRequest(
      world,
      enqueue(world),
    )({ community: service.community._id, request: 1, as: '8', actor: operator('何静'), reason: 'came back' });
    expect(back).to.deep.equal({ id: '8', isNew: false, isUntold: false });
    expect(await say('查票')).to.include('您还没投过票');
    await forgetRecent({ now: () => new Date(Date.now() + ahead + 25 * 60 * 60 * 1_000) });
    expect(await talks(from)).to.equal(1);
  });
});

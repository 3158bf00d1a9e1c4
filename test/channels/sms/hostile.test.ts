import { expect } from 'chai';
import { Entry } from '../../../src/fund/records/entry.ts';
import { Resident } from '../../../src/fund/records/resident.ts';
import { native } from '../../../src/store/native.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';

/** Of the demo: a phone that two people share, and the card of one of them; a card of somebody who has no phone. */
const SHARED = '+8613800000002';
const [OWN, NEIGHBOURS] = ['204681717', '482107717'];
const RECEIPT = /凭证 \d{3} \d{3} \d{4}/;

describe('who fakes the sender of a text', () => {
  const { world } = useDatabase('hostile');
  let service: TestService;
  beforeEach(async () => {
    service = await startService(world);
  });
  afterEach(() => service.stop());

  const say = (from: string, body: string) => service.twilio.deliver({ from, to: service.community.phone, body });

  it('blocks no shared phone with five wrong cards: its own right one is taken', async () => {
    for (let n = 0; n < 5; n += 1) await say(SHARED, `投 3 ${card(n)}`);
    expect(await say(SHARED, `投 3 ${NEIGHBOURS}`)).not.to.match(RECEIPT);
    expect(await say(SHARED, '投 3 7')).to.include('9位数');
    expect(await say(SHARED, OWN)).to.match(RECEIPT);
    expect(await say(SHARED, `投 1 ${OWN}`)).to.match(RECEIPT);
  });

  it('locks nobody with fifty wrong cards from thirteen unknown numbers', async () => {
    for (let n = 0; n < 50; n += 1) await say(`+86139000003${String(n % 13).padStart(2, '0')}`, `加入 ${card(n)}`);
    expect(await say('+8613900000399', `投 3 ${NEIGHBOURS}`)).to.match(RECEIPT);
  });

  it('silences no shared phone with thirty-one texts: the card that a ballot waits for is taken', async () => {
    for (let n = 0; n < 31; n += 1) await say(SHARED, '菜单');
    expect(await say(SHARED, '投 3 7')).to.include('9位数');
    const before = await native(Entry).countDocuments();
    expect(await say(SHARED, OWN)).to.match(RECEIPT);
    expect(await native(Entry).countDocuments()).to.equal(before + 1);
  });

  it('has a hundred answers a day for numbers of other countries, and one for each of the roster', async () => {
    const { _id: community } = service.community;
    const abroad = onRoster(world, { _id: 'abroad', community, phone: '+4915112345678' });
    await native(Resident).insertOne(abroad);
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 103; n += 1) answers.push(await say(`+44770090${String(n).padStart(4, '0')}`, '菜单'));
    expect(answers.filter((answer) => answer !== undefined)).to.have.length(100);
    expect(answers.at(-1)).to.equal(undefined);
    expect(await say('+4915112345678', '投 3 7')).to.match(RECEIPT);
    expect(await say('+8613900000398', '菜单')).to.be.a('string');
  });
});

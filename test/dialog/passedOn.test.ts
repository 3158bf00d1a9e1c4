import { expect } from 'chai';
import { Inquiry, inquiryText } from '../../src/fund/inquiries/index.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { startService, type TestService } from '../support/service.ts';

describe('what is passed on to a person', () => {
  const { world } = useDatabase('passedOn');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  const say = (from: string, body: string) => service.twilio.deliver({ from, to: service.community.phone, body });
  const inbox = async () => {
    const found = await collection(Inquiry)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray();
    return found.map((inquiry) => [inquiry.kind, inquiryText(world.vault, inquiry)]);
  };

  it('is a complaint whole, with what was added before the yes, and nothing that was not to be', async () => {
    const [refused, first, second] = [
      '楼上天天半夜装修吵死人了，找物业也没得用，你们到底管不管嘛',
      '电梯又坏了，我妈八十岁爬六楼，没人管',
      '物业电话打了十几个都说马上来，来了三天了人影都没得',
    ];
    for (const body of [refused, '不是', first, second, '是', '人工']) await say('+8613800000001', body);
    expect(await inbox()).to.deep.equal([
      ['complaint', `${first} / ${second}`],
      ['call', ''],
    ]);
  });

  it('is what was not understood, once, with what was asked, and never for what somebody voted', async () => {
    await collection(Inquiry).deleteMany({});
    const said = ['投 3', '谢谢', '那个门口那个嘛', '你们是谁', '我要投花园', '不是', '咋个整哦这个', '人工', '人工'];
    for (const body of said) await say('+8613800000008', body);
    expect(await inbox()).to.deep.equal([['call', '那个门口那个嘛 / 你们是谁 / 咋个整哦这个']]);
  });
});

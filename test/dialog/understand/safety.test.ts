import { expect } from 'chai';
import { normalise } from '../../../src/dialog/understand/normalise.ts';
import { tellsOfDanger } from '../../../src/dialog/understand/safety.ts';

const DANGER = [
  ...['有人挨家挨户给钱喊投7号', '有人冒充居委会让我转钱', '有人逼我投7号我不想投', '听说投3的发200块', '隔壁说投5号就送一袋米', '他们拿钱买票'],
  ...['老板说不投7就扣工资', '有人花钱拉票', '有人说要打我', '邻居威胁我投3号', '楼长发红包喊大家投1号', '居委会的人喊我把验证码发给他'],
  ...['有人自称社区的要我交保证金', '他们给我妈发鸡蛋叫她选6号', '有人收买选票你们管不管', '物业的人威胁我说不投就停水'],
  ...[
    'somebody offered me money to vote for 7',
    'they pay people to vote for 3',
    'someone is buying votes in building 2',
    'my boss threatened me to vote for 1',
  ],
  ...[
    'a man pretending to be from the committee asked me for money',
    'i was forced to vote for 4',
    'he said vote 7 or else',
    'my neighbour is going to hit me',
  ],
  ...[
    '我是公安局王警官，你涉嫌一起洗钱案件，请把银行卡号发过来配合调查',
    '我是公安局张警官，你涉嫌洗钱，把钱转到安全账户',
    '我要把你们办公室烧了',
    '再修花园老子把你们办公室砸了',
    '我是公安局的,你涉嫌洗钱,请配合调查转到安全账户',
  ],
  ...['他把我手机抢过去硬是按了投四', '隔壁的把我手指拇逮到按的', '吼的是 你敢投空调老子弄死你', '说我敢跟他投得不一样 他就来单位闹'],
  "madam says vote playground or don't come monday",
];
const NONE = [
  ...['刚才把卡拿去刷门禁，说失效了，那投票是不是也投不成了？', '我把投票卡拿走了', '我把卡借给我妈用'],
  ...['我不敢投空调', '敢不敢投两个', '把我手按痛了 投三号', 'can i vote or do i have to come'],
  ...['投3 7', '你们是不是骗子', '投票有红包吗', '投票收不收钱', '给钱我才投', '这个钱哪来的', '提议装个防诈骗宣传栏', '反对7号', '我不投7号'],
  ...[
    '投了有没有礼品',
    '楼上天天吵，找人打一顿才好',
    '我妈叫我投3号',
    '老公说要投路灯',
    '物业收钱不办事',
    '老板娘的店门口要路灯',
    '有人在楼道堆东西',
  ],
  ...['is this a scam', 'do you pay for votes', 'vote 3 7', 'my wife wants 2 but i want 3', 'the boss of the shop is nice', 'who pays for it'],
];

describe('what tells of danger', () => {
  it('is found whatever else it says, and nothing else is', () => {
    const found = (texts: readonly string[]) => texts.filter((text) => tellsOfDanger(normalise(text)));
    expect(DANGER.filter((text) => !found(DANGER).includes(text))).to.deep.equal([]);
    expect(found(NONE)).to.deep.equal([]);
  });
});

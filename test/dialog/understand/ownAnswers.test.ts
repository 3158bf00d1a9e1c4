import { expect } from 'chai';
import { normalise } from '../../../src/dialog/understand/normalise.ts';
import { ownAnswerTo } from '../../../src/dialog/understand/ownAnswers.ts';
import { words } from './words.ts';

/** Usual questions of a community: how its file has each, and how two residents ask it. */
const USUAL: readonly (readonly [asks: readonly string[], asked: readonly string[]])[] = [
  [
    ['什么时候停水', '为什么停水'],
    ['明天停不停水', '好久停水哦'],
  ],
  [
    ['什么时候停电', '为什么停电'],
    ['今天要停电吗', '停电停到几点'],
  ],
  [
    ['什么时候开会', '居民大会在哪里开'],
    ['啥时候开会', '居民大会几点'],
  ],
  [
    ['居委会几点上班', '什么时候下班'],
    ['你们几点上班', '居委会好久下班'],
  ],
  [
    ['居委会在哪里办公', '办公室在哪'],
    ['你们在哪里办公', '办公室在哪点'],
  ],
  [
    ['怎么办居住证', '居住证在哪里办'],
    ['居住证咋个办', '居住证要在哪办'],
  ],
  [
    ['怎么交物业费', '物业费多少'],
    ['物业费咋交', '物业费在哪里交'],
  ],
  [
    ['什么时候发钱', '补贴什么时候到账'],
    ['好久发钱', '补贴几时到账'],
  ],
  [
    ['哪里停车', '停车费多少'],
    ['停车费好多', '车停在哪里'],
  ],
  [
    ['垃圾什么时候收', '几点收垃圾'],
    ['垃圾几点收哦', '收垃圾是几点'],
  ],
  [
    ['纸质票在哪投', '哪里有纸票'],
    ['哪里可以填纸质的票', '纸票在哪里'],
  ],
  [
    ['什么时候打疫苗', '疫苗在哪里打'],
    ['打疫苗是好久', '疫苗去哪里打'],
  ],
  [
    ['快递放在哪里', '快递几点取'],
    ['我的快递放哪里', '取快递几点'],
  ],
  [
    ['老年证怎么办', '老年卡在哪里办'],
    ['老年证咋个办嘛', '老年卡哪里办'],
  ],
  [
    ['医保怎么交', '医保什么时候交'],
    ['医保好久交', '医保咋交'],
  ],
  [
    ['电梯什么时候修好', '电梯坏了找谁'],
    ['电梯好久修好', '电梯坏了找哪个'],
  ],
  [
    ['养老金怎么认证', '养老金认证在哪里'],
    ['养老金认证去哪里', '养老金咋个认证'],
  ],
  [
    ['小孩怎么上学', '学位怎么申请'],
    ['学位咋申请', '娃娃的学位怎么申请'],
  ],
  [
    ['社区食堂几点开饭', '食堂在哪里'],
    ['食堂几点开饭', '食堂在哪儿'],
  ],
  [
    ['理发什么时候来', '免费理发在哪里'],
    ['免费理发在哪点', '免费理发好久来'],
  ],
  [
    ['量血压在哪里', '什么时候量血压'],
    ['哪里量血压', '量血压几点'],
  ],
  [
    ['狗证怎么办', '养狗要办什么证'],
    ['狗证在哪办', '狗证咋办'],
  ],
  [
    ['天然气什么时候检修', '天然气坏了找谁'],
    ['天然气好久检修', '天然气坏了找哪个'],
  ],
  [
    ['宽带怎么装', '宽带坏了找谁'],
    ['宽带咋装', '宽带坏了找哪个'],
  ],
  [
    ['活动室几点开门', '活动室怎么预约'],
    ['活动室好久开门', '活动室咋预约'],
  ],
  [
    ['图书室什么时候开', '怎么借书'],
    ['图书室几点开', '借书怎么借'],
  ],
  [
    ['志愿者怎么报名', '志愿者做什么'],
    ['志愿者咋报名', '志愿者在哪报名'],
  ],
  [
    ['法律咨询什么时候', '律师哪天来'],
    ['律师好久来', '法律咨询是哪天'],
  ],
  [
    ['旧家具扔在哪里', '大件垃圾怎么处理'],
    ['旧家具往哪里扔', '大件垃圾咋处理'],
  ],
  [
    ['体检什么时候', '免费体检在哪里'],
    ['体检是好久', '免费体检在哪点'],
  ],
];
const answerOf = (text: string, answers: readonly { asks: readonly string[] }[]) => ownAnswerTo(normalise(text), answers, words.book)?.answer;

describe("a community's own answers", () => {
  it('are told apart, thirty usual questions of them', () => {
    const all = USUAL.map(([asks]) => ({ asks }));
    const wrong = USUAL.flatMap(([, asked], index) =>
      asked.map((text) => [text, answerOf(text, all)] as const).filter(([, answer]) => answer !== undefined && answer !== index),
    );
    expect(wrong).to.deep.equal([]);
    const missed = USUAL.flatMap(([, asked], index) => asked.filter((text) => answerOf(text, all) !== index));
    expect(missed.length, missed.join('\n')).to.be.at.most(6);
  });

  it('answer nothing that is about something else', () => {
    const wrong = USUAL.flatMap(([asks], index) => {
      const one = [{ asks }];
      const others = USUAL.flatMap(([, asked], at) => (at === index ? [] : asked));
      return [...others, '好久给我回话', '听不懂你说啥子 你直接帮我投三号', '什么时候', '在哪里', '怎么办', '几点']
        .filter((text) => answerOf(text, one) !== undefined)
        .map((text) => `${asks[0]} ← ${text}`);
    });
    expect(wrong).to.deep.equal([]);
  });
});

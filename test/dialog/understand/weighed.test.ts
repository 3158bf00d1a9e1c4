import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { conversationFiles, conversationsHash, type Judged, judgedTurns } from '../../../scripts/support/turns.ts';
import type { Option, Question } from '../../../src/dialog/question.ts';
import type { Talk } from '../../../src/dialog/talk.ts';
import type { Meaning } from '../../../src/dialog/understand/commandIn.ts';
import { NO_JUDGEMENT, type Outcome, readJudgement } from '../../../src/dialog/understand/judgement.ts';
import { outcomeOf } from '../../../src/dialog/understand/outcomeOf.ts';
import { understand } from '../../../src/dialog/understand/understand.ts';
import { words } from './words.ts';

/** What was learnt from conversations, and what it may do. */
describe('what is weighed', () => {
  const file = readFileSync('locales/zh-CN/judgement.bin');
  const byPatterns = { ...words, judgement: NO_JUDGEMENT };
  let turns: readonly Judged[];
  let turnsByPatterns: readonly Judged[];
  before(() => {
    const last = conversationFiles().slice(-1);
    turns = judgedTurns(last, words);
    turnsByPatterns = judgedTurns(last, byPatterns);
  });

  it('was learnt from the conversations as they are', () => {
    expect(readJudgement(file).head.from === conversationsHash(), 'run npm run learn').to.equal(true);
    expect(() => readJudgement(file.subarray(0, -1))).to.throw('npm run learn');
  });

  it('understands more turns than the patterns alone, and misunderstands fewer', () => {
    const right = (all: readonly Judged[]) => all.filter(({ meaning, right }) => right.includes(outcomeOf(meaning))).length;
    expect(right(turns)).to.be.above(right(turnsByPatterns));
    expect(misunderstood(turns)).to.be.below(0.85 * misunderstood(turnsByPatterns));
  });

  it('leaves alone what is exact, wherever it stands', () => {
    const changed = turnsByPatterns.flatMap(({ situation: { open, talk } }) =>
      [...EXACT, ...(open?.expects === 'confirmation' ? ANSWERS : [])]
        .filter((text) => {
          const [mine, patterns] = [words, byPatterns].map((vocabulary) => understand(text, open, BALLOT, vocabulary, [], talk));
          return JSON.stringify(mine) !== JSON.stringify(patterns);
        })
        .map((text) => `${text} while ${open?.key ?? 'nothing is open'}`),
    );
    expect([...new Set(changed)].join()).to.equal('');
  });

  it('changes no language for what is only like that', () => {
    for (const text of ['swap to 7', 'I want it'])
      expect(understand(text, undefined, BALLOT, words, [], SHOWN), text).not.to.have.nested.property('command.name', 'mandarin');
  });

  it('changes picks beside a story, where it is sure, and not where one is only compared', () => {
    const picked = (text: string, numbers: readonly number[]) => {
      const meaning = understand(text, undefined, BALLOT, words, [], { picks: { numbers, second: 0, isCast: true } });
      return meaning.kind === 'named' ? meaning.numbers.toSorted((one, other) => one - other).join(' ') : meaning.kind;
    };
    expect(picked('someone nicked my bike last night so swap 6 for 7', [4, 6])).to.equal('4 7');
    expect(picked('今天买菜摔了一跤 还是把路灯也带起', [5])).to.equal('1 5');
    expect(picked('打错了 手机拿倒了 那个6其实是9', [3, 6])).to.equal('3 9');
    expect(picked('路灯还是扶手', [3, 6])).not.to.match(/[12]/);
  });

  it('reads back once more where a yes may be to what was told beside the picks', () => {
    const open: Question = { key: 'vote.confirm', expects: 'confirmation', options: BALLOT, params: { picks: BALLOT.slice(1, 2) } };
    const meantAfter = (text: string, outcome: Outcome): Meaning =>
      understand(text, open, BALLOT, words, [], { ...SHOWN, meant: { outcome, second: 0 } });
    const again = { kind: 'answer', answer: { type: 'NAMED', numbers: [2] } };
    expect(meantAfter('那可以,我要这个', 'project')).to.deep.include(again);
    expect(meantAfter('哦那就好', 'price')).to.deep.include(again);
    expect(meantAfter('那就好那就好', 'secret')).to.deep.include(again);
    for (const text of ['那可以,我要这个', '那就好'])
      expect(meantAfter(text, 'picks'), text).to.deep.include({ kind: 'answer', answer: { type: 'YES' } });
  });
});

/** Something is told or read back that is not right. */
function misunderstood(turns: readonly Judged[]): number {
  return turns.filter(({ meaning, right, isReadRight }) => {
    const outcome = outcomeOf(meaning);
    return meaning.kind !== 'unknown' && (outcome === 'picks' ? !isReadRight : !right.includes(outcome));
  }).length;
}

const LABELS = ['路灯', '扶手', '花园', '健身角', '食堂', '充电棚', '监控', '游乐场', '分类站', '空调'];
const BALLOT: Option[] = LABELS.map((label, index) => ({ number: index + 1, label }));
const SHOWN: Talk = { picks: { numbers: [2], second: 0 } };
const EXACT = ['投 3 7', '投3', 'V 3 7', '3 7', '3', '37', '项目', '项目 3', '进度', '查票', '不是我', '退订', '菜单', '0'];
const ANSWERS = ['是', '对', '要得', '不', '不对', 'yes', 'no'];

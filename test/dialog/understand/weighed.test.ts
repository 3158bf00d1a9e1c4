import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { BALLOT } from '../../../scripts/support/examples.ts';
import { conversationFiles, conversationsHash, judgedTurns } from '../../../scripts/support/turns.ts';
import { NO_JUDGEMENT, readJudgement } from '../../../src/dialog/understand/judgement.ts';
import { mentionsIn } from '../../../src/dialog/understand/mentions.ts';
import { outcomeOf } from '../../../src/dialog/understand/outcome.ts';
import { yesBeside } from '../../../src/dialog/understand/yesBeside.ts';
import { words } from './words.ts';

/** What was learnt from conversations, and what it may do. */
describe('what is weighed', () => {
  const file = readFileSync('locales/zh-CN/judgement.bin');

  it('was learnt from the conversations as they are', () => {
    expect(readJudgement(file).head.from === conversationsHash(), 'run npm run learn').to.equal(true);
    expect(() => readJudgement(file.subarray(0, -1))).to.throw('npm run learn');
  });

  it('understands more turns than the patterns alone', () => {
    const rightBy = (vocabulary: typeof words) =>
      judgedTurns(conversationFiles().slice(-1), vocabulary).filter(({ meaning, right }) => right.includes(outcomeOf(meaning))).length;
    expect(rightBy(words)).to.be.above(rightBy({ ...words, judgement: NO_JUDGEMENT }));
  });

  it('takes an aside beside a plain yes for a yes, and nothing that takes a word of it back', () => {
    const isYes = (text: string) => yesBeside(mentionsIn(text, BALLOT, words), [1, 3]);
    for (const text of ['哎 对头', '你记得好准哦 对的对的', 'yes please do', '对,听我的']) expect(isYes(text), text).to.equal(true);
    for (const text of ['对 再加一个', '是 但是不要那个', '对,路灯', 'yes but not that', '记到了', '对不对', 'yes and 7', '是 等哈儿'])
      expect(isYes(text), text).to.equal(false);
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { conversationFiles, conversationsHash, judgedTurns } from '../../../scripts/support/turns.ts';
import { NO_JUDGEMENT, readJudgement } from '../../../src/dialog/understand/judgement.ts';
import { outcomeOf } from '../../../src/dialog/understand/outcome.ts';
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
});

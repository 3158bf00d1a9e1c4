import { expect } from 'chai';
import { doubted, isReworded, understoodIn } from '../../src/dialog/doubted.ts';
import type { OpenFlow } from '../../src/dialog/openFlow.ts';
import type { Question, Reply } from '../../src/dialog/question.ts';
import type { Meaning } from '../../src/dialog/understand/commandIn.ts';

const confirms: Question = { key: 'vote.confirm', outcome: 'askConfirmation', expects: 'confirmation', options: [] };
const openIn = (role: OpenFlow['role']) => ({ role, asked: confirms }) as OpenFlow;
const readBack: Meaning = { kind: 'named', numbers: [3] };
const asked: Reply = { says: [], asks: confirms, outcome: 'askConfirmation' };
const no: Meaning = { kind: 'answer', answer: { type: 'NO' } };
const yes: Meaning = { kind: 'answer', answer: { type: 'YES' } };

describe('what was understood, and doubted by the next message', () => {
  it('keeps what was read back without its digits, and nothing of thanks or of what has no words', () => {
    expect(understoodIn('我要3号楼下的花园 138', readBack, asked, 7)).to.deep.equal({ text: '我要*号楼下的花园 ***', told: 'readBack', second: 7 });
    expect(understoodIn('3 7', readBack, asked, 7)).to.equal(undefined);
    expect(understoodIn('谢谢', { kind: 'intent', intent: 'manners', numbers: [] }, { says: [] }, 7)).to.equal(undefined);
  });

  it('doubts a read-back that is denied or said anew, and not one that is agreed to or changed', () => {
    const last = { text: '花园那个', told: 'readBack', second: 7 } as const;
    const next = (meaning: Meaning) => doubted(last, { text: '不对', meaning, open: openIn('vote') });
    expect(next(no)).to.equal('花园那个');
    expect(next({ kind: 'answer', answer: { type: 'NUMBERS', numbers: [7] } })).to.equal('花园那个');
    expect(next(yes)).to.equal(undefined);
    expect(next({ kind: 'answer', answer: { type: 'NAMED', numbers: [3, 7], change: { added: [7], dropped: [] } } })).to.equal(undefined);
    expect(doubted(last, { text: '不对', meaning: no, open: undefined })).to.equal(undefined);
  });

  it('doubts what was nearly a command and denied, and a fact that is asked again in other words', () => {
    const nearly = { text: '我们楼有电梯', told: 'nearly', second: 7 } as const;
    expect(doubted(nearly, { text: '不是', meaning: no, open: openIn('confirm') })).to.equal('我们楼有电梯');
    expect(doubted(nearly, { text: '是', meaning: yes, open: openIn('confirm') })).to.equal(undefined);
    const fact = { text: '什么时候停电', told: 'fact', second: 7 } as const;
    expect(doubted(fact, { text: '我问的是什么时候停电', meaning: { kind: 'unknown' }, open: undefined })).to.equal('什么时候停电');
    expect(doubted(fact, { text: '那食堂好多钱', meaning: { kind: 'unknown' }, open: undefined })).to.equal(undefined);
    expect(isReworded('什么时候停电', '什么时候停电')).to.equal(false);
  });
});

import { expect } from 'chai';
import { wordsOf } from '../../src/dialog/interpretInbound.ts';
import type { Question } from '../../src/dialog/question.ts';
import type { Meaning } from '../../src/dialog/understand/commandIn.ts';

describe('the words that are kept for the person who calls back', () => {
  const kept = (text: string, meaning: Meaning, asked?: Question, isWholeCommand = false) =>
    wordsOf(
      { channel: 'sms', address: '+8613800000001', to: '+862880000001', key: 'k', at: new Date(), deadline: 0, input: { text } },
      meaning,
      asked && { flow: 'f', version: '1', snapshot: { status: 'active', output: undefined, error: undefined }, asked, misses: 0 },
      isWholeCommand,
    );
  const unknown: Meaning = { kind: 'unknown' };

  it('are what nothing took, and what was asked', () => {
    expect(kept(' 井盖坏了 ', unknown)).to.equal('井盖坏了');
    expect(kept('钱哪来的', { kind: 'intent', intent: 'money', numbers: [] })).to.equal('钱哪来的');
    expect(kept('几点收垃圾', { kind: 'ownAnswer', answer: 0 })).to.equal('几点收垃圾');
    expect(kept('井盖坏了三天没人管', { kind: 'near', command: { name: 'complain', text: '井盖坏了三天没人管' } })).to.equal('井盖坏了三天没人管');
    expect(kept('我要找人说井盖的事', { kind: 'command', command: { name: 'person' } })).to.equal('我要找人说井盖的事');
  });

  it('are never picks, cards, digits, thanks or commands', () => {
    const none = [
      kept('3 7', { kind: 'numbers', numbers: [3, 7] }),
      kept('花园', { kind: 'named', numbers: [3] }),
      kept('投3', { kind: 'command', command: { name: 'vote', numbers: [3] } }),
      kept('头3', { kind: 'near', command: { name: 'vote', numbers: [3] } }),
      kept('卡204681717', { kind: 'near', command: { name: 'identify', card: '204681717' } }),
      kept('是', { kind: 'answer', answer: { type: 'YES' } }),
      kept('谢谢', { kind: 'intent', intent: 'manners', numbers: [] }),
      kept('人工', { kind: 'command', command: { name: 'person' } }, undefined, true),
      kept('数字是 20481', unknown, { key: 'cadre.code', expects: 'code', length: 6 }),
      kept('999 ?', unknown),
      kept('投 3 还是 7?', unknown),
    ];
    expect(none).to.deep.equal(none.map(() => undefined));
    expect(kept('打我13800000001', unknown)).to.equal('打我138********');
    expect(kept('收到384912是啥子', unknown)).to.equal('收到******是啥子');
    expect(kept('卡204,681,717丢了', unknown)).to.equal('卡***,***,***丢了');
    expect(kept('12月25日3栋501停水', unknown)).to.equal('12月25日3栋501停水');
  });
});

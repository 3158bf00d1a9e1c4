import { expect } from 'chai';
import { COMMANDS } from '../../../src/dialog/command.ts';
import { type CommandWords, vocabulary as compiled } from '../../../src/dialog/understand/vocabulary.ts';
import { words } from './words.ts';

const vocabulary = (catalogues: Record<string, CommandWords>) => compiled(catalogues, words.book, words.guess);
const whole = Object.fromEntries(COMMANDS.map((name) => [name, [`say ${name}`]]));

describe('vocabulary', () => {
  it('keeps one keyword for one command, in as many languages as it is in, and an exact one before a near miss', () => {
    const { keywords } = vocabulary({ 'zh-CN': { ...whole, 'stop?': ['halt'] }, en: { stop: ['HALT'], person: ['say person'] } });
    expect(keywords.get('halt')).to.deep.equal({ name: 'stop', isNear: false });
    expect(keywords.get('say person')).to.deep.equal({ name: 'person', isNear: false });
  });

  it("tells a translator's slips", () => {
    const { stop: _, ...withoutStop } = whole;
    expect(() => vocabulary({ en: { ...whole, stopp: ['stop'] } })).to.throw('en/commands.json: "stopp"');
    expect(() => vocabulary({ en: withoutStop })).to.throw('keyword for: stop.');
    expect(() => vocabulary({ en: whole, fr: { ask: ['Say stop'] } })).to.throw('"say stop" stands for both stop and ask');
  });
});

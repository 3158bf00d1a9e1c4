import { expect } from 'chai';
import fc from 'fast-check';
import { linesOf, piecesOf, spokenCharacters, spokenDetail, voiceLists } from '../../../src/channels/voice/speech.ts';

const lines = (text: string, language: string) =>
  linesOf({ key: 'any' }, { words: () => text, language, isSlow: false }).map((line) => ('text' in line ? [line.language, line.text] : line));

describe('what a caller hears', () => {
  it('has a sentence in the other language spoken by its voice', () => {
    expect(lines('普通话，按1。English, press 2.四川话，按3。', 'zh-CN')).to.deep.equal([
      ['zh-CN', '普通话，按1。'],
      ['en', 'English, press 2.'],
      ['zh-CN', '四川话，按3。'],
    ]);
    expect(lines('You have voted. 3, 社区花园; 7, 路灯. To change it, press 2.', 'en')).to.deep.equal([
      ['en', 'You have voted.'],
      ['zh-CN', '3, 社区花园; 7, 路灯.'],
      ['en', 'To change it, press 2.'],
    ]);
    expect(lines('要得。用WeChat也行。3。', 'zh-CN-sichuan')).to.deep.equal([['zh-CN-sichuan', '要得。用WeChat也行。3。']]);
    expect(lines('It costs 2.5 million. 25,000.', 'en')).to.deep.equal([['en', 'It costs 2.5 million. 25,000.']]);
  });

  it('has digits that are read one by one as pieces that all such digits share', () => {
    for (const [text, ...pieces] of [
      ['凭证：四八二，零九一，七七三五。', '凭证：', ...'四八二，零九一，七七三五。'],
      ['Receipt: 4 8 2,0 9 1,7 7 3 5.', 'Receipt:', ...'482,091,7735.'],
      ['要删，按二零四，八一六。', '要删，按', ...'二零四，八一六。'],
      ['打幺三八，零零零零，零零零幺，马上打给您。', '打', ...'幺三八，零零零零，零零零幺', '，马上打给您。'],
      ['两万五千三，九号楼。', '两万五千三，九号楼。'],
      ['3号，社区花园；7号，路灯。', '3号，社区花园；7号，路灯。'],
      ['It costs 25,000.', 'It costs 25,000.'],
    ])
      expect(piecesOf(text ?? ''), text).to.deep.equal(pieces);
  });

  it('ends in a sign, also where the text has none', () => {
    expect(lines('以后用英语', 'zh-CN')).to.deep.equal([['zh-CN', '以后用英语。']]);
    expect(lines('From now on in English', 'en')).to.deep.equal([['en', 'From now on in English.']]);
    expect([lines('您还在吗？', 'zh-CN'), lines(' ', 'zh-CN')]).to.deep.equal([[['zh-CN', '您还在吗？']], []]);
  });

  it('offers each language in that language', () => {
    const offered = [
      { number: 1, label: '普通话' },
      { number: 2, label: 'English' },
    ];
    for (const language of ['zh-CN', 'en'])
      expect(
        voiceLists(language)
          .offer(offered)
          .replace(/(?<=。) /, ''),
      ).to.equal('普通话，按1。English, press 2.');
  });

  it('reads the clauses of a detail that fit twenty characters, as one sentence', () => {
    for (const [detail, said] of [
      ['三号院到菜市场一段', '三号院到菜市场一段。'],
      ['1栋和3栋没有电梯,每层楼梯一边装扶手', '1栋和3栋没有电梯,每层楼梯一边装扶手。'],
      ['南门车棚里装四十个，扫码付钱，夜里也能充，不收停车费', '南门车棚里装四十个，扫码付钱，夜里也能充。'],
      ['五个单元门口都装。下雨的时候接孩子不会被淋湿', '五个单元门口都装。'],
      ['在小广场的东边和西边各放六件健身器材并且铺上软垫', ''],
      ['From the north gate to the market, eight lamps, lit all night', 'From the north gate to the market, eight lamps. '],
      ['约2,500平方米，种花', '约2,500平方米，种花。'],
      ['', ''],
      ['。', ''],
    ])
      expect(spokenDetail(detail ?? ''), detail).to.equal(said);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (detail) => spokenCharacters(spokenDetail(detail)) <= 20));
  });
});

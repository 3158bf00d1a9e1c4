import { expect } from 'chai';
import { lookOf } from '../../src/store/lookalike.ts';

describe('a text as it looks', () => {
  it('is one with what looks the same, in whatever letters, and apart from what does not', () => {
    const groups = [
      ['郑海涛', '鄭海濤'],
      ['Li O1', 'Lі О1', 'ＬＩ Ο1', 'lì 01', 'LⅠ Ｏl'],
      ['SEABOX', 'ЅЕАВОХ'],
      ['口力工', 'ロカエ'],
      ['一中', 'ー中', '―中'],
      ['未来'],
      ['末来'],
      ['王芳'],
      ['王方'],
      ['F12'],
      ['F13'],
    ];
    const looks = groups.map((group) => [...new Set(group.map(lookOf))]);
    expect(looks.filter((look) => look.length > 1)).to.deep.equal([]);
    expect(new Set(looks.flat()).size).to.equal(groups.length);
  });
});

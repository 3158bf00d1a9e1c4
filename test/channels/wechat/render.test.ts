import { expect } from 'chai';
import { toText } from '../../../src/channels/wechat/render.ts';

const MOST = 2_048;
const said = (text: string) => toText({ says: [{ key: text }] }, ({ key }) => (key === 'common.cut' ? '看全的回“0”' : key));

describe('what WeChat takes', () => {
  it('is whole up to 2,048 bytes', () => {
    for (const text of ['路'.repeat(682), 'x'.repeat(MOST), '👨‍👩‍👧'.repeat(113)]) expect(said(text)).to.equal(text);
  });

  it('else is cut at a line, and says so', () => {
    const text = Array.from({ length: 200 }, (_, line) => `第${line}行：三号院`).join('\n');
    const cut = said(text);
    expect(Buffer.byteLength(cut)).to.be.at.most(MOST);
    expect(cut.endsWith('\n看全的回“0”')).to.equal(true);
    expect(text.startsWith(`${cut.slice(0, cut.lastIndexOf('\n'))}\n`)).to.equal(true);
  });

  it('and one endless line between characters, never inside one', () => {
    for (const character of ['路', '👨‍👩‍👧', '🇨🇳', 'e\u0301'])
      for (const before of ['', 'x', 'xx', 'xxx']) {
        const cut = said(`${before}${character.repeat(2_000)}`);
        expect(Buffer.byteLength(cut)).to.be.at.most(MOST);
        const kept = cut.slice(before.length, cut.lastIndexOf('\n'));
        expect(kept).to.equal(character.repeat(kept.length / character.length));
        expect(kept.length).to.be.above(600);
      }
  });
});

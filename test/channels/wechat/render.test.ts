import { expect } from 'chai';
import { readScene, readTap, sceneOf, tapId } from '../../../src/carriers/wechat/menu.ts';
import { toText } from '../../../src/channels/wechat/render.ts';

const MOST = 2_048;
const said = (text: string) => toText({ says: [{ key: text }] }, ({ key }) => (key === 'common.cut' ? '看全的回“0”' : key));

describe('what WeChat takes', () => {
  it('is whole up to 2,048 bytes', () => {
    for (const text of ['路'.repeat(682), 'x'.repeat(MOST), '👨‍👩‍👧'.repeat(113)]) expect(said(text)).to.equal(text);
  });

  it('else is cut at a line, and says so', () => {
    const text = Array.from({ length: 200 }, (_, line) => `第${line}行:三号院`).join('\n');
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

describe('a poster’s scene', () => {
  it('is read as it was written', () => {
    for (const scene of [
      { community: 'qingsong' },
      { community: 'Qing.song-2_x', building: '3' },
      { community: 'qingsong', building: '3栋 2单元', language: 'en' },
      { community: 'qingsong', language: 'zh-CN-sichuan' },
    ])
      expect(readScene(sceneOf(scene) ?? '')).to.deep.equal(scene);
    expect(readScene('')).to.equal(undefined);
    expect(readScene('a|b|c|d')).to.equal(undefined);
    expect(readScene('qingsong||xx')).to.deep.equal({ community: 'qingsong' });
    expect(sceneOf({ community: 'a', building: '楼'.repeat(64) })).to.equal(undefined);
  });
});

describe('a tap', () => {
  it('is read as it was offered, in digits, and of another cycle not at all', () => {
    for (const number of [1, 7, 42, 999]) {
      const id = tapId('qingsong-2027', number) ?? '';
      expect(id).to.match(/^[1-9]\d{8}$/);
      expect(readTap(id, 'qingsong-2027')).to.equal(number);
      expect(readTap(id, 'qingsong-2028')).to.equal(undefined);
    }
    expect(readTap(tapId('q', 'afresh') ?? '', 'q')).to.equal('afresh');
    expect(tapId('q', 1_000)).to.equal(undefined);
    for (const id of ['', '3', '0123456789', 'x']) expect(readTap(id, 'q')).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { smsLists, toText } from '../../../src/channels/sms/render.ts';
import { segments } from '../../../src/channels/sms/segments.ts';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { type Words, wording } from '../../../src/dialog/wording.ts';

describe('an SMS', () => {
  it('lists what is offered a line each, and keeps a number apart from a name that begins with one', () => {
    const offered = smsLists.offer([
      { number: 1, label: '楼道扶手', cost: '2万5' },
      { number: 12, label: '3号院围墙', cost: '3万' },
      { number: 7, label: 'Garden', cost: '48,000' },
    ]);
    expect(offered).to.equal('1 楼道扶手 2万5\n12 3号院围墙 3万\n7 Garden 48,000');
  });

  it('says everything in one message: what is said, what is asked, what is added once', () => {
    const words: Words = ({ key }) => key;
    const reply = { says: [{ key: 'a' }, { key: 'b' }], asks: { key: 'c', expects: 'confirmation' as const }, adds: [{ key: 'd' }] };
    expect(toText(reply, () => words)).to.equal('a\nb\nc\nd');
  });

  it('cuts what is longer than a carrier takes at a line’s end, and says so', async () => {
    const real = wording(await loadCatalogue(), { language: 'zh-CN', channel: 'sms', lists: smsLists, zone: 'Asia/Shanghai' });
    const of = (text: string) => toText({ says: [{ key: 'long' }] }, () => (said) => (said.key === 'long' ? text : real(said)));
    const lines = of(Array.from({ length: 300 }, (_, line) => `第${line}行`).join('\n'));
    expect(lines.length).to.be.at.most(1_600);
    expect(lines).to.match(/\n第\d+行\n短信放不下了。.*$/u);
    expect(of('😀'.repeat(1_000))).to.satisfy((text: string) => text.length <= 1_600 && !/\p{Cs}/u.test(text));
    expect(of('好'.repeat(1_600))).to.equal('好'.repeat(1_600));
  });

  it('counts segments as carriers bill them', () => {
    expect(['好'.repeat(70), '好'.repeat(71), '好'.repeat(134), '好'.repeat(135), 'a'.repeat(160), 'a'.repeat(161)].map(segments)).to.deep.equal([
      1, 2, 2, 3, 1, 2,
    ]);
  });
});

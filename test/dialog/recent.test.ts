import { expect } from 'chai';
import { floodAt, lastWords, NOTHING_YET, type Recent, remember, seenBefore } from '../../src/dialog/recent.ts';

const AT = Date.parse('2026-12-05T10:00:00Z');

describe('recent', () => {
  const having = (keys: readonly string[], isContinued: boolean, before: Recent = NOTHING_YET, every = 0) =>
    keys.reduce((recent, key, n) => remember(recent, { key, at: new Date(AT + n * every), isContinued }), before);
  const keys = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);
  const known = (recent: Recent, all: readonly string[]) => all.filter((key) => seenBefore(recent, key)).length;

  it('knows the last two hundred steps of calls, and every message and beginning of a call', () => {
    const recent = having(keys('more', 200), false, having(keys('key', 1_000), true, having(keys('message', 50), false)));
    expect(known(recent, [...keys('message', 50), ...keys('more', 200)])).to.equal(250);
    expect(known(recent, keys('key', 1_000))).to.equal(200);
    expect(seenBefore(recent, 'key-799')).to.equal(false);
  });

  it('knows what can come in a day without a flood, for a day, and stays small however much comes', () => {
    const most = having(keys('m', 4_320), false, NOTHING_YET, 20_000);
    expect(known(most, keys('m', 4_320))).to.equal(4_320);
    const dayLater = remember(most, { key: 'next', at: new Date(AT + 2 * 24 * 60 * 60 * 1_000) });
    expect([known(dayLater, keys('m', 4_320)), dayLater.seen.length]).to.deep.equal([0, 18]);
    const flood = having(keys('n', 8_000), false, NOTHING_YET, 1);
    expect(JSON.stringify(flood).length).to.be.at.most(100_000);
    expect(known(flood, keys('n', 8_000))).to.equal(5_000);
  });

  it('is flooded by the thirty-first message in ten minutes, for an hour', () => {
    const at = (ms: number) => new Date(AT + ms);
    const thirty = having(keys('m', 30), false, NOTHING_YET, 1_000);
    const flood = floodAt(thirty, at(30_000));
    expect([floodAt(having(keys('m', 29), false), at(30_000)), flood?.answers]).to.deep.equal([undefined, 0]);
    expect(floodAt(having(keys('m', 30), false, NOTHING_YET, 21_000), at(30 * 21_000))).to.equal(undefined);
    const in59 = remember(thirty, { key: 'x', at: at(30_000) }, { flood });
    expect([floodAt(in59, at(59 * 60_000)), floodAt(in59, at(61 * 60_000))]).to.deep.equal([flood, undefined]);
    expect(remember(in59, { key: 'step', at: at(60_000), isContinued: true }).flood).to.deep.equal(flood);
  });

  it('keeps the last three texts of a day, two hundred characters in all, the last one first of all', () => {
    const at = (hours: number) => new Date(AT + hours * 3_600_000);
    const said = (recent: Recent, hours: number, text: string) =>
      remember(recent, { key: text, at: at(hours) }, { words: lastWords(recent, at(hours), text) });
    const four = ['一', '二', '三', '四'].reduce((recent, text, n) => said(recent, n, text), NOTHING_YET);
    expect(lastWords(four, at(4)).map(({ text }) => text)).to.deep.equal(['二', '三', '四']);
    expect(lastWords(four, at(25.5)).map(({ text }) => text)).to.deep.equal(['三', '四']);
    const long = lastWords(said(four, 4, '长'.repeat(300)), at(4), '四');
    expect(long.map(({ text }) => text.length)).to.deep.equal([199, 1]);
  });
});

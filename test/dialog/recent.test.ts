import { expect } from 'chai';
import { NOTHING_YET, type Recent, remember, seenBefore } from '../../src/dialog/recent.ts';

const AT = new Date('2026-12-05T10:00:00Z');

describe('recent', () => {
  const having = (keys: readonly string[], isContinued: boolean, before: Recent = NOTHING_YET) =>
    keys.reduce((recent, key) => remember(recent, { key, at: AT, isContinued }, false), before);
  const keys = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

  it('knows the last two hundred keys of calls, and every message and beginning of a call', () => {
    const recent = having(keys('more', 200), false, having(keys('key', 1_000), true, having(keys('message', 50), false)));
    expect(recent.seen).to.have.length(450);
    for (const key of [...keys('message', 50), ...keys('more', 200), ...keys('key', 1_000).slice(-200)])
      expect(seenBefore(recent, key), key).to.equal(true);
    expect(seenBefore(recent, 'key-799')).to.equal(false);
  });
});

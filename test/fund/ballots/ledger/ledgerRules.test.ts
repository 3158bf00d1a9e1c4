import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { commitment, entryHash, firstPrevious, lastBallots, ledgerRow, refusePicks } from '../../../../src/fund/ballots/ledger/ledgerRules.ts';
import { ballotItem } from '../../../../src/fund/projects/projects.ts';
import { sha256 } from '../../../../src/store/vault.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the formats of the ledger', () => {
  it('hash exactly the bytes that the contract names (docs/contract.md: The ledger)', () => {
    expect(commitment(sha256, { salt: '00ff', voter: 'abc', picks: [3, 7] })).to.equal(hash('00ff\nabc\n3,7'));
    expect(commitment(sha256, { salt: '00ff', voter: 'abc', picks: [] })).to.equal(hash('00ff\nabc\n'));
    expect(entryHash(sha256, { previous: 'p', seq: 12, at: '2026-12-01', commitment: 'c' })).to.equal(hash('p\n12\n2026-12-01\nc'));
    expect(entryHash(sha256, { previous: 'p', seq: 13, at: '2026-12-01' })).to.equal(hash('p\n13\n2026-12-01\nsealed'));
    expect(firstPrevious(sha256, 'qingsong-2027', '{"标题":1}')).to.equal(hash(`yisheng\nqingsong-2027\n${hash('{"标题":1}')}`));
  });

  it('show of an entry what is public, in the contract’s order', () => {
    const entry = {
      _id: { cycle: 'q', seq: 1 },
      at: '2026-12-01',
      previous: 'p',
      hash: 'h',
      key: 'k',
      receipt: '1',
      voter: 'v',
      secret: Buffer.from('s'),
    };
    expect(JSON.stringify(ledgerRow({ ...entry, commitment: 'c' }))).to.equal(
      '{"seq":1,"cycle":"q","at":"2026-12-01","commitment":"c","previous":"p","hash":"h"}',
    );
    expect(JSON.stringify(ledgerRow({ ...entry, sealed: true }))).to.equal(
      '{"seq":1,"cycle":"q","at":"2026-12-01","sealed":true,"previous":"p","hash":"h"}',
    );
  });

  it('count the last ballot of each voter, none where it was voided', () => {
    const cast = (voter: string, ...picks: number[]) => ({ voter, picks });
    expect(lastBallots([cast('a', 1), cast('b', 2), cast('a', 3), cast('c', 1), cast('c'), cast('b'), cast('b', 7)])).to.have.deep.members([
      cast('a', 3),
      cast('b', 7),
    ]);
  });

  it('refuse picks for the first reason, naming the numbers', () => {
    const ballot = { projects: [{ number: 1 }, { number: 3 }, { number: 7 }], min: 2, max: 2 };
    expect(refusePicks(ballot, [1, 3])).to.equal(undefined);
    expect(refusePicks(ballot, [9, 1, 9, 1, 8])).to.deep.equal({ reason: 'unknown', numbers: [9, 8] });
    expect(refusePicks(ballot, [1, 1, 1])).to.deep.equal({ reason: 'doubled', numbers: [1] });
    expect(refusePicks(ballot, [1, 3, 7])).to.deep.equal({ reason: 'tooMany', max: 2, count: 3 });
    expect(refusePicks(ballot, [1])).to.deep.equal({ reason: 'tooFew', min: 2, count: 1 });
  });

  it('cut a title to twelve characters, and no short name', () => {
    expect(ballotItem({ number: 1, title: '一二三四五六七八九十一二', cost: 1 }).label).to.equal('一二三四五六七八九十一二');
    expect(ballotItem({ number: 1, title: '一二三四五六七八九十一二三', cost: 1 }).label).to.equal('一二三四五六七八九十一…');
    expect(ballotItem({ number: 1, title: '一二三四五六七八九十一二三', short: '数', cost: 1 }).label).to.equal('数');
  });
});

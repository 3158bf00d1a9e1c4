import { createHash } from 'node:crypto';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { checkLog } from '../../../src/fund/ballots/audit/checkLog.ts';
import { AuditError } from '../../../src/fund/ballots/audit/readFiles.ts';
import { dropDetails, LogEntry } from '../../../src/fund/log/logEntry.ts';
import { logHead, readLog } from '../../../src/fund/log/readLog.ts';
import { type Deed, withLog } from '../../../src/fund/log/withLog.ts';
import { collection } from '../../../src/store/collection.ts';
import { sha256 } from '../../../src/store/vault.ts';
import { useDatabase } from '../../support/database.ts';

const hex = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the log', () => {
  const { world } = useDatabase('log');
  let community = '';
  let counted = 0;
  beforeEach(() => {
    counted += 1;
    community = `pines-${counted}`;
  });

  const deed = (more: Partial<Deed> = {}): Deed => ({
    community,
    by: '王芳',
    role: 'cadre',
    act: 'proposal.hide',
    subject: `${community}-2027/12`,
    detail: { before: { public: true }, after: { public: false }, reason: '重复' },
    ...more,
  });
  const written = (more: Partial<Deed> = {}) => withLog(world, community, (_, write) => write(deed(more)));
  const text = async () => {
    const rows: string[] = [];
    for await (const row of readLog(world, community)) rows.push(JSON.stringify(row));
    return rows.map((row) => `${row}\n`).join('');
  };
  const rows = async () =>
    (await text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('is hashed byte by byte as the contract says', async () => {
    await written();
    await written({ by: 'Li\nrole: supervisor', detail: { reason: '“再议”\n明天' } });
    const [first, second] = await rows();
    expect(Object.keys(first)).to.deep.equal(['seq', 'community', 'at', 'by', 'role', 'act', 'subject', 'detail', 'previous', 'hash', 'opening']);
    expect(first.previous).to.equal(hex(`yisheng\n${community}`));
    expect(first.at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const lines = (entry: typeof first) =>
      `${entry.previous}\n${entry.seq}\n${entry.community}\n${entry.at}\n${entry.by}\n${entry.role}\n${entry.act}\n${entry.subject}\n${entry.detail}`;
    expect(first.hash).to.equal(hex(lines(first)));
    expect(first.opening.salt).to.match(/^[0-9a-f]{32}$/);
    expect(first.detail).to.equal(hex(`${first.opening.salt}\n{"before":{"public":true},"after":{"public":false},"reason":"重复"}`));
    expect([second.seq, second.previous, second.by]).to.deep.equal([2, first.hash, 'Li role: supervisor']);
    expect(second.hash).to.equal(hex(lines(second)));
    expect(second.detail).to.equal(hex(`${second.opening.salt}\n{"reason":"“再议”\\n明天"}`));
    expect(second.opening.salt).to.not.equal(first.opening.salt);
    expect(await logHead(community)).to.include({ seq: 2, hash: second.hash });
    expect(await logHead('nowhere')).to.deep.equal({ seq: 0, hash: hex('yisheng\nnowhere') });
  });

  it('has an entry and what it is about, or neither', async () => {
    const things = mongoose.connection.getClient().db().collection<{ _id: string; value: number }>('things');
    const change = (value: number, how: 'write' | 'nothing' | 'fail') =>
      withLog(world, community, async (session, write) => {
        await things.updateOne({ _id: community }, { $set: { value } }, { upsert: true, session });
        if (how !== 'nothing') await write(deed());
        if (how === 'fail') throw new Error('it failed');
      });
    await change(1, 'write');
    const failed = await change(2, 'fail').catch((error: Error) => error.message);
    expect([failed, (await things.findOne({ _id: community }))?.value, (await rows()).length]).to.deep.equal(['it failed', 1, 1]);
    await change(3, 'nothing');
    await change(4, 'write');
    expect((await rows()).map(({ seq }) => seq)).to.deep.equal([1, 2]);
  });

  it('adds to an act one insert and the commit that makes them one, nothing else', async function () {
    this.retries(1); // every five minutes mongod writes of its own
    const things = mongoose.connection.getClient().db().collection<{ _id: string; value: number }>('things');
    const act = (value: number) =>
      withLog(world, community, async (session, write) => {
        await things.updateOne({ _id: community }, { $set: { value } }, { upsert: true, session });
        await write(deed());
      });
    const counts = async () => {
      const { metrics } = await mongoose.connection.getClient().db('admin').command({ serverStatus: 1 });
      return ['find', 'aggregate', 'insert', 'update', 'findAndModify', 'commitTransaction', 'abortTransaction'].map((name) =>
        Number(metrics.commands[name]?.total ?? 0),
      );
    };
    await act(1);
    const before = await counts();
    for (let value = 2; value <= 11; value += 1) await act(value);
    expect((await counts()).map((count, index) => count - (before[index] ?? 0))).to.deep.equal([0, 0, 10, 10, 0, 10, 0]);
  });

  it('writes a repeated act once', async () => {
    await written({ once: `${community} slip` });
    await written({ once: `${community} slip` });
    await written();
    expect((await rows()).length).to.equal(2);
  });

  it('writes an act under a key that another act, subject or community had before', async () => {
    const other = `${community}-other`;
    for (const more of [{}, { act: 'proposal.release' }, { subject: `${community}-2028/12` }, {}]) await written({ once: 'guessed', ...more });
    await withLog(world, other, (_, write) => write(deed({ community: other, once: 'guessed' })));
    expect([(await rows()).length, (await logHead(other)).seq]).to.deep.equal([3, 1]);
  });

  it('is whole after a deletion, which drops what names the person and nothing else', async () => {
    await written({ names: ['zhang', 'phone'], detail: { before: { name: '张伟' } } });
    await written({ names: ['li'], detail: { before: { name: '李静' } } });
    const stored = JSON.stringify(await collection(LogEntry).find({ '_id.community': community }).toArray());
    expect(stored).to.not.include('张伟');
    const head = await logHead(community);
    await dropDetails(community, ['phone']);
    const [first, second] = await rows();
    expect([first.opening, second.opening.detail]).to.deep.equal([undefined, { before: { name: '李静' } }]);
    expect(checkLog(sha256, await text())).to.deep.equal({ entries: 2, dropped: 1, head: `${head.seq}:${head.hash}` });
  });

  describe('is checked', () => {
    let whole = '';
    beforeEach(async () => {
      for (const subject of ['a/1', 'a/2', 'a/3', 'a/4']) await written({ subject });
      whole = await text();
    });
    /** The line and the reason at which the check stops. */
    const wrong = (changed: string, noted?: { seq: number; hash: string }) => {
      try {
        return checkLog(sha256, changed, noted);
      } catch (error) {
        if (error instanceof AuditError) return { file: error.file, line: error.line };
        throw error;
      }
    };
    const changedAt = (line: number, change: (row: Record<string, unknown>) => object) =>
      whole
        .trim()
        .split('\n')
        .map((text, index) => (index === line - 1 ? JSON.stringify(change(JSON.parse(text))) : text))
        .join('\n');
    const WRONG = {
      seq: 7,
      community: 'elsewhere',
      at: '2026-01-01T00:00:00Z',
      by: '李芳',
      role: 'supervisor',
      act: 'proposal.merge',
      subject: 'a/9',
      detail: hex('other'),
      previous: hex('other'),
      hash: hex('other'),
    };

    for (const [field, value] of Object.entries(WRONG))
      for (const line of [1, 2, 4])
        it(`a value changed: ${field} in line ${line}`, () => {
          expect(wrong(changedAt(line, (row) => ({ ...row, [field]: value })))).to.deep.equal({ file: 'log.ndjson', line });
        });

    it('a detail or a salt changed', () => {
      const other = { reason: '别的' };
      expect(wrong(changedAt(3, (row) => ({ ...row, opening: { ...(row.opening as object), detail: other } })))).to.deep.include({ line: 3 });
      expect(wrong(changedAt(3, (row) => ({ ...row, opening: { ...(row.opening as object), salt: '0'.repeat(32) } })))).to.deep.include({ line: 3 });
    });

    it('an entry dropped, entries swapped, one there twice, one put in', () => {
      const lines = whole.trim().split('\n');
      expect(wrong(lines.toSpliced(1, 1).join('\n'))).to.deep.include({ line: 2 });
      expect(wrong(lines.toSpliced(0, 1).join('\n'))).to.deep.include({ line: 1 });
      const [first = '', second = '', third = '', ...rest] = lines;
      expect(wrong([first, third, second, ...rest].join('\n'))).to.deep.include({ line: 2 });
      expect(wrong([first, second, second, third].join('\n'))).to.deep.include({ line: 3 });
    });

    it('the end cut off, or all of it written anew, by a head that was noted', async () => {
      const head = await logHead(community);
      expect(wrong(whole, head)).to.deep.include({ entries: 4 });
      const cut = whole.trim().split('\n').slice(0, 3).join('\n');
      expect(wrong(cut)).to.deep.include({ entries: 3 });
      expect(wrong(cut, head)).to.deep.equal({ file: 'log.ndjson', line: 4 });
      expect(wrong('', head)).to.deep.equal({ file: 'log.ndjson', line: 4 });
      expect(wrong(whole, { seq: 4, hash: hex('other') })).to.deep.equal({ file: 'log.ndjson', line: 4 });
    });
  });
});

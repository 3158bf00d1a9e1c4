import { expect } from 'chai';
import { Community } from '../../src/fund/communities/community.ts';
import { collection } from '../../src/store/collection.ts';
import { codeOf } from '../support/codeOf.ts';
import { useDatabase } from '../support/database.ts';

/** MongoDB's DocumentValidationFailure. */
const INVALID = 121;

describe('the database of a test', () => {
  useDatabase('recordForm');

  it('refuses what the driver writes without the form that the schema declares: a field more, one that lacks, another type', async () => {
    await collection(Community).insertOne({
      ...{ _id: 'qingsong', name: '青松社区', language: 'zh-CN', timezone: 'Asia/Shanghai', phone: '+862880000001', verify: 'either' },
      ...{ ballots: 'public', quiet: '21:00-08:00', person: { name: '罗主任', phone: '+862880000002' } },
    });
    const change = (update: object) => codeOf(collection(Community).updateOne({ _id: 'qingsong' }, update));
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: { publishDays: 5, keep: { letters: 30 } } });
    for (const set of [{ nmae: '青松' }, { name: 3 }, { 'person.fax': '3' }, { verify: 'both' }]) {
      expect(await change({ $set: set }), JSON.stringify(set)).to.equal(INVALID);
    }
    expect(await change({ $unset: { name: '' } })).to.equal(INVALID);
  });
});

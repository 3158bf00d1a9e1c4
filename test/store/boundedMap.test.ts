import { expect } from 'chai';
import { boundedMap } from '../../src/store/cache.ts';

describe('boundedMap', () => {
  it('lets go of what was not used for longest', () => {
    const map = boundedMap<string, number>(3);
    for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
    expect(map.get('a')).to.equal(0);
    map.set('d', 3);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).to.deep.equal([0, undefined, 2, 3]);
    map.delete('a');
    map.set('e', 4);
    expect(['a', 'c', 'd', 'e'].map((key) => map.get(key))).to.deep.equal([undefined, 2, 3, 4]);
  });
});

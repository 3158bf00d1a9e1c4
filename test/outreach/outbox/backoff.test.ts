import { expect } from 'chai';
import { backoff } from '../../../src/outreach/outbox/delivery.ts';

describe('backoff', () => {
  it('doubles up to a quarter of an hour, anywhere between nothing and that', () => {
    const longest = [1, 2, 3, 10, 100].map((attempts) => backoff(attempts, () => 1));
    expect(longest).to.deep.equal([2_000, 4_000, 8_000, 900_000, 900_000]);
    expect(backoff(10, () => 0)).to.equal(0);
    expect(backoff(3, () => 0.5)).to.equal(4_000);
  });
});

import { expect } from 'chai';
import { randomBytes } from '../../src/store/crypto.ts';

describe('randomBytes', () => {
  it('hands out as many as are asked for, and none twice', () => {
    const drawn = Array.from({ length: 3_000 }, () => randomBytes(16).toString('hex'));
    expect(new Set(drawn).size).to.equal(3_000);
    expect(drawn.every((hex) => hex.length === 32)).to.equal(true);
    expect(randomBytes(20_000)).to.have.length(20_000);
  });
});

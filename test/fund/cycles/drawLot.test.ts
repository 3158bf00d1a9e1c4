import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { drawLot } from '../../../src/fund/cycles/opening.ts';

describe('drawLot', () => {
  it('makes every order as likely as any other', () => {
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw++) {
      const order = drawLot(randomBytes, [1, 2, 3]).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts).to.have.length(6);
    // 1000 expected with a standard deviation of 29: six of them away, once in 500 million draws
    for (const count of counts.values()) expect(count).to.be.within(826, 1_174);
  });

  it('draws again what would make low numbers likelier', () => {
    const drawn = ['ffffffff', '00000001', '00000000'].map((hex) => Buffer.from(hex, 'hex'));
    expect(drawLot(() => drawn.shift() ?? Buffer.alloc(4), [1, 2, 3])).to.deep.equal([3, 1, 2]);
  });
});

import { expect } from 'chai';
import { amrSeconds } from '../../../src/fund/inquiries/audio.ts';

/** Frames of 12.2 kbit/s (type 7) and of silence (type 8). */
const amr = (...types: number[]) =>
  Buffer.concat([
    Buffer.from('#!AMR\n'),
    ...types.map((type) =>
      Buffer.concat([Buffer.from([(type << 3) | 4]), Buffer.alloc(({ 0: 12, 7: 31, 8: 5 } as Record<number, number>)[type] ?? 0)]),
    ),
  ]);

describe('amrSeconds', () => {
  it('counts twenty milliseconds a frame, of whatever rate', () => {
    expect(amrSeconds(amr(...Array.from({ length: 50 }, () => 7)))).to.be.closeTo(1, 1e-9);
    expect(amrSeconds(amr(7, 8, 0, 15))).to.be.closeTo(0.08, 1e-9);
  });

  it('knows what is none', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('#!AMR\n'),
      Buffer.from('<html>'),
      Buffer.from('#!AMR-WB\n'),
      Buffer.concat([amr(7), Buffer.from([0xff])]),
    ])
      expect(amrSeconds(bytes)).to.equal(undefined);
  });
});

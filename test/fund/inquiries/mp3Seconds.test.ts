import { expect } from 'chai';
import { mp3Seconds } from '../../../src/fund/inquiries/audio.ts';
import { silence } from '../../support/silence.ts';

describe('mp3Seconds', () => {
  const id3 = Buffer.concat([Buffer.from('ID3\x04\x00\x00\x00\x00\x01\x00', 'latin1'), Buffer.alloc(128, 'x')]);
  /** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, padded: 418 bytes and 1,152 samples. */
  const frame = Buffer.alloc(418);
  frame.writeUInt32BE(0xff_fb_92_00);

  it('adds up the frames, tags aside, the last one cut short or not', () => {
    expect(mp3Seconds(silence(9))).to.be.closeTo(9, 0.04);
    expect(mp3Seconds(Buffer.concat([id3, silence(1), Buffer.from('TAG'.padEnd(128))]))).to.be.closeTo(1, 0.04);
    expect(mp3Seconds(silence(1).subarray(0, -20))).to.be.closeTo(1, 0.04);
    expect(mp3Seconds(Buffer.concat([frame, frame]))).to.be.closeTo((2 * 1152) / 44_100, 1e-9);
  });

  it('knows what is none, whatever it begins with', () => {
    const wav = Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ', 'latin1');
    for (const bytes of [Buffer.alloc(0), Buffer.from('<html>'), wav, id3, Buffer.alloc(5_000), Buffer.alloc(5_000, 0xff)])
      expect(mp3Seconds(bytes)).to.equal(undefined);
    expect(mp3Seconds(Buffer.concat([silence(1), Buffer.from('<script>'.repeat(50))]))).to.equal(undefined);
  });
});

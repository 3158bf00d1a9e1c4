import { expect } from 'chai';
import { callerIn, dialled } from '../../src/carriers/asterisk/numbers.ts';
import { phoneWav } from '../../src/carriers/asterisk/wav.ts';
import { wavSeconds } from '../../src/fund/inquiries/audio.ts';

/** A WAV of a tone, one second. */
function tone(rate: number, channels: number, hertz: number): Buffer {
  const wav = Buffer.alloc(44 + 2 * rate * channels);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate * channels, 28);
  wav.writeUInt16LE(2 * channels, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * rate * channels, 40);
  for (let at = 0; at < rate * channels; at += 1)
    wav.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hertz * Math.floor(at / channels)) / rate)), 44 + 2 * at);
  return wav;
}

const loudest = (wav: Buffer) => Math.max(...Array.from({ length: (wav.length - 444) / 2 }, (_, at) => Math.abs(wav.readInt16LE(244 + 2 * at))));

describe('the line over Asterisk', () => {
  it('reads numbers as lines of the mainland show them, and dials them so', () => {
    const ours = '+862888880001';
    const shown = ['13800000001', '013800000001', '8613800000001', '+8613800000001', '008613800000001'];
    for (const number of shown) expect(callerIn(number, ours), number).to.equal('+8613800000001');
    expect(callerIn('02866660002', ours)).to.equal('+862866660002');
    expect(callerIn('66660002', ours)).to.equal('+862866660002');
    for (const hidden of ['', 'anonymous', '10086']) expect(callerIn(hidden, ours), hidden).to.equal(undefined);
    expect([dialled('+8613800000001'), dialled('+862866660002'), dialled('+420777123456')]).to.deep.equal([
      '13800000001',
      '02866660002',
      '00420777123456',
    ]);
  });

  it('makes of any WAV of 16 bits one that a phone line plays: what is too high for it is gone, not folded down', () => {
    for (const [rate, channels] of [
      [22_050, 1],
      [44_100, 2],
      [8_000, 1],
    ] as const) {
      const made = phoneWav(tone(rate, channels, 440)) ?? expect.fail();
      expect([made.readUInt32LE(24), made.readUInt16LE(22), Math.round(wavSeconds(made) ?? 0)]).to.deep.equal([8_000, 1, 1]);
      expect(loudest(made)).to.be.within(9_000, 11_000);
    }
    expect(loudest(phoneWav(tone(22_050, 1, 7_000)) ?? expect.fail())).to.be.below(500);
    for (const wrong of [Buffer.from('RIFF'), Buffer.alloc(100), tone(4_000, 1, 440)]) expect(phoneWav(wrong)).to.equal(undefined);
    expect(wavSeconds(tone(8_000, 1, 440).subarray(0, 1_000))).to.equal(undefined);
  });
});

import { silentWav } from '../../src/carriers/wav.ts';

const [RATE, HEADER] = [8_000, 44];

/** A WAV of a phone line: so many milliseconds of each loudness, one behind the other; a buzz of 220 Hz over the noise of a line. */
export function soundOf(...parts: readonly { readonly ms: number; readonly loud: number }[]): Buffer {
  const wav = silentWav(parts.reduce((sum, { ms }) => sum + ms, 0));
  let at = 0;
  let noise = 1;
  for (const { ms, loud } of parts)
    for (const end = at + (RATE * ms) / 1_000; at < end; at += 1) {
      noise = (noise * 16_807) % 2_147_483_647;
      const hiss = (noise / 2_147_483_647 - 0.5) * 60;
      wav.writeInt16LE(Math.round(loud * Math.sin((2 * Math.PI * 220 * at) / RATE) + hiss), HEADER + 2 * at);
    }
  return wav;
}

/** Somebody says something short, or of so many milliseconds. */
export function utterance(ms = 600): Buffer {
  return soundOf({ ms: 800, loud: 0 }, { ms, loud: 6_000 }, { ms: 800, loud: 0 });
}

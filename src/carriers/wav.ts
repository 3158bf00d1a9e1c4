import { boundedMap } from '../store/cache.ts';

/** The rate of a phone line, in samples a second. */
const RATE = 8_000;
const FASTEST = 192_000;
const HEADER = 44;
/** A sample up to this is not heard. */
const SILENT = 150;
/** Half the width of the filter, in samples of the slower rate. */
const LOBES = 8;

/** A WAV of one or two channels of 16 bits, as a phone line plays it: 8 kHz, one channel. Undefined if it is anything else. */
export function phoneWav(wav: Buffer): Buffer | undefined {
  const read = samplesIn(wav);
  if (!read) return undefined;
  const { rate, samples } = read;
  const slow = rate === RATE ? samples : resampled(samples, rate);
  const out = silentWav((1_000 * slow.length) / RATE);
  for (let index = 0; index < slow.length; index += 1)
    out.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(slow[index] ?? 0))), HEADER + 2 * index);
  return out;
}

/** What is in a WAV of one or two channels of 16 bits. Undefined if it is anything else. */
export function samplesOf(wav: Buffer): { readonly rate: number; readonly samples: Int16Array } | undefined {
  const read = samplesIn(wav);
  return read && { rate: read.rate, samples: Int16Array.from(read.samples) };
}

/** A WAV in which nothing is heard, as a phone line plays it if no other rate is given. */
export function silentWav(ms: number, rate = RATE): Buffer {
  const bytes = 2 * Math.round((ms * rate) / 1_000);
  const out = Buffer.alloc(HEADER + bytes);
  out.write('RIFF', 0);
  out.writeUInt32LE(HEADER - 8 + bytes, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(2 * rate, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(bytes, 40);
  return out;
}

/** Of a WAV from here what is heard, without the silence before and behind, and then so much silence. */
export function heardIn(wav: Buffer, silentMs: number): Buffer {
  let [first, last] = [wav.length, HEADER];
  for (let at = HEADER; at + 2 <= wav.length; at += 2)
    if (Math.abs(wav.readInt16LE(at)) > SILENT) {
      first = Math.min(first, at);
      last = at + 2;
    }
  const heard = wav.subarray(first, last);
  const out = silentWav((500 * heard.length) / RATE + silentMs);
  heard.copy(out, HEADER);
  return out;
}

function samplesIn(wav: Buffer): { rate: number; samples: Float32Array } | undefined {
  if (wav.length < 44 || wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  let format: { channels: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= wav.length; ) {
    const name = wav.toString('latin1', at, at + 4);
    const begins = at + 8;
    const ends = Math.min(begins + wav.readUInt32LE(at + 4), wav.length); // a program that writes to a pipe does not know the length
    if (name === 'fmt ' && ends - begins >= 16) {
      const [kind, channels, bits] = [wav.readUInt16LE(begins), wav.readUInt16LE(begins + 2), wav.readUInt16LE(begins + 14)];
      if (kind !== 1 || bits !== 16 || channels < 1 || channels > 2) return undefined;
      format = { channels, rate: wav.readUInt32LE(begins + 4) };
    }
    if (name === 'data')
      return format && format.rate >= RATE && format.rate <= FASTEST
        ? { rate: format.rate, samples: mono(wav.subarray(begins, ends), format.channels) }
        : undefined;
    at = ends + (ends % 2);
  }
  return undefined;
}

function mono(data: Buffer, channels: number): Float32Array {
  const samples = new Float32Array(Math.floor(data.length / 2 / channels));
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let index = 0; index < samples.length; index += 1) samples[index] = view.getInt16(2 * index * channels, true);
  return samples;
}

/** Low-passed below half the line's rate (windowed sinc), so that nothing of what is above folds down. */
function resampled(samples: Float32Array, rate: number): Float32Array {
  const weights = kernels.getOrMake(rate, () => kernelsOf(rate));
  const half = (weights[0]?.length ?? 0) / 2;
  /** With silence before and behind, so that no sample needs a look at where it is. */
  const within = new Float32Array(samples.length + 2 * half + 1);
  within.set(samples, half);
  const slow = new Float32Array(Math.floor((samples.length * RATE) / rate));
  for (let index = 0, place = 0; index < slow.length; index += 1) {
    const kernel = weights[place] ?? NOTHING;
    const first = Math.floor((index * rate) / RATE) + 1;
    let sum = 0;
    for (let at = 0; at < kernel.length; at += 1) sum += (kernel[at] ?? 0) * (within[first + at] ?? 0);
    slow[index] = sum;
    place = place + 1 === weights.length ? 0 : place + 1;
  }
  return slow;
}

const NOTHING = new Float32Array(0);
/** A program that speaks has one rate. */
const kernels = boundedMap<number, readonly Float32Array[]>(4);

/** The weights of the samples around each place that a slower sample can have between two; the places come again in order. */
function kernelsOf(rate: number): readonly Float32Array[] {
  const step = rate / RATE;
  const half = Math.ceil(LOBES * step);
  const places = RATE / divisor(rate, RATE);
  return Array.from({ length: places }, (_, place) => {
    const beyond = (place * step) % 1;
    const kernel = Float32Array.from({ length: 2 * half }, (_, at) => {
      const away = at + 1 - half - beyond;
      const x = away / step;
      return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((Math.PI * away) / (half + 1)));
    });
    const all = kernel.reduce((sum, weight) => sum + weight, 0);
    return kernel.map((weight) => weight / all);
  });
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}

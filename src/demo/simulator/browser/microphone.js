/** The longest that is listened at once, in milliseconds, as on a phone line. */
const LONGEST = 8_000;
/** Samples a second of what is sent. */
const RATE = 16_000;

/** The browser's microphone. Nothing of it leaves the page but what `listen` gives. */
export function microphone() {
  /** @type {MediaRecorder | undefined} */
  let recorder;
  return {
    isOn: () => recorder !== undefined,
    /** Ends what is being recorded. */
    end: () => recorder?.stop(),
    /**
     * What is said until `end`, as a WAV of 16 bits in base64; undefined if there is no microphone, or it may not be used.
     * @returns {Promise<string | undefined>}
     */
    listen: async () => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        const recording = new MediaRecorder(stream);
        recorder = recording;
        const parts = await recorded(recording);
        for (const track of stream.getTracks()) track.stop();
        return base64(wavOf(await samplesOf(new Blob(parts))));
      } catch {
        return undefined; // there is none, or the person said no: typing does as well
      } finally {
        recorder = undefined;
      }
    },
  };
}

/**
 * @param {MediaRecorder} recording
 * @returns {Promise<Blob[]>}
 */
function recorded(recording) {
  return new Promise((resolve) => {
    /** @type {Blob[]} */
    const parts = [];
    const longest = setTimeout(() => recording.stop(), LONGEST);
    recording.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recording.addEventListener('stop', () => {
      clearTimeout(longest);
      resolve(parts);
    });
    recording.start();
  });
}

/** @param {Blob} sound */
async function samplesOf(sound) {
  const context = new OfflineAudioContext(1, 1, RATE);
  const decoded = await context.decodeAudioData(await sound.arrayBuffer());
  return decoded.getChannelData(0);
}

/** @param {Float32Array} samples */
function wavOf(samples) {
  const wav = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const word = (/** @type {number} */ at, /** @type {string} */ letters) => {
    for (const [index, letter] of [...letters].entries()) wav.setUint8(at + index, letter.charCodeAt(0));
  };
  word(0, 'RIFF');
  wav.setUint32(4, 36 + 2 * samples.length, true);
  word(8, 'WAVEfmt ');
  wav.setUint32(16, 16, true);
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, RATE, true);
  wav.setUint32(28, 2 * RATE, true);
  wav.setUint16(32, 2, true);
  wav.setUint16(34, 16, true);
  word(36, 'data');
  wav.setUint32(40, 2 * samples.length, true);
  for (const [index, sample] of samples.entries()) wav.setInt16(44 + 2 * index, Math.round(32_767 * Math.max(-1, Math.min(1, sample))), true);
  return new Uint8Array(wav.buffer);
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

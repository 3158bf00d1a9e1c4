import { setImmediate as rest, setTimeout as sleep } from 'node:timers/promises';
import { APP } from '../../src/carriers/asterisk/ari.ts';

/** A phone in a call with the fake Asterisk. */
export interface AriPhone {
  readonly id: string;
  /** The number that was called, as it was dialled. */
  readonly to: string;
  /** The texts that it heard, in order; a sound that is no text by its address. */
  readonly heard: string[];
  /** The cause with which the call ended; undefined while it goes on. */
  readonly cause: number | undefined;
  press(keys: string): void;
  /** Speaks for so many seconds once it is recorded, and ends with a key. */
  speak(seconds: number, key: string): Promise<void>;
  /** Says something, as a WAV, once the line hears words; over what is being said, if anything is. */
  says(wav: Buffer): Promise<void>;
  /** Says nothing while it is recorded: Asterisk ends the recording. Where keys are waited for, nothing happens. */
  silence(): Promise<void>;
  hangUp(): void;
  /** Somebody answers a phone that rang. */
  answer(): void;
  /** Another channel hears it. */
  readonly hasEar: boolean;
  /** Waits until so many texts were heard, or one like this after so many. */
  hears(what: number | RegExp, after?: number): Promise<void>;
  /** Waits until more than so many texts were heard and nothing more is being said: nothing plays, and no program makes a sound. */
  hearsOut(after: number): Promise<void>;
  isOver(): Promise<void>;
}

export interface Leg {
  readonly id: string;
  /** Who calls, as the line shows it. */
  readonly number: string;
  readonly exten: string;
  readonly args: readonly string[];
  readonly isPlaced: boolean;
  readonly to: string;
}

/** A channel of the fake Asterisk, with the phone at its end. */
export interface PhoneLine {
  readonly phone: AriPhone;
  /** It is in our application. */
  readonly isIn: boolean;
  resource(): object;
  comesIn(): void;
  answered(): void;
  plays(id: string, media: readonly string[]): void;
  stopsPlaying(id: string): boolean;
  records(name: string, most: number): void;
  stopsRecording(name: string): boolean;
  /** Another channel hears this one. */
  heardBy(ear: PhoneLine): void;
  /** What is heard is recorded here, if anything is. */
  hears(wav: Buffer): boolean;
  ended(cause: number): void;
}

export interface AriDeps {
  readonly tell: (type: string, fields: object) => void;
  /** Recordings, by their names. */
  readonly stored: Map<string, Buffer>;
  /** For how long a sound is heard; undefined if it cannot be fetched or played. */
  readonly soundMs: (address: string) => number | undefined;
  /** Whether a program makes a sound. */
  readonly isMaking: () => boolean;
  readonly gone: () => unknown;
}

/** As long as a machine that does much else may take. */
const TIMEOUT_MS = 45_000;
const KEY_MS = 200;
const SPOKEN_MS = 900;
const SILENCE_MS = 300;
/** Whoever has more to say in this process asks for it within so many rounds of the event loop. */
const RESTS = 100;

export function phoneLine({ id, number, exten, args, isPlaced, to }: Leg, { tell, stored, soundMs, isMaking, gone }: AriDeps): PhoneLine {
  const heard: string[] = [];
  let state = isPlaced ? 'Down' : 'Ring';
  let isIn = false;
  let cause: number | undefined;
  let playing: { readonly id: string; readonly stopping: AbortController } | undefined;
  let recording: { readonly name: string; readonly most: number; seconds: number; sound?: Buffer } | undefined;
  let ear: PhoneLine | undefined;
  const target_uri = `channel:${id}`;
  const until = async (is: () => boolean, what: string) => {
    for (const end = performance.now() + TIMEOUT_MS; !is(); await sleep(2))
      if (performance.now() > end) throw new Error(`${what} did not come; heard: ${heard.join(' / ')}`);
  };
  const press = (keys: string) => {
    for (const digit of keys) tell('ChannelDtmfReceived', { digit, duration_ms: KEY_MS, channel: one.resource() });
  };
  const one: PhoneLine = {
    phone: {
      id,
      to,
      heard,
      get cause() {
        return cause;
      },
      get hasEar() {
        return ear !== undefined;
      },
      press,
      speak: async (seconds, key) => {
        await until(() => recording !== undefined, 'a recording');
        if (recording) recording.seconds = Math.min(seconds, recording.most);
        press(key);
      },
      says: async (wav) => {
        await until(() => ear?.hears(wav) === true, 'an ear');
        tell('ChannelTalkingStarted', { channel: one.resource() });
        tell('ChannelTalkingFinished', { duration: SPOKEN_MS, channel: one.resource() });
      },
      silence: async () => {
        await sleep(SILENCE_MS);
        if (recording) one.stopsRecording(recording.name);
      },
      hangUp: () => {
        tell('ChannelHangupRequest', { channel: one.resource() });
        one.ended(16);
      },
      answer: () => one.comesIn(),
      hears: (what, after = 0) =>
        until(() => (typeof what === 'number' ? heard.length >= what : heard.slice(after).some((text) => what.test(text))), String(what)),
      hearsOut: async (after) => {
        const isSaid = () => cause !== undefined || (heard.length > after && !playing && !isMaking());
        for (let rests = 0; rests < RESTS; rests += 1) {
          await until(isSaid, 'the end of what is said');
          await rest();
          if (!isSaid()) rests = 0;
        }
      },
      isOver: () => until(() => cause !== undefined, 'the end of the call'),
    },
    get isIn() {
      return isIn;
    },
    resource: () => ({
      id,
      name: `PJSIP/trunk-${id}`,
      state,
      caller: { name: '', number },
      connected: { name: '', number: '' },
      dialplan: { context: 'from-line', exten, priority: 1, ...(isIn && { app_name: 'Stasis', app_data: [APP, ...args].join(',') }) },
    }),
    comesIn: () => {
      isIn = true;
      if (isPlaced) state = 'Up';
      tell('StasisStart', { args, channel: one.resource() });
    },
    answered: () => {
      state = 'Up';
    },
    plays: (playback, media) => {
      const stopping = new AbortController();
      playing = { id: playback, stopping };
      void listen(playback, media, stopping.signal);
    },
    stopsPlaying: (playback) => {
      if (playing?.id !== playback) return false;
      playing.stopping.abort();
      return true;
    },
    records: (name, most) => {
      recording = { name, most, seconds: 0 };
      tell('RecordingStarted', { recording: { name, format: 'wav', state: 'recording', target_uri } });
    },
    stopsRecording: (name) => {
      if (recording?.name !== name) return false;
      const { seconds, sound } = recording;
      recording = undefined;
      stored.set(name, sound ?? silent(seconds));
      tell('RecordingFinished', {
        recording: { name, format: 'wav', state: 'done', target_uri, duration: seconds, talking_duration: seconds, silence_duration: 0 },
      });
      return true;
    },
    heardBy: (other) => {
      ear = other;
    },
    hears: (wav) => {
      if (recording) recording.sound = wav;
      return recording !== undefined;
    },
    ended: (why) => {
      if (cause !== undefined) return;
      cause = why;
      playing?.stopping.abort();
      if (recording) one.stopsRecording(recording.name);
      ear?.ended(why);
      if (isIn) tell('StasisEnd', { channel: one.resource() });
      tell('ChannelDestroyed', { cause: why, cause_txt: '', channel: one.resource() });
      gone();
    },
  };
  return one;

  /** Hears sounds, sentence by sentence, until one cannot be fetched or it is stopped. */
  async function listen(playback: string, media: readonly string[], signal: AbortSignal): Promise<void> {
    const sounds = await fetched(media, soundMs, signal);
    for (const { text, ms } of sentencesOf(sounds)) {
      if (signal.aborted) break;
      heard.push(text);
      if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined); // stopped
    }
    if (playing?.id === playback) playing = undefined;
    const state = !signal.aborted && sounds.length < media.length ? 'failed' : 'done';
    const fields = { id: playback, media_uri: media.at(-1), target_uri, state };
    if (cause === undefined) tell('PlaybackFinished', { playback: fields });
  }
}

/** What is heard, and for how long. */
interface Sound {
  readonly text: string;
  readonly ms: number;
}

/** Fetches sounds as Asterisk does, until one cannot be fetched or it is stopped. */
async function fetched(media: readonly string[], soundMs: AriDeps['soundMs'], signal: AbortSignal): Promise<Sound[]> {
  const sounds: Sound[] = [];
  for (const sound of media) {
    const address = sound.replace(/^sound:/, '');
    const ms = soundMs(address);
    const text = ms === undefined ? undefined : await textOf(address);
    if (ms === undefined || text === undefined || signal.aborted) break;
    sounds.push({ text, ms });
  }
  return sounds;
}

/** The sounds of a playback as sentences. Recordings are one each; what is silent ends a group of digits, or all of them. */
function sentencesOf(sounds: readonly Sound[]): Sound[] {
  const sentences: Sound[] = [];
  let parts: string[] = [];
  let lasts = 0;
  for (const [index, { text, ms }] of sounds.entries()) {
    const isHan = /\p{Script=Han}/u.test(parts[0] ?? text);
    const isGroup = DIGIT.test(sounds[index + 1]?.text ?? '');
    const [pause, end] = isHan ? ['，', '。'] : [',', '.'];
    parts.push(text || (isGroup ? pause : end));
    lasts += ms;
    if (!text.endsWith('.mp3') && (isGroup || (DIGIT.test(text) && sounds[index + 1]?.text === ''))) continue;
    sentences.push({ text: parts.join(isHan ? '' : ' '), ms: lasts });
    [parts, lasts] = [[], 0];
  }
  return sentences;
}

const DIGIT = /^[零一二三四五六七八九幺\d]$/u;

/** What a sound says (spoken.sh), nothing if it is silent; its address if it is an MP3; undefined if it cannot be fetched. */
async function textOf(address: string): Promise<string | undefined> {
  const answer = await fetch(address).catch(() => undefined);
  const sound = answer?.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  if (!sound) return undefined;
  return sound.toString('latin1', 0, 4) === 'RIFF'
    ? sound
        .subarray(44)
        .toString()
        .replace(/[\s\0]+$/u, '')
    : address;
}

/** A WAV of 8 kHz in which nothing is heard. */
function silent(seconds: number): Buffer {
  const bytes = 16_000 * seconds;
  const wav = Buffer.alloc(44 + bytes);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + bytes, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8_000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(bytes, 40);
  return wav;
}

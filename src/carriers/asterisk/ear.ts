import type { Heard } from '../../channels/voice/callState.ts';
import { APP, type Ari } from './ari.ts';
import { LAST_MS, type OnChannel } from './onChannel.ts';

/** Writes down what is said in a WAV; undefined if nobody speaks in it. Does not reject. */
export type WriteDown = (wav: Buffer, signal: AbortSignal) => Promise<Heard | undefined>;

/** Hears what the person on a channel says, beside what is said to them. */
export interface Ear {
  /** Waits for words, or a key, for so many milliseconds without either. */
  listen(ms: number): Promise<Heard | 'key' | 'nothing'>;
  /** Forgets what it heard. */
  close(): Promise<void>;
}

export interface EarDeps {
  readonly ari: Ari;
  /** The channel's id. */
  readonly channel: string;
  readonly writeDown: WriteDown;
  /** From now on events of this channel come to this line. */
  readonly adopt: (channel: string) => void;
}

/** So long a voice is silent before its words have ended, in milliseconds; Asterisk's measure for a voice is its own. */
export const ENDS_MS = 800;
/** So long somebody speaks at most before it is written down, in milliseconds. */
const LONGEST_MS = 8_000;
/** So many seconds are recorded of one question and its answer. */
const MOST_SECONDS = 90;
/** A minute and a half at 8 kHz. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Within this time the ear is open, or the call goes on with keys. Milliseconds. */
const OPENS_MS = 2_000;

/** What a recording of words is named: it is deleted once it was read, and after a crash at the next start. */
export const HEARD = `${APP}-heard-`;

/**
 * Opens an ear on a channel: a second channel that hears the first one, and is recorded there until the words are written down. Undefined if Asterisk gives
 * none.
 */
export async function openEar(on: OnChannel, deps: EarDeps): Promise<Ear | undefined> {
  const { ari, channel, writeDown, adopt } = deps;
  const ear = on.newId();
  adopt(ear);
  on.hearsBy(ear);
  let name = '';
  const { status } = await ari.call('POST', `/channels/${channel}/snoop/${ear}`, { spy: 'in', app: APP, appArgs: 'leg' });
  if (status < 300 && (await opened()) && (await records())) return { listen, close };
  await close();
  return undefined;

  async function opened(): Promise<boolean> {
    for (const until = performance.now() + OPENS_MS; performance.now() < until; )
      if (isUp(await on.next(until - performance.now(), true))) return true;
    return false;
  }

  async function records(): Promise<boolean> {
    name = HEARD + on.newId();
    const how = {
      format: 'wav',
      maxDurationSeconds: String(MOST_SECONDS),
      maxSilenceSeconds: '0',
      beep: 'false',
      ifExists: 'fail',
      terminateOn: 'none',
    };
    const { status } = await ari.call('POST', `/channels/${ear}/record`, { name, ...how });
    return status < 300;
  }

  async function listen(ms: number): Promise<Heard | 'key' | 'nothing'> {
    for (let until = performance.now() + ms; ; ) {
      if (on.isKeyed) return 'key';
      const { talk } = on;
      const left = talk.since === undefined ? until - performance.now() : talk.since + LONGEST_MS - performance.now();
      if (talk.hasEnded || (talk.since !== undefined && left <= 0)) {
        const heard = await written();
        if (heard === 'key' || heard !== undefined) return heard;
        if (!(await records())) return 'nothing';
        until = performance.now() + ms;
      } else if (left <= 0) return 'nothing';
      else await on.next(left, true);
    }
  }

  /** What was said until now; `key` if one is pressed before that is known. */
  async function written(): Promise<Heard | 'key' | undefined> {
    on.forgetTalk();
    const wav = await recorded();
    if (!wav) return undefined;
    const keyed = new AbortController();
    const id = on.newId();
    void writeDown(wav, keyed.signal).then((heard) => on.tell({ written: id, ...(heard && { heard }) }));
    try {
      for (;;) {
        if (on.isKeyed) return 'key';
        const one = await on.next(OPENS_MS + LONGEST_MS, true);
        if (!one) return 'failed';
        if ('written' in one && one.written === id) return one.heard;
      }
    } finally {
      keyed.abort();
    }
  }

  /** Ends the recording, reads it and deletes it. */
  async function recorded(): Promise<Buffer | undefined> {
    const mine = name;
    await ari.call('POST', `/recordings/live/${mine}/stop`);
    for (const until = performance.now() + LAST_MS; performance.now() < until && !on.isKeyed; ) {
      const one = await on.next(until - performance.now(), true);
      if (one && 'recorded' in one && one.recorded === mine) break;
    }
    const { status, body } = await ari.call('GET', `/recordings/stored/${mine}/file`, {}, { most: MOST_BYTES });
    await ari.call('DELETE', `/recordings/stored/${mine}`);
    return status === 200 ? body : undefined;
  }

  async function close(): Promise<void> {
    on.forgetTalk();
    const forgotten = name ? [`/recordings/live/${name}`, `/recordings/stored/${name}`] : [];
    for (const what of [...forgotten, `/channels/${ear}`]) await ari.call('DELETE', what).catch(() => undefined); // Asterisk was not reached: it ends with the call
  }
}

function isUp(one: Awaited<ReturnType<OnChannel['next']>>): boolean {
  return one !== undefined && 'ear' in one;
}

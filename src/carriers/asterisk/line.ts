import { type Entry, linesOf, type Speech, sentencesOf } from '../../channels/voice/speech.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { APP, type Ari, type AriEvent } from './ari.ts';
import { handOver } from './handOver.ts';
import type { Sounds, SoundsOfLine } from './sounds.ts';

/** A call in our application: what is said on it, and what the person at its end does. Its functions throw `CallOver` once it is over. */
export interface Line {
  /** Takes an event of this channel, or of what plays, records or is connected on it. */
  take(event: AriEvent): void;
  /** The call has ended, as is seen without an event. */
  end(): void;
  /** Events were lost: what is being said or waited for begins again (`EventsLost`). */
  again(): void;
  /** Leaves the call to another process, as it is (`CallLeft`). */
  leave(): void;
  answer(): Promise<void>;
  /** Says these, one after the other. With `untilKey` a key ends it; that key is the first of what is entered. */
  say(says: readonly (Statement | Question)[], speech: Speech, untilKey: boolean): Promise<void>;
  /** Says nothing for so many milliseconds. */
  pause(ms: number): Promise<void>;
  enter(entry: Entry): Promise<Entered>;
  /** Connects the person with a phone, by the endpoint of Asterisk; resolves when they have talked, or nobody answered. */
  connect(endpoint: string, from: string, ringsSeconds: number): Promise<'talked' | 'nobody'>;
  hangUp(reason?: number): Promise<void>;
}

export interface Entered {
  readonly keys: string;
  readonly isHashed: boolean;
  /** The name of what was recorded. */
  readonly recording?: string;
}

/** The person, or the network, has ended the call; what was recorded until then. */
export class CallOver extends Error {
  readonly recording: string | undefined;

  constructor(recording?: string) {
    super('the call is over');
    this.recording = recording;
  }
}

/** Another process goes on with the call, or ends it. */
export class CallLeft extends CallOver {}

export class EventsLost extends Error {}

export interface LineDeps {
  readonly ari: Ari;
  readonly sounds: Sounds;
  readonly world: Pick<World, 'randomBytes'>;
  readonly log: Pick<Log, 'error'>;
  /** From now on events of this channel come to this line. */
  readonly adopt: (channel: string) => void;
}

type Happening =
  | { readonly key: string }
  | { readonly played: string; readonly isFailed: boolean }
  | { readonly recorded: string; readonly seconds: number }
  | { readonly leg: 'up' | 'gone' }
  | { readonly over: true }
  | { readonly left: true }
  | { readonly lost: true };

/** Longer than anything that is said or recorded; then it counts as ended. Milliseconds. */
const LONGEST_MS = 180_000;
/** After the end of a call its recording, and what was pressed before, come within this time, in milliseconds. */
const LAST_MS = 2_000;
/** Asterisk takes 4,096 characters in a line. */
const MOST_MEDIA = 3_500;
/** More digits than any entry has. */
const MOST_KEYS = 40;
/** More keys ahead than anybody presses who means it. */
const MOST_AHEAD = 40;

/** The line over a channel that is in our application. */
export function line(channel: string, { ari, sounds, world, log, adopt }: LineDeps): Line {
  const happened = mailbox<Happening>();
  /** Keys that were pressed before they were asked for. */
  let ahead = '';
  let leg: string | undefined;
  let isOver = false;
  let isLeft = false;
  let noRecordings = false;
  const path = `/channels/${encodeURIComponent(channel)}`;
  const newId = () => `${APP}-${world.randomBytes(12).toString('hex')}`;

  /** A command on the channel; what Asterisk says of a channel that is gone means that the call is over. */
  async function command(method: 'POST' | 'DELETE', where: string, query: Readonly<Record<string, string>> = {}): Promise<Buffer | undefined> {
    if (isLeft) throw new CallLeft();
    const { status, body } = await ari.call(method, where, query);
    if (status === 404 || status === 409 || status === 412) throw new CallOver();
    if (status >= 300) throw new Error(`Asterisk answered ${method} with ${status}`);
    return body;
  }

  /** Keys stay for `enter`. */
  function note(one: Happening): void {
    if (isLeft) throw new CallLeft();
    if ('over' in one) isOver = true;
    if ('lost' in one) throw new EventsLost();
    if ('key' in one && ahead.length < MOST_AHEAD) ahead += one.key;
  }

  /** Keys that came before the end of the call still count where they are waited for. */
  function refuseOver(forKeys: boolean): void {
    if (isLeft) throw new CallLeft();
    if (isOver && !(forKeys && ahead !== '')) throw new CallOver();
  }

  /** What happens next; undefined if nothing does in this time. */
  async function next(ms: number, forKeys = false): Promise<Happening | undefined> {
    refuseOver(forKeys);
    const one = await happened.next(ms);
    if (one) note(one);
    refuseOver(forKeys);
    return one;
  }

  /** Takes what has happened until now; all of it, up to the end of a call whose channel is gone. */
  async function catchUp(isGone: boolean): Promise<void> {
    for (const ends = performance.now() + LAST_MS; ; ) {
      const one = happened.now() ?? (isGone && !isOver ? await happened.next(ends - performance.now()) : undefined);
      if (!one) break;
      note(one);
    }
    if (isGone) isOver = true;
    refuseOver(true);
  }

  async function play(media: readonly string[], untilKey: boolean): Promise<boolean> {
    if (media.length === 0) return true;
    const id = newId();
    await command('POST', `${path}/play/${id}`, { media: media.map(mediaOf).join(',') });
    try {
      for (const until = performance.now() + LONGEST_MS; performance.now() < until; ) {
        if (untilKey && ahead !== '') break;
        const one = await next(LONGEST_MS, untilKey);
        if (one && 'played' in one && one.played === id) return !one.isFailed;
      }
    } catch (error) {
      if (error instanceof EventsLost) await ari.call('DELETE', `/playbacks/${id}`).catch(() => undefined); // it may have ended
      throw error;
    }
    await ari.call('DELETE', `/playbacks/${id}`);
    return true;
  }

  async function isPressed(): Promise<boolean> {
    await catchUp(false);
    return ahead !== '';
  }

  /** Says what is there already with one command, up to the first sound that is still being made. */
  async function say(says: readonly (Statement | Question)[], speech: Speech, untilKey: boolean): Promise<void> {
    const { recorded: _, ...synthetic } = speech;
    const sentences = says.flatMap((said, of) =>
      linesOf(said, noRecordings ? synthetic : speech)
        .flatMap(sentencesOf)
        .map((one) => ({ ...sounds.of(one), of, isRecorded: 'sounds' in one })),
    );
    for (let rest = sentences; rest[0]; ) {
      if (untilKey && (await isPressed())) return;
      if (!rest[0].isMade()) {
        await rest[0].made;
        continue;
      }
      const together = atOnce(rest);
      const isPlayed = await play(
        together.flatMap(({ addresses }) => addresses),
        untilKey,
      ).catch(async (error: unknown) => {
        if (!untilKey || isLeft || !(error instanceof CallOver)) throw error;
        await catchUp(true);
        return true;
      });
      if (!isPlayed) {
        const isRecorded = together.some((one) => one.isRecorded);
        log.error(
          { channel: 'voice', code: isRecorded ? 'recording-not-played' : 'sound-not-played' },
          'Asterisk could not play a sound: can it reach PUBLIC_URL, and does it know MP3?',
        );
        if (isRecorded) {
          noRecordings = true;
          return say(says.slice(rest[0].of), speech, untilKey);
        }
      }
      rest = rest.slice(together.length);
    }
  }

  async function keysOf({ timeout, numDigits, finishOnKey }: Extract<Entry, { keys: unknown }>['keys']): Promise<Entered> {
    let keys = '';
    for (;;) {
      while (ahead !== '') {
        const key = ahead.charAt(0);
        ahead = ahead.slice(1);
        if (key === finishOnKey) return { keys, isHashed: true };
        keys += key;
        if (keys.length === numDigits || keys.length === MOST_KEYS) return { keys, isHashed: false };
      }
      if (!(await next(timeout * 1_000, true)) && ahead === '') return { keys, isHashed: false };
    }
  }

  async function recordingOf({ maxLength, finishOnKey, timeout }: Extract<Entry, { recording: unknown }>['recording']): Promise<Entered> {
    const name = newId();
    const limits = { maxDurationSeconds: String(maxLength), maxSilenceSeconds: String(timeout) };
    await command('POST', `${path}/record`, { name, format: 'wav', ...limits, beep: 'true', ifExists: 'fail', terminateOn: 'none' });
    let endedBy = '';
    let seconds = 0;
    for (let ends = performance.now() + LONGEST_MS; performance.now() < ends; ) {
      const one = await happened.next(ends - performance.now());
      if (isLeft) throw new CallLeft();
      if (!one) break;
      if ('key' in one && endedBy === '' && finishOnKey.includes(one.key)) {
        endedBy = one.key;
        await ari.call('POST', `/recordings/live/${name}/stop`);
      }
      if ('over' in one) {
        isOver = true;
        ends = Math.min(ends, performance.now() + LAST_MS);
      }
      if ('lost' in one) await ari.call('POST', `/recordings/live/${name}/stop`);
      if ('recorded' in one && one.recorded === name) {
        seconds = one.seconds;
        break;
      }
    }
    const isRefused = !isOver && (endedBy === '*' || endedBy === '0');
    const recording = seconds >= 1 && !isRefused ? { recording: name } : {};
    if (!recording.recording) await ari.call('DELETE', `/recordings/stored/${name}`);
    if (isOver) throw new CallOver(recording.recording);
    if (isRefused) return { keys: endedBy, isHashed: false };
    return { keys: '', isHashed: endedBy === '#' && !recording.recording, ...recording };
  }

  return {
    end: () => happened.put({ over: true }),
    take: ({ type, channel: about, digit, playback, recording }) => {
      if (type === 'ChannelDtmfReceived' && about?.id === channel && digit) happened.put({ key: digit });
      else if (type === 'PlaybackFinished' && playback) happened.put({ played: playback.id, isFailed: playback.state === 'failed' });
      else if ((type === 'RecordingFinished' || type === 'RecordingFailed') && recording)
        happened.put({ recorded: recording.name, seconds: type === 'RecordingFailed' ? 0 : (recording.talking_duration ?? recording.duration ?? 0) });
      else if (about && about.id === leg && type === 'StasisStart') happened.put({ leg: 'up' });
      else if (about && about.id === leg && (type === 'ChannelDestroyed' || type === 'StasisEnd')) happened.put({ leg: 'gone' });
      else if (about?.id === channel && ['ChannelHangupRequest', 'StasisEnd', 'ChannelDestroyed'].includes(type)) happened.put({ over: true });
    },
    again: () => happened.put({ lost: true }),
    leave: () => {
      isLeft = true;
      happened.put({ left: true });
    },
    answer: async () => void (await command('POST', `${path}/answer`)),
    say,
    pause: async (ms) => {
      for (const until = performance.now() + ms; performance.now() < until; ) await next(until - performance.now());
    },
    enter: (entry) => ('keys' in entry ? keysOf(entry.keys) : recordingOf(entry.recording)),
    connect: async (endpoint, from, ringsSeconds) => {
      const other = newId();
      leg = other;
      adopt(other);
      await command('POST', `${path}/ring`);
      return handOver(ari, { channel, leg: other, endpoint, from, ringsSeconds }, async (ms) => {
        try {
          const one = await next(ms);
          return one && ('leg' in one ? one.leg : 'other');
        } catch (error) {
          if (error instanceof EventsLost) return 'lost';
          throw error;
        }
      });
    },
    hangUp: async (reason = 16) => {
      isOver = true;
      await ari.call('DELETE', path, { reason_code: String(reason) });
    },
  };
}

/** What one command can play: the first sounds, as far as they are there, and as far as their addresses go into one line of HTTP. */
function atOnce<Sound extends SoundsOfLine>(sounds: readonly Sound[]): Sound[] {
  let length = 0;
  const end = sounds.findIndex(({ addresses, isMade }, index) => {
    for (const address of addresses) length += encodeURIComponent(mediaOf(address)).length + 3;
    return index > 0 && (length > MOST_MEDIA || !isMade());
  });
  return sounds.slice(0, end === -1 ? sounds.length : end);
}

function mediaOf(address: string): string {
  return `sound:${address}`;
}

/** What is put in comes out in order; whoever waits gets it at once. */
function mailbox<Item>() {
  const items: Item[] = [];
  let wake = () => {};
  return {
    put: (item: Item) => {
      items.push(item);
      wake();
    },
    now: (): Item | undefined => items.shift(),
    next: async (ms: number): Promise<Item | undefined> => {
      if (items.length === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, ms));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      wake = () => {};
      return items.shift();
    },
  };
}

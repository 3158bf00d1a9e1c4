import { z } from 'zod';
import type { Heard } from '../../channels/voice/callState.ts';
import type { Entry, Speech } from '../../channels/voice/speech.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import type { World } from '../../store/world.ts';
import { jsonIn } from '../http.ts';
import { APP, type Ari, type AriEvent } from './ari.ts';
import { type Ear, ENDS_MS, openEar, type WriteDown } from './ear.ts';
import { CallOver, EventsLost, LAST_MS, LONGEST_MS, type OnChannel, onChannel } from './onChannel.ts';
import { type SayDeps, saying } from './say.ts';

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
  /** Waits for keys, a recording, or words where there is an ear. */
  enter(entry: Entry, ear?: Ear): Promise<Entered>;
  /** Opens an ear; undefined if Asterisk gives none. */
  listen(writeDown: WriteDown): Promise<Ear | undefined>;
  /** Connects the person with a phone, by the endpoint of Asterisk; resolves when they have talked, or nobody answered. */
  connect(endpoint: string, from: string, ringsSeconds: number): Promise<'talked' | 'nobody'>;
  hangUp(reason?: number): Promise<void>;
}

export interface Entered {
  readonly keys: string;
  readonly isHashed: boolean;
  /** The name of what was recorded. */
  readonly recording?: string;
  readonly heard?: Heard;
}

export interface LineDeps extends SayDeps {
  readonly world: Pick<World, 'randomBytes'>;
  /** From now on events of this channel come to this line. */
  readonly adopt: (channel: string) => void;
}

/** More digits than any entry has. */
const MOST_KEYS = 40;

/** The line over a channel that is in our application. */
export function line(channel: string, { ari, sounds, world, log, adopt }: LineDeps): Line {
  const on = onChannel(channel, { ari, world });
  let detects = false;
  return {
    ...{ take: on.take, end: on.end, again: on.again, leave: on.leave },
    answer: () => on.command('/answer'),
    say: saying(on, { ari, sounds, log }),
    pause: async (ms) => {
      for (const until = performance.now() + ms; performance.now() < until; ) await on.next(until - performance.now());
    },
    enter: (entry, ear) => ('keys' in entry ? enterKeys(on, entry.keys, ear) : record(on, ari, entry.recording)),
    listen: async (writeDown) => {
      if (!detects) await on.command('/variable', { variable: 'TALK_DETECT(set)', value: String(ENDS_MS) });
      detects = true;
      return openEar(on, { ari, channel: encodeURIComponent(channel), writeDown, adopt });
    },
    connect: async (endpoint, from, ringsSeconds) => {
      const leg = on.newId();
      on.connects(leg);
      adopt(leg);
      await on.command('/ring');
      return handOver(ari, { channel, leg, endpoint, from, ringsSeconds }, async (ms) => {
        try {
          const one = await on.next(ms);
          return one && ('leg' in one ? one.leg : 'other');
        } catch (error) {
          if (error instanceof EventsLost) return 'lost';
          throw error;
        }
      });
    },
    hangUp: (reason = 16) => on.hangUp(reason),
  };
}

async function enterKeys(on: OnChannel, { timeout, numDigits, finishOnKey }: Extract<Entry, { keys: unknown }>['keys'], ear?: Ear): Promise<Entered> {
  let keys = '';
  for (;;) {
    for (let key = on.key(); key; key = on.key()) {
      if (key === finishOnKey) return { keys, isHashed: true };
      keys += key;
      if (keys.length === numDigits || keys.length === MOST_KEYS) return { keys, isHashed: false };
    }
    if (ear && keys === '') {
      const heard = await ear.listen(timeout * 1_000);
      if (heard === 'key') continue;
      return { keys, isHashed: false, ...(heard !== 'nothing' && { heard }) };
    }
    if (!(await on.next(timeout * 1_000, true)) && !on.isKeyed) return { keys, isHashed: false };
  }
}

type RecordingEntry = Extract<Entry, { recording: unknown }>['recording'];

/** Records what is said until a key, silence, or the end of the call; what is shorter than a second, or taken back with `*` or `0`, is not kept. */
async function record(on: OnChannel, ari: Ari, { maxLength, finishOnKey, timeout }: RecordingEntry): Promise<Entered> {
  const name = on.newId();
  const limits = { maxDurationSeconds: String(maxLength), maxSilenceSeconds: String(timeout) };
  await on.command('/record', { name, format: 'wav', ...limits, beep: 'true', ifExists: 'fail', terminateOn: 'none' });
  const { seconds, endedBy } = await recorded(on, ari, name, finishOnKey);
  const isRefused = !on.isOver && (endedBy === '*' || endedBy === '0');
  const recording = seconds >= 1 && !isRefused ? { recording: name } : {};
  if (!recording.recording) await ari.call('DELETE', `/recordings/stored/${name}`);
  if (on.isOver) throw new CallOver(recording.recording);
  if (isRefused) return { keys: endedBy, isHashed: false };
  return { keys: '', isHashed: endedBy === '#' && !recording.recording, ...recording };
}

/** How long somebody spoke, and the key that ended it, if one did. */
async function recorded(on: OnChannel, ari: Ari, name: string, finishOnKey: string): Promise<{ seconds: number; endedBy: string }> {
  let endedBy = '';
  for (let ends = performance.now() + LONGEST_MS; performance.now() < ends; ) {
    const one = await on.nextOfAll(ends - performance.now());
    if (!one) break;
    if ('key' in one && endedBy === '' && finishOnKey.includes(one.key)) {
      endedBy = one.key;
      await ari.call('POST', `/recordings/live/${name}/stop`);
    }
    if ('over' in one) ends = Math.min(ends, performance.now() + LAST_MS);
    if ('lost' in one) await ari.call('POST', `/recordings/live/${name}/stop`);
    if ('recorded' in one && one.recorded === name) return { seconds: one.seconds, endedBy };
  }
  return { seconds: 0, endedBy };
}

interface Connection {
  /** The caller's, which is in our application and hears that it rings. */
  readonly channel: string;
  /** What the phone's channel is to be called. */
  readonly leg: string;
  /** The phone, by the endpoint of Asterisk. */
  readonly endpoint: string;
  /** The number that it shows. */
  readonly from: string;
  readonly ringsSeconds: number;
}

/**
 * What the phone does next, or something else that happens on the line; `lost`: events were lost. Undefined if nothing does in this time. Throws once
 * the call is over.
 */
type Next = (ms: number) => Promise<'up' | 'gone' | 'other' | 'lost' | undefined>;

/** Longer than anybody talks, in milliseconds. */
const LONGEST_TALK_MS = 60 * 60_000;

/** Calls a phone and connects it with a caller over a bridge, until one of them hangs up. */
async function handOver(ari: Ari, { channel, leg, endpoint, from, ringsSeconds }: Connection, next: Next): Promise<'talked' | 'nobody'> {
  const call = { endpoint, app: APP, appArgs: 'leg', callerId: from, timeout: String(ringsSeconds), channelId: leg };
  const { status } = await ari.call('POST', '/channels', call);
  try {
    if (status >= 300 || !(await isUp())) return 'nobody';
    const bridge = await bridged(ari, [channel, leg]);
    try {
      while (await isStill()) await Promise.resolve();
    } finally {
      if (bridge) await ari.call('DELETE', `/bridges/${bridge}`);
    }
    return 'talked';
  } finally {
    await ari.call('DELETE', `/channels/${leg}`);
  }

  /** Whether the phone was answered. */
  async function isUp(): Promise<boolean> {
    for (const until = performance.now() + (ringsSeconds + 5) * 1_000; performance.now() < until; ) {
      const became = await becomes(until - performance.now());
      if (became === 'up' || became === 'gone') return became === 'up';
    }
    return false;
  }

  /** Whether the two still talk. */
  async function isStill(): Promise<boolean> {
    const became = await becomes(LONGEST_TALK_MS);
    return became !== undefined && became !== 'gone';
  }

  /** What becomes of the phone; if events were lost, Asterisk is asked what it is now. */
  async function becomes(ms: number): Promise<'up' | 'gone' | 'other' | undefined> {
    const one = await next(ms);
    if (one !== 'lost') return one;
    const { status: found, body } = await ari.call('GET', `/channels/${leg}`);
    if (found === 404) return 'gone';
    return CHANNEL.safeParse(jsonIn(body)).data?.state === 'Up' ? 'up' : 'other';
  }
}

const CHANNEL = z.object({ state: z.string() });

async function bridged(ari: Ari, channels: readonly string[]): Promise<string | undefined> {
  const made = jsonIn((await ari.call('POST', '/bridges', { type: 'mixing' })).body);
  const id = typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string' ? made.id : undefined;
  if (id) await ari.call('POST', `/bridges/${id}/addChannel`, { channel: channels.join(',') });
  return id;
}

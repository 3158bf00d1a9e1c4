import type { Entry, Speech } from '../../channels/voice/speech.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import type { World } from '../../store/world.ts';
import type { Ari, AriEvent } from './ari.ts';
import { handOver } from './handOver.ts';
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
  return {
    ...{ take: on.take, end: on.end, again: on.again, leave: on.leave },
    answer: () => on.command('/answer'),
    say: saying(on, { ari, sounds, log }),
    pause: async (ms) => {
      for (const until = performance.now() + ms; performance.now() < until; ) await on.next(until - performance.now());
    },
    enter: (entry) => ('keys' in entry ? enterKeys(on, entry.keys) : record(on, ari, entry.recording)),
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

async function enterKeys(on: OnChannel, { timeout, numDigits, finishOnKey }: Extract<Entry, { keys: unknown }>['keys']): Promise<Entered> {
  let keys = '';
  for (;;) {
    for (let key = on.key(); key; key = on.key()) {
      if (key === finishOnKey) return { keys, isHashed: true };
      keys += key;
      if (keys.length === numDigits || keys.length === MOST_KEYS) return { keys, isHashed: false };
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

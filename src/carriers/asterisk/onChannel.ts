import type { Heard } from '../../channels/voice/callState.ts';
import type { World } from '../../store/world.ts';
import { APP, type Ari, type AriEvent } from './ari.ts';

/** A channel in our application: what happens on it, in order, and the commands on it. Its functions throw `CallOver` once the call is over. */
export interface OnChannel {
  /** Its address in ARI. */
  readonly path: string;
  /** Takes an event of this channel, or of what plays, records or is connected on it. */
  take(event: AriEvent): void;
  /** The call has ended, as is seen without an event. */
  end(): void;
  /** Events were lost: whoever waits for one hears so (`EventsLost`). */
  again(): void;
  /** Leaves the call to another process, as it is (`CallLeft`). */
  leave(): void;
  readonly isOver: boolean;
  readonly isLeft: boolean;
  /** A command on the channel; what Asterisk says of a channel that is gone means that the call is over. */
  command(path: string, query?: Readonly<Record<string, string>>): Promise<void>;
  hangUp(reason: number): Promise<void>;
  /** A name for what is played, recorded or connected on it. */
  newId(): string;
  /** What another channel does happens on this one, too. */
  connects(leg: string): void;
  /** The channel that hears this one. */
  hearsBy(ear: string): void;
  /** Puts in what happened elsewhere. */
  tell(one: Happening): void;
  /** Since when somebody speaks, by `performance.now()`, if anybody does; and whether somebody has ended. */
  readonly talk: { readonly since: number | undefined; readonly hasEnded: boolean };
  forgetTalk(): void;
  /** Whether somebody has spoken for so long that nothing more is said to them. */
  readonly isTalkedOver: boolean;
  /** What happens next; undefined if nothing does in this time. Keys stay for `key`; with `forKeys` they still count behind the end of the call. */
  next(ms: number, forKeys?: boolean): Promise<Happening | undefined>;
  /** What happens next, as it is: a key is not kept, and the end of the call is told once. */
  nextOfAll(ms: number): Promise<Happening | undefined>;
  /** Takes what has happened until now; all of it, up to the end of a call whose channel is gone. */
  catchUp(isGone: boolean): Promise<void>;
  /** Whether a key was pressed that nobody has asked for. */
  readonly isKeyed: boolean;
  /** The first key that was pressed before it was asked for. */
  key(): string | undefined;
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

/** Events were lost: what was waited for may have happened. */
export class EventsLost extends Error {}

export type Happening =
  | { readonly key: string }
  | { readonly played: string; readonly isFailed: boolean }
  | { readonly recorded: string; readonly seconds: number }
  | { readonly leg: 'up' | 'gone' }
  | { readonly ear: 'up' }
  | { readonly talk: 'began' | 'goesOn' | 'ended' }
  | { readonly written: string; readonly heard?: Heard }
  | { readonly over: true }
  | { readonly left: true }
  | { readonly lost: true };

/** Longer than anything that is said or recorded; then it counts as ended. Milliseconds. */
export const LONGEST_MS = 180_000;
/** After the end of a call its recording, and what was pressed before, come within this time, in milliseconds. */
export const LAST_MS = 2_000;
/** Nobody has spoken. */
const QUIET = { since: undefined, hasEnded: false, isLong: false };
/** Whoever speaks for so long is not talked to any more: a cough is shorter. Milliseconds. */
const TALKS_OVER_MS = 400;
/** More keys ahead than anybody presses who means it. */
const MOST_AHEAD = 40;

/** The channel of this id, which is in our application. */
export function onChannel(id: string, { ari, world }: { readonly ari: Ari; readonly world: Pick<World, 'randomBytes'> }): OnChannel {
  const happened = mailbox<Happening>();
  /** Keys that were pressed before they were asked for. */
  let ahead = '';
  let leg: string | undefined;
  let ear: string | undefined;
  let talk: { since: number | undefined; hasEnded: boolean; isLong: boolean } = QUIET;
  let isOver = false;
  let isLeft = false;
  const path = `/channels/${encodeURIComponent(id)}`;

  return {
    path,
    take: (event) => {
      const one = happeningOf(event, id, { leg, ear });
      if (one) happened.put(one);
    },
    end: () => happened.put({ over: true }),
    again: () => happened.put({ lost: true }),
    leave: () => {
      isLeft = true;
      happened.put({ left: true });
    },
    get isOver() {
      return isOver;
    },
    get isLeft() {
      return isLeft;
    },
    command: async (where, query = {}) => {
      if (isLeft) throw new CallLeft();
      const { status } = await ari.call('POST', path + where, query);
      if (status === 404 || status === 409 || status === 412) throw new CallOver();
      if (status >= 300) throw new Error(`Asterisk answered POST with ${status}`);
    },
    hangUp: async (reason) => {
      isOver = true;
      await ari.call('DELETE', path, { reason_code: String(reason) });
    },
    newId: () => `${APP}-${world.randomBytes(12).toString('hex')}`,
    connects: (other) => {
      leg = other;
    },
    hearsBy: (other) => {
      ear = other;
      talk = QUIET;
    },
    tell: (one) => happened.put(one),
    get talk() {
      return talk;
    },
    forgetTalk: () => {
      talk = QUIET;
    },
    get isTalkedOver() {
      return talk.isLong;
    },
    next: async (ms, forKeys = false) => {
      refuseOver(forKeys);
      const one = await happened.next(ms);
      if (one) note(one);
      refuseOver(forKeys);
      return one;
    },
    nextOfAll: async (ms) => {
      const one = await happened.next(ms);
      if (isLeft) throw new CallLeft();
      if (one && 'over' in one) isOver = true;
      return one;
    },
    catchUp: async (isGone) => {
      for (const ends = performance.now() + LAST_MS; ; ) {
        const one = happened.now() ?? (isGone && !isOver ? await happened.next(ends - performance.now()) : undefined);
        if (!one) break;
        note(one);
      }
      if (isGone) isOver = true;
      refuseOver(true);
    },
    get isKeyed() {
      return ahead !== '';
    },
    key: () => {
      const [first] = ahead;
      ahead = ahead.slice(1);
      return first;
    },
  };

  function note(one: Happening): void {
    if (isLeft) throw new CallLeft();
    if ('over' in one) isOver = true;
    if ('lost' in one) throw new EventsLost();
    if ('key' in one && ahead.length < MOST_AHEAD) ahead += one.key;
    if ('talk' in one) hearTalk(one.talk);
  }

  function hearTalk(how: 'began' | 'goesOn' | 'ended'): void {
    if (how === 'goesOn') talk = talk.since === undefined ? talk : { ...talk, isLong: true };
    else if (how === 'ended') talk = { ...talk, since: undefined, hasEnded: true };
    else {
      talk = { ...talk, since: performance.now() };
      setTimeout(() => happened.put({ talk: 'goesOn' }), TALKS_OVER_MS).unref();
    }
  }

  function refuseOver(forKeys: boolean): void {
    if (isLeft) throw new CallLeft();
    if (isOver && !(forKeys && ahead !== '')) throw new CallOver();
  }
}

/** What an event means for a channel, and for the one that it is connected with. */
function happeningOf(
  { type, channel, digit, playback, recording }: AriEvent,
  id: string,
  { leg, ear }: { readonly leg: string | undefined; readonly ear: string | undefined },
): Happening | undefined {
  if (type === 'PlaybackFinished' && playback) return { played: playback.id, isFailed: playback.state === 'failed' };
  if (type === 'RecordingFinished' && recording) return { recorded: recording.name, seconds: recording.talking_duration ?? recording.duration ?? 0 };
  if (type === 'RecordingFailed' && recording) return { recorded: recording.name, seconds: 0 };
  if (channel && channel.id === leg) {
    if (type === 'StasisStart') return { leg: 'up' };
    if (type === 'ChannelDestroyed' || type === 'StasisEnd') return { leg: 'gone' };
  }
  if (channel && channel.id === ear && type === 'StasisStart') return { ear: 'up' };
  if (channel?.id !== id) return undefined;
  if (ear && type === 'ChannelTalkingStarted') return { talk: 'began' };
  if (ear && type === 'ChannelTalkingFinished') return { talk: 'ended' };
  if (type === 'ChannelDtmfReceived' && digit) return { key: digit };
  return ['ChannelHangupRequest', 'StasisEnd', 'ChannelDestroyed'].includes(type) ? { over: true } : undefined;
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

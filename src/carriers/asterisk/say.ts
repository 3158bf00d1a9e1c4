import { isOwn, linesOf, type Speech, sentencesOf } from '../../channels/voice/speech.ts';
import type { Question, Statement } from '../../dialog/question.ts';
import type { Log } from '../../store/log.ts';
import type { Ari } from './ari.ts';
import { CallOver, EventsLost, LONGEST_MS, type OnChannel } from './onChannel.ts';
import type { Sounds, SoundsOfLine } from './sounds.ts';

export interface SayDeps {
  readonly ari: Ari;
  readonly sounds: Sounds;
  readonly log: Pick<Log, 'error'>;
}

/** Asterisk takes 4,096 characters in a line. */
const MOST_MEDIA = 3_500;

/** Says what is there already with one command, up to the first sound that is still being made. With `untilKey` a key ends it; it stays to be entered. */
export function saying(on: OnChannel, { ari, sounds, log }: SayDeps) {
  let noRecordings = false;
  return say;

  async function say(says: readonly (Statement | Question)[], speech: Speech, untilKey: boolean): Promise<void> {
    const { recorded: _, ...synthetic } = speech;
    const sentences = says.flatMap((said, of) =>
      linesOf(said, noRecordings ? synthetic : speech)
        .flatMap(sentencesOf)
        .map((one) => ({ ...sounds.of(one, isOwn(said)), of, isRecorded: 'sounds' in one })),
    );
    for (let rest = sentences; rest[0]; ) {
      if (untilKey && (await isPressed())) return;
      if (!rest[0].isMade()) {
        await rest[0].made;
        continue;
      }
      const together = atOnce(rest);
      const addresses = together.flatMap((one) => one.addresses);
      if (addresses.length > 0 && !(await isPlayed(addresses, untilKey))) {
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

  async function isPressed(): Promise<boolean> {
    await on.catchUp(false);
    return on.isKeyed || on.isTalkedOver;
  }

  /** Whether it could be played. Keys that were pressed before the end of the call count. */
  async function isPlayed(addresses: readonly string[], untilKey: boolean): Promise<boolean> {
    try {
      return await play(addresses, untilKey);
    } catch (error) {
      if (!untilKey || on.isLeft || !(error instanceof CallOver)) throw error;
      await on.catchUp(true);
      return true;
    }
  }

  async function play(addresses: readonly string[], untilKey: boolean): Promise<boolean> {
    const id = on.newId();
    await on.command(`/play/${id}`, { media: addresses.map(mediaOf).join(',') });
    try {
      for (const until = performance.now() + LONGEST_MS; performance.now() < until; ) {
        if (untilKey && (on.isKeyed || on.isTalkedOver)) break;
        const one = await on.next(LONGEST_MS, untilKey);
        if (one && 'played' in one && one.played === id) return !one.isFailed;
      }
    } catch (error) {
      if (error instanceof EventsLost) await ari.call('DELETE', `/playbacks/${id}`).catch(() => undefined); // it may have ended
      throw error;
    }
    await ari.call('DELETE', `/playbacks/${id}`);
    return true;
  }
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

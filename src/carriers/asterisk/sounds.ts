import { z } from 'zod';
import { type Line, piecesOf } from '../../channels/voice/speech.ts';
import { CodedError } from '../../store/codedError.ts';
import { helperThread } from '../../store/helperThread.ts';
import { hiddenNames } from '../../store/hiddenNames.ts';
import { atOnce } from '../../store/runIsolated.ts';
import type { World } from '../../store/world.ts';
import type { FormHandler } from '../form.ts';
import { heardIn, silentWav } from '../wav.ts';
import { SPEAKS_WITH, type Spoken } from './spoken.ts';
import type { ToSpeak } from './spokenThread.ts';

/** The sounds that together say a line. */
export interface SoundsOfLine {
  readonly addresses: readonly string[];
  /** Whether all of them are there. */
  readonly isMade: () => boolean;
  /** Resolves once all are there. Rejects with `not-spoken`. */
  readonly made: Promise<unknown>;
}

export interface Sounds {
  /** `isOwn`: it says what somebody chose (`isOwn` of a statement). */
  of(line: Line, isOwn: boolean): SoundsOfLine;
  /** `GET /asterisk/sounds/:name`, also for a sound that another process was asked for. */
  readonly handler: FormHandler;
}

/** How much is kept in memory, in bytes: half an hour of speech. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** So many texts are made at once; more wait, so that what is heard first is there first. */
const AT_ONCE = 2;

/** A digit that is read by itself; a sign behind digits, and the one behind a group of them. */
const [DIGIT, SIGN, GROUP_END] = [/^[零一二三四五六七八九幺\d]$/u, /^\p{P}+$/u, /^[，,]$/u];
/** How long the pauses are, in milliseconds: as espeak-ng has them where it reads such a text as a whole. */
const PAUSES = { afterDigit: 30, afterGroup: 200, afterAll: 350 };
const SLOW_PAUSES = { afterDigit: 50, afterGroup: 300, afterAll: 550 };

interface Sound {
  readonly wav: Promise<Buffer>;
  /** 0 while it is made. */
  bytes: number;
}

/**
 * What is heard: recordings where there are some, else texts that a program speaks, each made once and kept in memory while it is used. Digits that are
 * read one by one have a sound each: a receipt, which nobody else has, is put together of them, and no program starts for it. The name of a sound is its
 * text, encrypted, so that any process can make it: Asterisk's request need not reach the one that holds the line. What somebody chose has another name in
 * each call.
 */
export function sounds(world: Pick<World, 'vault' | 'randomBytes'>, publicUrl: string, command: string | undefined): Sounds {
  const kept = new Map<string, Sound>();
  let bytes = 0;
  const inTurn = atOnce(AT_ONCE);
  const speak = async (line: Spoken) => {
    const { afterDigit, afterGroup, afterAll } = line.isSlow ? SLOW_PAUSES : PAUSES;
    if (SIGN.test(line.text)) return silentWav(GROUP_END.test(line.text) ? afterGroup : afterAll);
    const wav = Buffer.from(await inTurn(() => inThread<Uint8Array>({ line, command }).catch(notSpoken)));
    return DIGIT.test(line.text) ? heardIn(wav, afterDigit) : wav;
  };
  const { nameOf, textOf } = hiddenNames(world, 'spokenText');

  /** The sound of what is said, as `saidOf` writes it. */
  function soundOf(said: string): Sound {
    const before = kept.get(said);
    const sound = before ?? { wav: speak(spokenIn(said)), bytes: 0 };
    kept.delete(said);
    kept.set(said, sound); // the last used stays longest
    if (!before)
      sound.wav.then(
        (wav) => {
          sound.bytes = wav.length;
          if (kept.get(said) !== sound) return;
          bytes += wav.length;
          for (const old of kept.keys()) if (bytes > KEPT_BYTES && old !== said) forget(old);
        },
        () => forget(said),
      );
    return sound;
  }

  function forget(said: string): void {
    bytes -= kept.get(said)?.bytes ?? 0;
    kept.delete(said);
  }

  return {
    of: (line, isOwn) => {
      if ('sounds' in line) return { addresses: line.sounds, isMade: () => true, made: Promise.resolve() };
      const pieces = piecesOf(line.text).map((text) => ({ said: saidOf({ ...line, text }), isOwn: isOwn && !DIGIT.test(text) && !SIGN.test(text) }));
      const parts = pieces.map(({ said }) => soundOf(said));
      const made = Promise.all(parts.map(({ wav }) => wav));
      made.catch(() => undefined); // told where it is waited for, if it still is
      const addresses = pieces.map((piece) => `${publicUrl}/asterisk/sounds/${nameOf(piece.said, piece.isOwn)}.wav`);
      return { addresses, isMade: () => parts.every((part) => part.bytes > 0), made };
    },
    handler: async (request, response) => {
      const said = textOf((request.params.name ?? '').replace(/\.wav$/, ''));
      if (said === undefined) return void response.status(404).end();
      const wav = await soundOf(said).wav.catch(() => undefined); // who says it on the line is told why
      if (!wav) return void response.status(404).end();
      response.set('cache-control', 'private, max-age=3600').type('audio/wav').end(wav);
    },
  };
}

const inThread = helperThread<ToSpeak>(import.meta.dirname, 'spokenThread', [...SPEAKS_WITH, 'NODE_OPTIONS']);

function notSpoken({ message }: Error): never {
  throw new CodedError('not-spoken', message);
}

function saidOf({ language, isSlow, text }: Spoken): string {
  return JSON.stringify([language, isSlow, text]);
}

function spokenIn(said: string): Spoken {
  const [language, isSlow, text] = SAID.parse(JSON.parse(said));
  return { language, isSlow, text };
}

const SAID = z.tuple([z.string(), z.boolean(), z.string()]);

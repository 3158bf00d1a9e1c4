import { spawn } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { z } from 'zod';
import { piecesOf } from '../../channels/voice/speech.js';
import { atOnce } from '../../store/apart.js';
import { CodedError } from '../../store/codedError.js';
import { plainText } from '../form.js';
import { heardIn, phoneWav, silentWav } from './wav.js';
/** How much is kept in memory, in bytes: half an hour of speech. */
const KEPT_BYTES = 32 * 1024 * 1024;
const LONGEST_MS = 10_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** So many texts are made at once; more wait. */
const AT_ONCE = 4;
/** A digit that is read by itself; a sign behind digits, and the one behind a group of them. */
const [DIGIT, SIGN, GROUP_END] = [/^[零一二三四五六七八九幺\d]$/u, /^\p{P}+$/u, /^[，,]$/u];
/** How long the pauses are, in milliseconds: as espeak-ng has them where it reads such a text as a whole. */
const PAUSES = { afterDigit: 30, afterGroup: 200, afterAll: 350 };
const SLOW_PAUSES = { afterDigit: 50, afterGroup: 300, afterAll: 550 };
/**
 * What is heard: recordings where there are some, else texts that a program speaks, each made once and kept in memory while it is used. Digits that are
 * read one by one have a sound each: a receipt, which nobody else has, is put together of them, and no program starts for it. The name of a sound is its
 * text, encrypted, so that any process can make it: Asterisk's request need not reach the one that holds the line.
 */
export function sounds({ vault }, publicUrl, command) {
    const kept = new Map();
    let bytes = 0;
    const inTurn = atOnce(AT_ONCE);
    const speak = async (line) => {
        const { afterDigit, afterGroup, afterAll } = line.isSlow ? SLOW_PAUSES : PAUSES;
        if (SIGN.test(line.text))
            return silentWav(GROUP_END.test(line.text) ? afterGroup : afterAll);
        const wav = await inTurn(async () => {
            await rest(); // to start a program holds everything up: what is there already is asked for first
            return spoken(line, command);
        });
        return DIGIT.test(line.text) ? heardIn(wav, afterDigit) : wav;
    };
    const { nameOf, textOf } = names(vault);
    /** The sound of a line, by its name. */
    function soundOf(name, line) {
        const before = kept.get(name);
        const sound = before ?? { wav: speak(line), bytes: 0 };
        kept.delete(name);
        kept.set(name, sound); // the last used stays longest
        if (!before)
            sound.wav.then((wav) => {
                if (kept.get(name) !== sound)
                    return;
                sound.bytes = wav.length;
                bytes += wav.length;
                for (const old of kept.keys())
                    if (bytes > KEPT_BYTES && old !== name)
                        forget(old);
            }, () => forget(name));
        return sound;
    }
    function forget(name) {
        bytes -= kept.get(name)?.bytes ?? 0;
        kept.delete(name);
    }
    return {
        of: async (line) => {
            if ('sounds' in line)
                return line.sounds;
            return Promise.all(piecesOf(line.text).map(async (text) => {
                const name = nameOf(JSON.stringify([line.language, line.isSlow, text]));
                await soundOf(name, { ...line, text }).wav;
                return `${publicUrl}/asterisk/sounds/${name}.wav`;
            }));
        },
        handler: async (request, response) => {
            const name = (request.params.name ?? '').replace(/\.wav$/, '');
            const said = textOf(name);
            if (said === undefined)
                return void response.status(404).end();
            const [language, isSlow, text] = SAID.parse(JSON.parse(said));
            const wav = await soundOf(name, { language, isSlow, text }).wav.catch(() => undefined); // who says it on the line is told why
            if (!wav)
                return void response.status(404).end();
            response.set('cache-control', 'private, max-age=3600').type('audio/wav').end(wav);
        },
    };
}
const SAID = z.tuple([z.string(), z.boolean(), z.string()]);
const [NONCE, TAG] = [12, 16];
/**
 * Names that are encrypted texts: the same name for the same text in every process, so that Asterisk fetches it once. The nonce is an HMAC of the text:
 * never the same for two. The keys stay as they are while SECRET is rotated, and need no database.
 */
function names(vault) {
    const bytesOf = (...parts) => Buffer.from(vault.hmac('spokenText', ...parts), 'base64url');
    return {
        nameOf: (text) => {
            const nonce = bytesOf('nonce', text).subarray(0, NONCE);
            const cipher = createCipheriv('aes-256-gcm', bytesOf('key'), nonce);
            const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
            return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
        },
        textOf: (name) => {
            const bytes = Buffer.from(name, 'base64url');
            if (bytes.length <= NONCE + TAG)
                return undefined;
            const opening = createDecipheriv('aes-256-gcm', bytesOf('key'), bytes.subarray(0, NONCE), { authTagLength: TAG });
            opening.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
            try {
                return Buffer.concat([opening.update(bytes.subarray(NONCE + TAG)), opening.final()]).toString('utf8');
            }
            catch {
                return undefined; // it is none of ours
            }
        },
    };
}
/** Debian's espeak-ng reads Chinese characters by this voice alone. */
const ESPEAK = { 'zh-CN': 'cmn-latn-pinyin', en: 'en-us' };
const [WORDS_A_MINUTE, SLOWLY] = [150, 115];
/** The WAV of a text, as phones hear it. Rejects with `not-spoken`. */
export function spoken({ text, language, isSlow }, command) {
    const voice = language.startsWith('en') ? 'en' : 'zh-CN';
    const [program = 'espeak-ng', ...rest] = command?.split(/\s+/) ?? [
        'espeak-ng',
        '-v',
        ESPEAK[voice],
        '-s',
        String(isSlow ? SLOWLY : WORDS_A_MINUTE),
        '--stdin',
        '--stdout',
    ];
    return new Promise((resolve, reject) => {
        const child = spawn(program, command ? [...rest, voice, isSlow ? 'slow' : 'usual'] : rest, {
            stdio: ['pipe', 'pipe', 'ignore'],
            timeout: LONGEST_MS,
        });
        const failed = (why) => reject(new CodedError('not-spoken', `${program} did not speak a text: ${why}. Install espeak-ng, or set TTS_COMMAND.`));
        const chunks = [];
        let size = 0;
        child.on('error', ({ message }) => failed(message));
        child.stdout.on('data', (chunk) => {
            size += chunk.length;
            if (size > MOST_BYTES)
                child.kill();
            else
                chunks.push(chunk);
        });
        child.on('close', (code) => {
            const wav = code === 0 ? phoneWav(Buffer.concat(chunks)) : undefined;
            if (wav)
                resolve(wav);
            else
                failed(code === 0 ? 'its WAV has not 16 bits' : `it ended with ${code}`);
        });
        child.stdin.on('error', () => undefined); // it ended before it read: `close` says so
        child.stdin.end(plainText(text));
    });
}

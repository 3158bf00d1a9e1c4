import { z } from 'zod';
import { setting, settingsGroup } from '../settingsGroup.ts';

export interface AsteriskSettings {
  /** Where its HTTP server is; no slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The endpoint of PJSIP over which calls go out. */
  readonly trunk: string;
  /** What speaks a text, if not espeak-ng: a program that gets the language behind its name and the text on its standard input, and writes WAV. */
  readonly ttsCommand?: string;
}

export const asteriskSettings = settingsGroup(
  {
    ASTERISK_URL: setting.address(),
    ASTERISK_USER: setting.word(),
    ASTERISK_PASSWORD: setting.word(),
    ASTERISK_TRUNK: setting.matching(/^[\w-]+$/, 'the name of an endpoint in pjsip.conf'),
  },
  { TTS_COMMAND: z.string().min(1).optional() },
  (read, { TTS_COMMAND: ttsCommand }): AsteriskSettings => ({
    url: read.ASTERISK_URL,
    user: read.ASTERISK_USER,
    password: read.ASTERISK_PASSWORD,
    trunk: read.ASTERISK_TRUNK,
    ...(ttsCommand && { ttsCommand }),
  }),
);

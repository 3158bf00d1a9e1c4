import { z } from 'zod';
import { setting, settingsGroup } from '../settingsGroup.js';
export const asteriskSettings = settingsGroup({
    ASTERISK_URL: setting.address(),
    ASTERISK_USER: setting.word(),
    ASTERISK_PASSWORD: setting.word(),
    ASTERISK_TRUNK: setting.matching(/^[\w-]+$/, 'the name of an endpoint in pjsip.conf'),
}, { TTS_COMMAND: z.string().min(1).optional() }, (read, { TTS_COMMAND: ttsCommand }) => ({
    url: read.ASTERISK_URL,
    user: read.ASTERISK_USER,
    password: read.ASTERISK_PASSWORD,
    trunk: read.ASTERISK_TRUNK,
    ...(ttsCommand && { ttsCommand }),
}));

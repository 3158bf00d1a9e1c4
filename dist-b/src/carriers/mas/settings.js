import { setting, settingsGroup } from '../settingsGroup.js';
export const masSettings = settingsGroup({
    MAS_URL: setting.address(),
    MAS_EC_NAME: setting.matching(/\S/, 'the name of the organisation'),
    MAS_AP_ID: setting.word(),
    MAS_SECRET_KEY: setting.word(),
    MAS_SIGN: setting.word(),
    MAS_SECRET: setting.pathSecret(),
}, {}, (read) => ({
    url: read.MAS_URL,
    ecName: read.MAS_EC_NAME,
    apId: read.MAS_AP_ID,
    secretKey: read.MAS_SECRET_KEY,
    sign: read.MAS_SIGN,
    secret: read.MAS_SECRET,
}));

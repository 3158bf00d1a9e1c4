import { setting, settingsGroup } from '../settingsGroup.js';
export const kannelSettings = settingsGroup({ KANNEL_URL: setting.address(), KANNEL_USER: setting.word(), KANNEL_PASSWORD: setting.word(), KANNEL_SECRET: setting.pathSecret() }, {}, (read) => ({ url: read.KANNEL_URL, user: read.KANNEL_USER, password: read.KANNEL_PASSWORD, secret: read.KANNEL_SECRET }));

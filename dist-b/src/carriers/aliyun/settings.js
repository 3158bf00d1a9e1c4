import { setting, settingsGroup } from '../settingsGroup.js';
export const aliyunSettings = settingsGroup({
    ALIYUN_ACCESS_KEY_ID: setting.word(),
    ALIYUN_ACCESS_KEY_SECRET: setting.word(),
    ALIYUN_SIGN_NAME: setting.matching(/^[^【】\s]{2,12}$/, 'the name of the signature, 2 to 12 characters, without 【】'),
    ALIYUN_SECRET: setting.pathSecret(),
}, { ALIYUN_API_URL: setting.address().optional() }, (read, { ALIYUN_API_URL: apiUrl }) => ({
    accessKeyId: read.ALIYUN_ACCESS_KEY_ID,
    accessKeySecret: read.ALIYUN_ACCESS_KEY_SECRET,
    signName: read.ALIYUN_SIGN_NAME,
    secret: read.ALIYUN_SECRET,
    ...(apiUrl && { apiUrl }),
}));

import { setting, settingsGroup } from '../settingsGroup.js';
export const twilioSettings = settingsGroup({
    TWILIO_ACCOUNT_SID: setting.matching(/^AC[0-9A-Za-z]+$/, 'AC and letters or digits'),
    TWILIO_AUTH_TOKEN: setting.word(),
    TWILIO_PHONE_NUMBER: setting.matching(/^\+[1-9]\d{6,14}$/, 'a phone number in E.164: +, country, number, no blanks'),
}, { TWILIO_API_URL: setting.address().optional() }, (read, { TWILIO_API_URL: apiUrl }) => ({
    accountSid: read.TWILIO_ACCOUNT_SID,
    authToken: read.TWILIO_AUTH_TOKEN,
    phoneNumber: read.TWILIO_PHONE_NUMBER,
    ...(apiUrl && { apiUrl }),
}));

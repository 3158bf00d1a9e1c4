export const CHANNEL_NAMES = ['sms', 'voice', 'wechat'];
export const CHANNELS = {
    sms: {
        keptAs: 'sms',
        isPhone: true,
        isSpoken: false,
        isSenderProved: false,
        isAnswerPrivate: true,
        isAnswerPaid: true,
        needsMobile: true,
        unit: 'segment',
        isFree: false,
        perSecond: 10,
        order: 2,
    },
    voice: {
        keptAs: 'sms',
        isPhone: true,
        isSpoken: true,
        isSenderProved: false,
        isAnswerPrivate: false,
        isAnswerPaid: false,
        needsMobile: false,
        unit: 'minute',
        isFree: false,
        perSecond: 1,
        order: 3,
    },
    wechat: {
        keptAs: 'wechat',
        isPhone: false,
        isSpoken: false,
        isSenderProved: true,
        isAnswerPrivate: true,
        isAnswerPaid: false,
        needsMobile: false,
        unit: 'message',
        isFree: true,
        perSecond: 20,
        order: 1,
    },
};
/** The carriers of phones that a community may name (`src/carriers/carriers.ts`). */
export const CARRIER_NAMES = ['twilio', 'kannel', 'mas', 'aliyun', 'asterisk'];
/** The channels that each brings. */
export const CARRIERS = {
    twilio: ['sms', 'voice'],
    kannel: ['sms'],
    mas: ['sms'],
    aliyun: ['sms'],
    asterisk: ['voice'],
};
/** Those that take texts only as approved templates. */
export const TEMPLATED = ['aliyun'];
/** The carrier of a community that names none. */
export const USUAL_CARRIER = 'twilio';

/** The languages that a community or a resident may have: those in `locales/`. */
export const LANGUAGES = ['zh-CN', 'zh-CN-sichuan', 'en'] as const;

import type { Request } from 'express';

/** The languages that the pages are written in, by what stands in an address. */
const LANGUAGES = { zh: 'zh-CN', en: 'en' } as const;
export type PageLanguage = (typeof LANGUAGES)[keyof typeof LANGUAGES];

export interface Chosen {
  readonly language: PageLanguage;
  /** By a link, so that further links keep it. */
  readonly byLink: boolean;
}

/** What the reader wants: `?lang=zh|en`, else what the browser asks for, else the community's. */
export function pageLanguage(request: Request, usual = 'zh-CN'): Chosen {
  const { lang } = request.query;
  if (lang === 'zh' || lang === 'en') return { language: LANGUAGES[lang], byLink: true };
  const first = usual.startsWith('en') ? 'en' : 'zh';
  const accepted = request.acceptsLanguages(first, first === 'en' ? 'zh' : 'en');
  return { language: LANGUAGES[accepted === 'zh' || accepted === 'en' ? accepted : first], byLink: false };
}

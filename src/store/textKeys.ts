import type acts from '../../locales/zh-CN/acts.json';
import type console from '../../locales/zh-CN/console.json';
import type kiosk from '../../locales/zh-CN/kiosk.json';
import type page from '../../locales/zh-CN/page.json';
import type print from '../../locales/zh-CN/print.json';

/** The texts of the pages, by their files. */
interface PageTexts {
  readonly page: typeof page;
  readonly console: typeof console;
  readonly acts: typeof acts;
  readonly kiosk: typeof kiosk;
  readonly print: typeof print;
}

export type PageFile = keyof PageTexts;

/** The keys of the texts in a file, or in any of some: `stage.vote`. */
export type PageKey<File extends PageFile = PageFile> = { [Each in File]: Keys<PageTexts[Each]> }[File];

/** The groups of a file's texts: `stage`, `works.state`. */
export type PageGroup<File extends PageFile> = { [Each in File]: Groups<PageTexts[Each]> }[File];

/** How the keys of a file go on that begin with a group: of `stage`, `vote`. */
export type PageKeyIn<File extends PageFile, Group extends string> =
  PageKey<File> extends infer Key ? (Key extends `${Group}.${infer Name}` ? Name : never) : never;

type Groups<Texts> = {
  [Name in keyof Texts & string]: Texts[Name] extends string ? never : Name | `${Name}.${Groups<Texts[Name]>}`;
}[keyof Texts & string];

type Keys<Texts> = {
  [Name in keyof Texts & string]: Texts[Name] extends string ? Name : `${Name}.${Keys<Texts[Name]>}`;
}[keyof Texts & string];

import type { CommandName } from '../../dialog/command.ts';
import type { Log } from '../../store/log.ts';
import { type Api, ApiError, type TappableMenu } from './puppet/src/api.ts';

/** Refused because the account may send no menus at all: unverified accounts and test accounts. */
const NOT_ALLOWED: readonly ApiError['code'][] = [48001, 40200];
/** After this time, in milliseconds, the reader of the reply has long gone on. */
const TIMEOUT_MS = 5_000;

/** Sends what can be tapped beside a reply that says the same in words: if it does not arrive, nothing is lost. */
export function offerMenu(api: Pick<Api, 'sendMenu'>, log: Pick<Log, 'warn' | 'error'>): (openid: string, menu: TappableMenu) => void {
  let isAllowed = true;
  return (openid, menu) => {
    if (isAllowed) api.sendMenu(openid, menu, AbortSignal.timeout(TIMEOUT_MS)).catch(failed);
  };

  function failed(error: unknown): void {
    if (!(error instanceof ApiError)) log.error({ error, channel: 'wechat', code: 'wechat-menu' }, 'Nothing to tap was sent');
    else if (NOT_ALLOWED.includes(error.code) && isAllowed) {
      isAllowed = false;
      log.warn({ channel: 'wechat', code: `WECHAT_${error.code}` }, 'The WeChat account may not send items to tap; ballots are numbered text alone');
    }
  }
}

/** The menu below the chat, as WeChat's API takes it. */
export interface AccountMenu {
  readonly button: readonly (Item | { readonly name: string; readonly sub_button: readonly Item[] })[];
}

interface Item {
  readonly type: 'click';
  readonly name: string;
  /** What a tap sends back: the command for which it stands. */
  readonly key: CommandName;
}

/** The account's menu: the first three items of the menu in the chat, with the same names. `word` gives the words for a key of the catalogue. */
export function accountMenu(word: (key: string) => string): AccountMenu {
  const item = (key: CommandName, name: string): Item => ({ type: 'click', name: word(name), key });
  return {
    button: [
      item('vote', 'menu.vote'),
      item('propose', 'menu.propose'),
      { name: word('menu.more'), sub_button: [item('progress', 'menu.progress'), item('ask', 'menu.ask'), item('person', 'menu.person')] },
    ],
  };
}

import type { CommandName } from '../../dialog/command.ts';

/** The menu below the chat, as WeChat's API takes it. */
export interface AccountMenu {
  readonly button: readonly (Item | { readonly name: string; readonly sub_button: readonly Item[] })[];
}

interface Item {
  readonly type: 'click';
  readonly name: string;
  /** What a tap comes back as: the command that it stands for. */
  readonly key: CommandName;
}

/** The account's menu: the first three things of the menu in the chat, by the same names. `word` words a key of the catalogue. */
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

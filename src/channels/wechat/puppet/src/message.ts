/** What WeChat delivered: a message or an event of one follower. */
export type AccountMessage = AccountMessageBase & AccountMessageContent;

export interface AccountMessageBase {
  /** Who wrote. */
  readonly openid: string;
  /** The account's own id (`gh_…`). */
  readonly account: string;
  /** The same delivery bears the same key: MsgId, or for an event FromUserName, CreateTime, Event and EventKey. */
  readonly key: string;
  /** In seconds. */
  readonly createTime: number;
}

export type AccountMessageContent =
  /** `menuItem`: the id of the item of a `msgmenu` that was tapped; `text` is its content. */
  | { readonly kind: 'text'; readonly text: string; readonly menuItem?: string }
  /** `recognition`: what WeChat understood, where it still does that. */
  | { readonly kind: 'voice'; readonly mediaId: string; readonly format: string; readonly recognition?: string }
  | { readonly kind: 'image'; readonly mediaId: string; readonly url: string }
  | { readonly kind: 'location'; readonly latitude: number; readonly longitude: number; readonly label: string }
  /** `event` as WeChat writes it: subscribe, unsubscribe, SCAN, CLICK, VIEW, LOCATION, TEMPLATESENDJOBFINISH… */
  | { readonly kind: 'event'; readonly event: string; readonly eventKey: string; readonly fields: ReadonlyMap<string, string> }
  /** Video, link and whatever WeChat thinks of next. */
  | { readonly kind: 'other'; readonly type: string; readonly fields: ReadonlyMap<string, string> };

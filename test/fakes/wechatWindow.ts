/** What a follower does that lets the account write (https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage). */
export type Interaction = 'message' | 'click' | 'follow' | 'scan';

export interface WechatWindow {
  interacted(openid: string, what: Interaction): void;
  /** Takes one of the messages that are left; if none is left, the code of the reason. */
  take(openid: string): 45015 | 45047 | undefined;
  close(openid: string): void;
}

const HOURS_48 = 48 * 60 * 60_000;
const MINUTE = 60_000;
const ALLOWED: Record<Interaction, { readonly count: number; readonly ms: number }> = {
  message: { count: 5, ms: HOURS_48 },
  click: { count: 3, ms: MINUTE },
  follow: { count: 3, ms: MINUTE },
  scan: { count: 3, ms: MINUTE },
};

/** Customer-service messages: few, and only for a while after a follower did something. */
export function wechatWindow(now: () => number): WechatWindow {
  const windows = new Map<string, Map<Interaction, { left: number; until: number }>>();
  return {
    interacted: (openid, what) => {
      const { count, ms } = ALLOWED[what];
      const of = windows.get(openid) ?? new Map();
      windows.set(openid, of.set(what, { left: count, until: now() + ms }));
    },
    take: (openid) => {
      const open = [...(windows.get(openid)?.values() ?? [])].filter(({ until }) => now() < until);
      if (open.length === 0) return 45015;
      const one = open.find(({ left }) => left > 0);
      if (!one) return 45047;
      one.left -= 1;
      return undefined;
    },
    close: (openid) => void windows.delete(openid),
  };
}

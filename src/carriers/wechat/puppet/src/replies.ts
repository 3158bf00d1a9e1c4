import { AsyncLocalStorage } from 'node:async_hooks';

/** The replies that are still open: the first text said while a message is handled is its passive reply. */
export interface Replies {
  /**
   * Runs `handle`, and gives the text that is said to `openid` meanwhile; undefined if nothing is said in `ms` milliseconds, or if `close` says so.
   */
  collect(id: string, openid: string, ms: number, handle: () => void): Promise<string | undefined>;
  /** Whether the text is the reply to the message that is being handled now; if not, it has to be sent in another way. */
  take(openid: string, text: string): boolean;
  /** Sets the text for this message; undefined for no text. False if its reply is no longer open. */
  settle(id: string, text?: string): boolean;
}

interface Open {
  readonly openid: string;
  readonly settle: (text?: string) => void;
  isOpen: boolean;
}

/**
 * Which message is being handled follows from the asynchronous context in which its handler runs, so that two messages of one person do not take
 * each other's replies. From the first `collect` on, this makes Node follow every promise of the process.
 */
export function replies(): Replies {
  const handled = new AsyncLocalStorage<Open>();
  const open = new Map<string, Open>();
  return {
    collect: (id, openid, ms, handle) =>
      new Promise((resolve) => {
        const settle = (text?: string) => {
          clearTimeout(timer);
          reply.isOpen = false;
          open.delete(id);
          resolve(text);
        };
        const reply: Open = { openid, settle, isOpen: true };
        const timer = setTimeout(settle, ms);
        open.set(id, reply);
        handled.run(reply, handle);
      }),
    take: (openid, text) => {
      const reply = handled.getStore();
      if (!reply?.isOpen || reply.openid !== openid) return false;
      reply.settle(text);
      return true;
    },
    settle: (id, text) => {
      const reply = open.get(id);
      reply?.settle(text);
      return reply !== undefined;
    },
  };
}

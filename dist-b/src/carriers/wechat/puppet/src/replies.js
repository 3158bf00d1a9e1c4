import { AsyncLocalStorage } from 'node:async_hooks';
/**
 * Which message is being handled follows from the asynchronous context in which its handler runs, so that two messages of one person do not take
 * each other's replies. From the first `collect` on, this makes Node follow every promise of the process.
 */
export function replies() {
    const handled = new AsyncLocalStorage();
    const open = new Map();
    return {
        collect: (id, openid, ms, handle) => new Promise((resolve) => {
            const settle = (text) => {
                clearTimeout(timer);
                reply.isOpen = false;
                open.delete(id);
                resolve(text);
            };
            const reply = { openid, settle, isOpen: true };
            const timer = setTimeout(settle, ms);
            open.set(id, reply);
            handled.run(reply, handle);
        }),
        take: (openid, text) => {
            const reply = handled.getStore();
            if (!reply?.isOpen || reply.openid !== openid)
                return false;
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

import { WechatyImpl } from 'wechaty/impls';
import { log as wechatyLog } from 'wechaty-puppet';
import { PuppetOfficialAccount } from './puppet/index.js';
/**
 * The account as a Wechaty bot, which sees each message beside the dialog. Wechaty's own log is off: it would contain the sender and the words of
 * each message. Imported only if WeChat is set up, because Wechaty takes 60 MB.
 */
export async function bot({ log, keys, api }) {
    wechatyLog.level('silent');
    const puppet = new PuppetOfficialAccount({ keys, api });
    const wechaty = new WechatyImpl({ puppet });
    wechaty.on('error', (error) => log.error({ error, channel: 'wechat', code: 'wechaty-failed' }, 'Wechaty met an error'));
    await wechaty.start();
    return { see: (message) => puppet.see(message), stop: () => wechaty.stop() };
}

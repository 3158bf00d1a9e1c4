import type { Parked } from '../carriers/port.ts';
import type { Send } from '../carriers/sending.ts';
import { nameIn } from '../carriers/wechat/ofAccount.ts';
import { markOf, ofOwner } from '../carriers/wechat/officialAccounts.ts';
import { type WechatCarrier, type WechatChannel, type WechatDeps, wechatChannel } from '../carriers/wechat/wechatChannel.ts';
import { servedBy } from '../fund/communities/index.ts';
import { forEachSettled } from '../store/pauses.ts';
import { mountOf, parking } from './openPhones.ts';

export interface ChatHouse extends Omit<WechatDeps, 'carrier' | 'served'> {
  /** Notes that an account takes no messages, or takes them again. */
  readonly parked: (what: Parked, isParked: boolean) => void;
}

/** The official accounts, opened: what is sent to a chat goes out through the account to which it belongs. */
export interface Chats {
  readonly doors: readonly { readonly path: string; readonly handler: WechatChannel['handler'] }[];
  readonly send: Send;
  readonly stop: () => Promise<void>;
}

/** Opens the official accounts side by side, each with its door, and parked by itself. */
export function openChats(accounts: readonly WechatCarrier[], { parked, ...context }: ChatHouse): Chats {
  const owned = accounts.flatMap(({ of }) => of ?? []);
  const opened = accounts.map((carrier) => {
    const { of } = carrier;
    const log = ofOwner(context.log, of);
    const channel = wechatChannel({ ...context, log, carrier, served: servedBy(owned, of) });
    const park = parking({ carrier: 'wechat', channel: 'wechat', ...(of && { account: of.owner.name }) }, { world: context.world, log, parked });
    return { path: `${of ? mountOf(of.id) : ''}/wechat`, mark: markOf(carrier), channel, send: park(channel.send) };
  });
  const byMark = new Map(opened.map(({ mark, send }) => [mark, send]));
  return {
    doors: opened.map(({ path, channel: { handler } }) => ({ path, handler })),
    send: async (message) => {
      const { account, name } = nameIn(message.to);
      const send = byMark.get(account);
      return send ? send({ ...message, to: name }) : { state: 'failed', reason: 'wechat.noAccount' };
    },
    stop: () => forEachSettled(opened, 'stops', ({ channel }) => channel.stop()),
  };
}

import { z } from 'zod';
import { Refusal } from '../../web/errors.ts';
import type { Content, Delivery } from '../carriers/asWechat.ts';
import type { ChatArrival } from '../carriers/playedCarriers.ts';
import type { SimulatedMessage } from './simulated.ts';

/** The openid of the person who plays at the simulator's chat. */
export const OPENID = 'o-of-the-simulator';

const text = z.string().min(1).max(600);
/** Made by the page. A message that is sent again with the same id is the same message. */
const id = z.string().regex(/^[0-9a-f]{32}$/);
const wanted = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('say'), id, text }),
  z.strictObject({ do: z.literal('speak'), id, text }),
  z.strictObject({ do: z.literal('tap'), id, text, item: z.string().regex(/^\d{1,12}$/) }),
  z.strictObject({ do: z.literal('click'), id, text, key: z.string().regex(/^[a-z]{1,20}$/i) }),
  z.strictObject({ do: z.literal('follow'), id, text, poster: z.string().max(64) }),
  z.strictObject({ do: z.literal('leave'), id, text }),
]);
type Wanted = z.output<typeof wanted>;

export interface Chat {
  /** Sends what a page asks for; gives the message as it was sent, and the answer if there is one. */
  take(body: unknown): Promise<SimulatedMessage[]>;
  arrived(arrival: ChatArrival): void;
}

/** The simulator's chat: the messages that it sends, and those that the service starts, in the order in which a person would see them. */
export function chat(deliver: (delivery: Delivery) => Promise<string | null>, tell: (told: SimulatedMessage) => SimulatedMessage): Chat {
  let underWay = 0;
  let arrivals = 0;
  const held: SimulatedMessage[] = [];

  return {
    take: async (body) => {
      const { success, data } = wanted.safeParse(body);
      if (!success) throw new Refusal(400, 'Send JSON: {"do": "say", "speak", "tap", "click", "follow" or "leave", "id": 32 hexadecimal digits, …}.');
      underWay += 1;
      try {
        const answer = await deliver({ openid: OPENID, content: contentOf(data), id: messageId(data.id) });
        const sent = tell({ id: data.id, phone: OPENID, kind: KINDS[data.do], text: data.text });
        return answer === null ? [sent] : [sent, tell({ id: `${data.id}-answer`, phone: OPENID, kind: 'answer', text: answer })];
      } finally {
        underWay -= 1;
        if (underWay === 0) for (const told of held.splice(0)) tell(told);
      }
    },
    arrived: ({ openid, text, menu }) => {
      if (openid !== OPENID) return;
      arrivals += 1;
      const told: SimulatedMessage = {
        id: `arrival-${arrivals}`,
        phone: OPENID,
        kind: menu ? 'menu' : 'started',
        text: menu?.head ?? text ?? '',
        ...(menu && { items: menu.items }),
      };
      if (underWay > 0) held.push(told);
      else tell(told);
    },
  };
}

const KINDS = { say: 'sent', speak: 'spoken', tap: 'sent', click: 'clicked', follow: 'followed', leave: 'left' } as const;

function contentOf(wanted: Wanted): Content {
  switch (wanted.do) {
    case 'say':
      return { text: wanted.text };
    case 'speak':
      return { voice: `voice-${wanted.id}`, recognition: wanted.text };
    case 'tap':
      return { text: wanted.text, menuItem: wanted.item };
    case 'click':
      return { event: 'CLICK', eventKey: wanted.key };
    case 'follow':
      return { event: 'subscribe', eventKey: `qrscene_${wanted.poster}` };
    case 'leave':
      return { event: 'unsubscribe', eventKey: '' };
  }
}

/** An id made of digits, as WeChat's are. */
function messageId(id: string): string {
  return String(BigInt(`0x${id.slice(0, 15)}`));
}

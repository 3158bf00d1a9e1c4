import { z } from 'zod';
import { Refusal } from '../../web/errors.js';
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
/** The simulator's chat: the messages that it sends, and those that the service starts, in the order in which a person would see them. */
export function chat(deliver, tell) {
    let underWay = 0;
    let arrivals = 0;
    const held = [];
    return {
        take: async (body) => {
            const { success, data } = wanted.safeParse(body);
            if (!success)
                throw new Refusal(400, 'Send JSON: {"do": "say", "speak", "tap", "click", "follow" or "leave", "id": 32 hexadecimal digits, …}.');
            underWay += 1;
            try {
                const answer = await deliver({ openid: OPENID, content: contentOf(data), id: messageId(data.id) });
                const sent = tell({ id: data.id, phone: OPENID, kind: KINDS[data.do], text: data.text });
                return answer === null ? [sent] : [sent, tell({ id: `${data.id}-answer`, phone: OPENID, kind: 'answer', text: answer })];
            }
            finally {
                underWay -= 1;
                if (underWay === 0)
                    for (const told of held.splice(0))
                        tell(told);
            }
        },
        arrived: ({ openid, text, menu }) => {
            if (openid !== OPENID)
                return;
            arrivals += 1;
            const told = {
                id: `arrival-${arrivals}`,
                phone: OPENID,
                kind: menu ? 'menu' : 'started',
                text: menu?.head ?? text ?? '',
                ...(menu && { items: menu.items }),
            };
            if (underWay > 0)
                held.push(told);
            else
                tell(told);
        },
    };
}
const KINDS = { say: 'sent', speak: 'spoken', tap: 'sent', click: 'clicked', follow: 'followed', leave: 'left' };
function contentOf(wanted) {
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
function messageId(id) {
    return String(BigInt(`0x${id.slice(0, 15)}`));
}

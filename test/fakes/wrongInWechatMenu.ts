import { z } from 'zod';

const bytes = (most: number) => z.string().refine((text) => Buffer.byteLength(text) <= most && text !== '');
/** A Chinese character counts two. */
const width = (most: number) => z.string().refine((text) => text !== '' && [...text].reduce((sum, one) => sum + (one < '\u0100' ? 1 : 2), 0) <= most);
const action = (name: z.ZodType) => [
  z.strictObject({ type: z.literal('click'), name, key: bytes(128) }),
  z.strictObject({ type: z.literal('view'), name, url: bytes(1_024) }),
];
const menu = z.strictObject({
  button: z
    .array(
      z.union([
        ...action(width(8)),
        z.strictObject({
          name: width(8),
          sub_button: z
            .array(z.union(action(width(16))))
            .min(1)
            .max(5),
        }),
      ]),
    )
    .min(1)
    .max(3),
});

/** Whether WeChat would refuse this menu (https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html). */
export function wrongInWechatMenu(body: unknown): 40016 | undefined {
  return menu.safeParse(body).success ? undefined : 40016;
}

import type { AccountMessageBase } from './message.ts';

/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text as the passive reply to a message. */
export function replyXml({ openid, account }: AccountMessageBase, text: string, createTime: number): string {
  return `<xml><ToUserName>${cdata(openid)}</ToUserName><FromUserName>${cdata(account)}</FromUserName><CreateTime>${createTime}</CreateTime><MsgType>${cdata('text')}</MsgType><Content>${cdata(text)}</Content></xml>`;
}

function cdata(text: string): string {
  return `<![CDATA[${text.replace(UNHOLDABLE, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

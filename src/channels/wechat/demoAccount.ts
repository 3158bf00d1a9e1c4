import { createHash } from 'node:crypto';
import type { AccountKeys } from './puppet/src/verify.ts';

/** The demo's account: its keys follow from the demo's token, so that whoever plays WeChat on this machine can make them, too. */
export function demoAccount(demoToken: string): AccountKeys & { readonly account: string } {
  const made = (what: string) => createHash('sha256').update(`wechat ${what} ${demoToken}`).digest('base64');
  return { appId: 'wxdemo', account: 'gh_demo', token: made('token').replace(/\W/g, '').slice(0, 32), aesKey: made('aes key').slice(0, 43) };
}

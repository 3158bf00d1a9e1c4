/**
 * What an official account names (an openid, a medium, a sent message) it alone knows, and whoever has its keys can write any. So a name has the AppID of its
 * account before it, `wx…/NAME`; alone it is of the account of the service's settings.
 */
export function named(account: string | undefined, name: string): string {
  return account === undefined ? name : `${account}/${name}`;
}

/** The account, undefined for the one of the service's settings, and what it calls this. */
export function nameIn(text: string): { readonly account: string | undefined; readonly name: string } {
  const at = text.indexOf('/');
  return at < 0 ? { account: undefined, name: text } : { account: text.slice(0, at), name: text.slice(at + 1) };
}

import { isIP } from 'node:net';

/**
 * Whether a `Host` (or the host of an `Origin`), with its port, is this service's own: that of `publicUrl`, a number, or this machine. A foreign name can be made to
 * lead here (DNS rebinding), and its pages are then of one origin with ours; a number cannot.
 */
export function isOwnHost(publicUrl: string): (host: string | undefined) => boolean {
  const ours = new URL(publicUrl).host;
  return (host = '') => host === ours || isNumberOrLocal(host);
}

function isNumberOrLocal(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) > 0;
}

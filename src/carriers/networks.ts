import { BlockList, isIP } from 'node:net';

/** The carriers that sign nothing. */
const UNSIGNED = ['kannel', 'mas', 'aliyun'] as const;

/** From where their requests are taken, by carrier. */
export type Networks = Readonly<Partial<Record<(typeof UNSIGNED)[number], BlockList>>>;

/** Reads `kannel=127.0.0.1,10.0.0.0/8; mas=192.168.1.0/24`; undefined if it is anything else, another carrier's name too: a rule for it would do nothing. */
export function networksIn(text: string): Networks | undefined {
  const networks: Partial<Record<keyof Networks, BlockList>> = {};
  for (const part of text.split(';').map((one) => one.trim())) {
    const [name = '', list = ''] = part.split('=');
    const carrier = UNSIGNED.find((one) => one === name.trim());
    const read = listIn(list);
    if (!carrier || !read || networks[carrier]) return undefined;
    networks[carrier] = read;
  }
  return networks;
}

function listIn(text: string): BlockList | undefined {
  const list = new BlockList();
  for (const network of text.split(',').map((one) => one.trim())) {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) return undefined;
    list.addSubnet(address, bits === undefined ? most : Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

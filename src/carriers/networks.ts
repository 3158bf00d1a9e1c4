import { BlockList, isIP } from 'node:net';
import { CARRIER_NAMES, type CarrierName } from '../contacts/channel.ts';

/** From where requests of carriers that sign nothing are taken, by carrier. */
export type Networks = Readonly<Partial<Record<CarrierName, BlockList>>>;

/** Reads `kannel=127.0.0.1,10.0.0.0/8; mas=192.168.1.0/24`; undefined if it is anything else. */
export function networksIn(text: string): Networks | undefined {
  const networks: Partial<Record<CarrierName, BlockList>> = {};
  for (const part of text.split(';').map((one) => one.trim())) {
    const [name = '', list = ''] = part.split('=');
    const carrier = CARRIER_NAMES.find((one) => one === name.trim());
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

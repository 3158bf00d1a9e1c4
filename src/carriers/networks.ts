import { BlockList, isIP } from 'node:net';

/** Networks such as `127.0.0.1,10.0.0.0/8`; undefined if one of them is none. */
export function networkList(text: string): BlockList | undefined {
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

/** Whether an address lies in one of the networks. What is no address lies in none. */
export function isWithin(networks: BlockList, address = ''): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  const version = isIP(plain);
  return version !== 0 && networks.check(plain, version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether one of the networks is wider than any private one is (10.0.0.0/8, fc00::/7): nobody has all of it. */
export function hasStrangers(text: string): boolean {
  return text.split(',').some((network) => {
    const [address = '', bits = '128'] = network.trim().split('/');
    if (isIP(address) !== 6) return Number(bits) < 8;
    return address.toLowerCase().startsWith('::ffff:') ? Number(bits) - 96 < 8 : Number(bits) < 7;
  });
}

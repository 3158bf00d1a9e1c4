import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type Session } from 'smpp';
import type { KannelSettings } from '../../src/carriers/settings.ts';
import { freePort } from '../../src/store/embedded/access.ts';

/** Why there is no Kannel here; undefined if there is one. */
export const noKannel: string | undefined =
  existsSync('/usr/sbin/bearerbox') && existsSync('/usr/sbin/smsbox') ? undefined : 'it is not on this machine (as root: apt install kannel)';

/** Its name and version. */
export function kannelVersion(): string {
  const said = spawnSync('/usr/sbin/bearerbox', ['--version']).stdout.toString();
  return `Kannel ${/version `([\d.]+)/.exec(said)?.[1]}`;
}

/** A text that arrived on a phone, its parts joined. */
export interface Arrived {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly parts: number;
}

/** Debian's Kannel, over SMPP with a server here that plays the phones. */
export interface RealKannel {
  /** What the service has to be told to reach it. */
  readonly settings: KannelSettings;
  readonly arrived: Arrived[];
  /** Writes the configuration, if the service's address is given, and starts bearerbox and smsbox. */
  start(serviceUrl?: string): Promise<void>;
  /** kill -9 of bearerbox and smsbox. */
  kill(): Promise<void>;
  /** A phone sends a text. */
  text(from: string, to: string, text: string): void;
  /** A phone sends a long text in parts; these of them come, in this order. */
  parts(from: string, to: string, parts: readonly string[], come: readonly number[]): void;
  /** A phone sends bytes in the old alphabet (GSM 03.38), one for each character and two for one with an escape. */
  bytes(from: string, to: string, bytes: Buffer): void;
  stop(): Promise<void>;
}

export async function realKannel(): Promise<RealKannel> {
  const [user, password, secret] = ['yisheng', 'password', 'k'.repeat(32)];
  const [admin, boxes, sendsms, phones] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'kannel-'));
  const arrived: Arrived[] = [];
  const pieces = new Map<string, string[]>();
  let session: Session | undefined;
  let [ids, longTexts] = [0, 0];
  const server = createServer((opened) => {
    opened.on('bind_transceiver', (pdu) => {
      opened.send(pdu.response());
      session = opened;
    });
    opened.on('enquire_link', (pdu) => opened.send(pdu.response()));
    opened.on('unbind', (pdu) => opened.send(pdu.response()));
    opened.on('error', () => opened.close());
    opened.on('submit_sm', (pdu) => {
      ids += 1;
      opened.send(pdu.response({ message_id: String(ids) }));
      const receipt = `id:${ids} sub:001 dlvrd:001 submit date:2610200100 done date:2610200100 stat:DELIVRD err:000 text:`;
      setTimeout(
        () => opened.deliver_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4, short_message: receipt }),
        50,
      );
      const { message, udh } = pdu.short_message;
      const header = udh?.[0];
      const [reference = 0, count = 1, place = 1] = header ? [...header.subarray(2)] : [];
      const key = `${pdu.destination_addr}|${reference}`;
      const texts = pieces.get(key) ?? [];
      texts[place - 1] = message;
      pieces.set(key, texts);
      if (texts.filter((text) => text !== undefined).length < count) return;
      pieces.delete(key);
      arrived.push({ to: pdu.destination_addr, from: pdu.source_addr, text: texts.join(''), parts: count });
    });
  });
  server.listen(phones, '127.0.0.1');
  await once(server, 'listening');
  let running: ChildProcess[] = [];
  const begin = async () => {
    session = undefined;
    const box = (program: string, file: string) => spawn(program, [file], { stdio: 'ignore' });
    running = [box('/usr/sbin/bearerbox', join(folder, 'kannel.conf'))];
    await sleep(1_000);
    running.push(box('/usr/sbin/smsbox', join(folder, 'kannel.conf')));
    while (!session) await sleep(50);
    await sleep(500);
  };
  return {
    settings: { url: `http://127.0.0.1:${sendsms}`, user, password, secret },
    arrived,
    start: async (serviceUrl) => {
      if (serviceUrl)
        await writeFile(join(folder, 'kannel.conf'), configuration({ admin, boxes, sendsms, phones, folder, user, password, serviceUrl, secret }));
      await begin();
    },
    kill: async () => {
      await Promise.all(running.map((box) => ended(box, 'SIGKILL')));
    },
    text: (from, to, text) => void session?.deliver_sm({ source_addr: from, destination_addr: to, data_coding: 8, short_message: text }),
    parts: (from, to, parts, come) => {
      longTexts += 1;
      for (const place of come) {
        const udh = Buffer.from([5, 0, 3, longTexts, parts.length, place]);
        session?.deliver_sm({
          ...{ source_addr: from, destination_addr: to, data_coding: 8, esm_class: 0x40 },
          short_message: { udh, message: parts[place - 1] },
        });
      }
    },
    bytes: (from, to, bytes) => void session?.deliver_sm({ source_addr: from, destination_addr: to, data_coding: 0, short_message: bytes }),
    stop: async () => {
      await Promise.all(running.map((box) => ended(box, 'SIGKILL')));
      session?.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ended(box: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (box.exitCode !== null || box.signalCode !== null) return;
  const exit = once(box, 'exit');
  box.kill(signal);
  await exit;
}

interface Filled {
  readonly admin: number;
  readonly boxes: number;
  readonly sendsms: number;
  readonly phones: number;
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  readonly serviceUrl: string;
  readonly secret: string;
}

/** As docs/carriers.md has it. */
function configuration({ admin, boxes, sendsms, phones, folder, user, password, serviceUrl, secret }: Filled): string {
  return `group = core
admin-port = ${admin}
admin-interface = 127.0.0.1
admin-password = x
smsbox-port = ${boxes}
smsbox-interface = 127.0.0.1
store-type = file
store-location = ${folder}/store
dlr-storage = internal
sms-combine-concatenated-mo-timeout = 3

group = smsc
smsc = smpp
smsc-id = line
host = 127.0.0.1
port = ${phones}
transceiver-mode = true
smsc-username = u
smsc-password = p
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendsms}
sendsms-interface = 127.0.0.1
mo-recode = true
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = ${user}
password = ${password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "${serviceUrl}/kannel/${secret}/sms?from=%p&to=%P&id=%I&text=%b"
`;
}

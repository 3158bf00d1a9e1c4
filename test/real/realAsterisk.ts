import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { kept } from '../../bench/kept.ts';
import type { AsteriskSettings } from '../../src/carriers/settings.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { HOUR_MS } from '../../src/store/wallTime.ts';

/** Debian's Asterisk in a folder of its own, and a SIP client (PyPI's pjsua2-python) beside it; test/real/bringUp.sh puts both there. */
const ROOT = kept('asterisk');
const CHROOT = join(ROOT, 'debian');
const PHONE = join(ROOT, 'python');

/** Why there is no Asterisk here; undefined if there is one. */
export const noAsterisk: string | undefined =
  process.getuid?.() !== 0
    ? 'a chroot needs root'
    : !existsSync(join(CHROOT, 'usr/sbin/asterisk'))
      ? 'it is not on this machine (as root: test/real/bringUp.sh)'
      : !existsSync(PHONE)
        ? 'the SIP client is not on this machine (as root: test/real/bringUp.sh)'
        : spawnSync('espeak-ng', ['--version']).status !== 0
          ? 'there is no espeak-ng (apt install espeak-ng)'
          : undefined;

export interface RealAsterisk {
  readonly settings: AsteriskSettings;
  readonly phone: Phone;
  version(): string;
  start(): Promise<void>;
  /** Waits until a service listens to its calls. */
  isHeard(): Promise<void>;
  /** How many recordings lie with it. */
  recordings(): Promise<number>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Another process takes the line, and dies without a word. */
  takeLine(): Promise<void>;
  /** It stops without a word, its connections open; resolves once the service has given up the one with its events. */
  freeze(): Promise<void>;
  /** It goes on where it stopped. */
  thaw(): void;
  /** Cuts every connection of the service with it, and takes none for so many milliseconds. */
  cut(ms: number): void;
  stop(): Promise<void>;
}

export interface PhoneCall {
  readonly id: string;
  /** What happened, in order, with its moment in milliseconds. */
  readonly went: { readonly what: string; readonly at: number }[];
  /** Presses keys; gives the moment when Asterisk had the last of them. Rejects if one is lost. */
  press(keys: string): Promise<number>;
  /** Makes a sound for so many milliseconds. */
  speak(ms: number): void;
  /** Plays a WAV of 8 kHz, as if somebody spoke. */
  play(file: string): void;
  hangUp(): void;
  /** Waits until a sound has begun after a moment. */
  hears(after: number, ms?: number): Promise<number>;
  /** Waits until the line has fallen quiet after a moment. */
  quiet(after: number, ms?: number): Promise<number>;
  isOver(ms?: number): Promise<void>;
}

export interface Phone {
  /** `to` is a number of ours, in E.164. */
  call(from: string, to: string): PhoneCall;
  /** How many of its calls go on. */
  underWay(): number;
  /** Calls that came in. */
  readonly incoming: PhoneCall[];
  answers(yes: boolean): void;
}

/** Phones and networks do not wait for the service's processor: without it keys are doubled while this machine is busy. */
const FIRST = ['-n', '-10'];
/** The longest time that a key takes to Asterisk, in milliseconds. */
const KEY_MS = 10_000;
/** The SIP client takes four calls at once in a process: three that it places, and one that comes in. */
const CALLS_EACH = 3;
const [FIRST_RTP, RTP_EACH] = [30_000, 40];

/** With phones for so many calls at once. */
export async function realAsterisk(calls = CALLS_EACH): Promise<RealAsterisk> {
  const [http, sip] = [await freePort(), await freePort()];
  const clients = await Promise.all(Array.from({ length: Math.ceil(calls / CALLS_EACH) }, freePort));
  const folder = await configure(http, sip, clients[0] ?? 0);
  let running: ChildProcess | undefined;
  const proxy = await between(http);
  const direct = `http://127.0.0.1:${http}`;
  const settings: AsteriskSettings = { url: proxy.url, user: 'yisheng', password: 'password', trunk: 'trunk' };
  const headers = { authorization: `Basic ${Buffer.from('yisheng:password').toString('base64')}` };
  const start = async () => {
    const child = spawn('nice', [...FIRST, 'chroot', CHROOT, '/usr/sbin/asterisk', '-f', '-q', '-C', `/${folder}/asterisk.conf`], {
      stdio: 'ignore',
    });
    running = child;
    const killed = () => child.kill('SIGKILL');
    process.once('exit', killed);
    child.once('exit', () => process.off('exit', killed));
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await fetch(`${direct}/ari/asterisk/info`, { headers }).catch(() => undefined);
      if (answer?.ok) return watch();
      await sleep(50);
    }
    throw new Error('Asterisk did not start');
  };
  const keyed: Key[] = [];
  const heard = new EventEmitter().setMaxListeners(0);
  /** Every key that reaches Asterisk, as another application of its hears it. */
  const watch = async () => {
    const socket = new WebSocket(`${direct.replace('http', 'ws')}/ari/events?app=watch&subscribeAll=true`, { headers });
    socket.on('error', () => undefined); // it ends with Asterisk
    socket.on('message', (data) => {
      const { type, digit, channel } = JSON.parse(String(data));
      if (type !== 'ChannelDtmfReceived') return;
      keyed.push({ from: channel.caller.number, digit, at: performance.now() });
      heard.emit('more');
    });
    await once(socket, 'open');
  };
  const kill = async () => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  };
  const { phone, end } = await pool(clients, { sip, keyed, heard });
  return {
    settings,
    phone,
    version: () => spawnSync('chroot', [CHROOT, '/usr/sbin/asterisk', '-V']).stdout.toString().trim(),
    start,
    isHeard: async () => {
      for (let tries = 0; tries < 300; tries += 1) {
        const answer = await fetch(`${direct}/ari/applications/yisheng`, { headers }).catch(() => undefined);
        if (answer?.ok) return;
        await sleep(50);
      }
      throw new Error('no service listens to Asterisk');
    },
    recordings: async () =>
      z.array(z.object({ name: z.string() })).parse(await (await fetch(`${direct}/ari/recordings/stored`, { headers })).json()).length,
    kill,
    takeLine: async () => {
      const socket = new WebSocket(`${direct.replace('http', 'ws')}/ari/events?app=yisheng`, { headers });
      await once(socket, 'open');
      await sleep(500);
      socket.terminate();
    },
    freeze: async () => {
      running?.kill('SIGSTOP');
      await proxy.isGivenUp();
    },
    thaw: () => void running?.kill('SIGCONT'),
    cut: proxy.cut,
    stop: async () => {
      await end();
      await kill();
      proxy.stop();
      await rm(join(CHROOT, folder), { recursive: true, force: true });
    },
  };
}

interface Between {
  readonly url: string;
  /** Waits until the service closes a connection with events. */
  isGivenUp(): Promise<void>;
  cut(ms: number): void;
  stop(): void;
}

const GIVEN_UP_MS = 30_000;

/** Stands between the service and a port, so that a test can cut them off. */
async function between(port: number): Promise<Between> {
  const open = new Set<Socket>();
  const events = new EventEmitter();
  let closedUntil = 0;
  const server = createServer((one) => {
    if (performance.now() < closedUntil) return void one.destroy();
    const other = connect(port, '127.0.0.1');
    one.once('data', (begins) => {
      if (begins.toString().startsWith('GET /ari/events')) one.once('close', () => events.emit('given up'));
    });
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => open.delete(from) && to.destroy());
      from.pipe(to);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const cut = (ms: number) => {
    closedUntil = performance.now() + ms;
    for (const one of open) one.destroy();
  };
  return {
    isGivenUp: async () => void (await once(events, 'given up', { signal: AbortSignal.timeout(GIVEN_UP_MS) })),
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut,
    stop: () => {
      server.close();
      cut(60_000);
    },
  };
}

/** Phones in several processes as one: each call goes to the one that has the fewest. */
async function pool(ports: readonly number[], line: PhoneLine): Promise<Phones> {
  const all = await Promise.all(ports.map((port, index) => phones(port, FIRST_RTP + RTP_EACH * index, line)));
  const [first] = all;
  if (!first) throw new Error('there is no phone');
  const fewest = () => all.reduce((best, one) => (one.phone.underWay() < best.phone.underWay() ? one : best));
  return {
    phone: {
      ...first.phone,
      call: (from, to) => fewest().phone.call(from, to),
      underWay: () => all.reduce((sum, { phone }) => sum + phone.underWay(), 0),
    },
    end: async () => void (await Promise.all(all.map(({ end }) => end()))),
  };
}

interface Key {
  readonly from: string;
  readonly digit: string;
  readonly at: number;
}

interface PhoneLine {
  /** Asterisk's port. */
  readonly sip: number;
  /** The keys that reached it, in order; `heard` tells when there are more. */
  readonly keyed: readonly Key[];
  readonly heard: EventEmitter;
}

interface Phones {
  readonly phone: Phone;
  end(): Promise<void>;
}

async function phones(port: number, rtp: number, { sip, keyed, heard }: PhoneLine): Promise<Phones> {
  const child = spawn('nice', [...FIRST, 'python3', 'test/real/phone.py', String(port), String(rtp), String(RTP_EACH)], {
    env: { ...process.env, PYTHONPATH: PHONE },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined); // it has ended: no call is answered any more
  child.once('exit', (code) => code === 0 || process.stderr.write(`a SIP client ended with ${code}\n`));
  const calls = new Map<string, PhoneCall>();
  const news = new Map<string, EventEmitter>();
  const incoming: PhoneCall[] = [];
  const open = new Set<string>();
  const say = (what: object) => void child.stdin.write(`${JSON.stringify(what)}\n`);
  let ids = 0;
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const made = (id: string, from = ''): PhoneCall => {
    const went: { what: string; at: number }[] = [];
    const told = new EventEmitter().setMaxListeners(0);
    news.set(id, told);
    const until = async (what: string, after: number, ms: number) => {
      const found = await seen(told, ms, () => went.find((one) => one.what.startsWith(what) && one.at > after));
      if (found) return found.at;
      throw new Error(`call ${id}: no ${what} came; ${went.map((one) => `${Math.round(one.at)} ${one.what}`).join(', ')}`);
    };
    return {
      id,
      went,
      press: async (keys) => {
        const before = keyed.length;
        const mine = () => keyed.slice(before).filter((key) => key.from === from);
        say({ do: 'press', id, keys });
        await seen(heard, KEY_MS * keys.length, () => (mine().length < keys.length ? undefined : true));
        const came = mine().map(({ digit }) => digit);
        if (came.join('') !== keys) throw new Error(`call ${id}: of the keys ${keys} came ${came.join('')}`);
        return mine().at(-1)?.at ?? 0;
      },
      speak: (ms) => say({ do: 'speak', id, ms }),
      play: (file) => say({ do: 'play', id, file }),
      hangUp: () => say({ do: 'hangup', id }),
      hears: (after, ms = 30_000) => until('loud', after, ms),
      quiet: (after, ms = 60_000) => until('quiet', after, ms),
      isOver: async (ms = 60_000) => void (await until('over', 0, ms)),
    };
  };
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return; // the library's own words
    const told: { id?: string; is_?: string; heard?: string; code?: number; seconds?: number; loud?: number; error?: string } = JSON.parse(text);
    if (told.is_ === 'ready') return ready();
    const id = String(told.id);
    if (told.is_ === 'ringing') {
      const call = made(id);
      calls.set(id, call);
      incoming.push(call);
    }
    if (told.is_ === 'over') open.delete(id);
    const what =
      told.is_ === 'over'
        ? `over ${told.code}: ${told.seconds} s, ${told.loud?.toFixed(0)} s of sound`
        : (told.is_ ?? told.heard ?? `error ${told.error}`);
    calls.get(id)?.went.push({ what, at: performance.now() });
    news.get(id)?.emit('more');
  });
  await isReady;
  return {
    phone: {
      underWay: () => open.size,
      incoming,
      answers: (yes) => say({ do: 'answers', yes }),
      call: (from, to) => {
        ids += 1;
        const call = made(String(ids), from);
        calls.set(call.id, call);
        open.add(call.id);
        say({ do: 'call', id: call.id, from, to: `sip:${to}@127.0.0.1:${sip}` });
        return call;
      },
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** What is there, as soon as it is: looked for again whenever there is more; undefined after so many milliseconds. */
async function seen<Found>(news: EventEmitter, ms: number, look: () => Found | undefined): Promise<Found | undefined> {
  const signal = AbortSignal.timeout(Math.ceil(ms));
  for (;;) {
    const found = look();
    if (found !== undefined || signal.aborted) return found;
    await once(news, 'more', { signal }).catch(() => undefined); // the time is over
  }
}

/** As docs/carriers.md has it, on ports and in a folder of its own: runs beside each other have one chroot. Gives the folder, as the chroot names it. */
async function configure(http: number, sip: number, client: number): Promise<string> {
  await tidy();
  await mkdir(join(CHROOT, 'runs'), { recursive: true });
  const folder = await mkdtemp(join(CHROOT, 'runs/'));
  const name = relative(CHROOT, folder);
  for (const inside of ['spool/recording', 'run', 'log', 'db']) await mkdir(join(folder, inside), { recursive: true });
  const folders = Object.entries({ astetcdir: '', astspooldir: 'spool', astrundir: 'run', astlogdir: 'log', astdbdir: 'db' });
  const files: Record<string, string> = {
    'asterisk.conf': `[directories]\n${folders.map(([key, inside]) => `${key} => /${join(name, inside)}\n`).join('')}[options]\nhideconnect = yes\n`,
    'http.conf': `[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = ${http}\n`,
    'ari.conf': '[general]\nenabled = yes\n[yisheng]\ntype = user\npassword = password\n',
    'modules.conf': '[modules]\nautoload = yes\n',
    'logger.conf': '[general]\n[logfiles]\nmessages = warning,error\n',
    'rtp.conf': '[general]\nrtpstart = 45000\nrtpend = 46999\n',
    'extensions.conf': `[from-line]\nexten => _X.,1,Stasis(yisheng,in,+86$\{EXTEN:1})\n same => n,Hangup()\nexten => _+X.,1,Stasis(yisheng,in,$\{EXTEN})\n same => n,Hangup()\n`,
    'pjsip.conf': `[udp]
type = transport
protocol = udp
bind = 127.0.0.1:${sip}

[trunk]
type = endpoint
context = from-line
disallow = all
allow = alaw
aors = trunk
dtmf_mode = rfc4733
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
direct_media = no

[trunk]
type = aor
contact = sip:phone@127.0.0.1:${client}

[trunk]
type = identify
endpoint = trunk
match = 127.0.0.1
`,
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return name;
}

/** Removes what runs that were killed have left, and the sounds that Asterisk fetched: what is older than an hour. */
async function tidy(): Promise<void> {
  for (const folder of ['runs', 'tmp'])
    for (const one of await readdir(join(CHROOT, folder)).catch(() => [])) {
      const path = join(CHROOT, folder, one);
      const made = await stat(path).catch(() => undefined); // another run has removed it
      if (made && Date.now() - made.mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
    }
}

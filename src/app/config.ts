import { readFileSync } from 'node:fs';
import type { BlockList } from 'node:net';
import { config as dotenv } from 'dotenv';
import { z } from 'zod';
import { hasStrangers, networkList } from '../carriers/networks.ts';
import { CARRIER_SETTINGS, type CarrierSettings, carrierProblems, type Networks, networksIn, readCarriers, TURN_ON } from '../carriers/settings.ts';
import { CodedError } from '../store/codedError.ts';
import { secretBytes } from '../store/vault.ts';
import { readVerifierKey } from '../transparency/note.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What a process does: the turns of residents and what is sent to them, or pages, the API and what is due, or all of it. */
export const ROLES = ['all', 'turns', 'pages'] as const;
export type Role = (typeof ROLES)[number];

/** The settings (docs/contract.md: Settings), checked. A setting is undefined if it was not given and its default cannot be known here. */
export interface Config extends CarrierSettings {
  port: number;
  host: string;
  /** No slash at the end. */
  publicUrl: string;
  /** Undefined: the embedded MongoDB under `dataDir`. */
  mongodbUri?: string;
  dataDir: string;
  mongodBinary?: string;
  /** Always given if `mongodbUri` is; otherwise undefined means the one generated into `dataDir`. */
  secret?: Buffer;
  /** Undefined: depends on the database (docs/contract.md: Settings). Never `on` with a carrier's settings or `mongodbUri`. */
  demo?: 'on' | 'off';
  /** From where carriers that sign nothing may call. */
  networks?: Networks;
  /** The proxies whose word counts of who sent a request. */
  trustProxy?: BlockList;
  metricsToken?: string;
  role: Role;
  /** The server that recognises speech. */
  speech?: SpeechConfig;
  /** Megabytes for who has cast in ledgers. Undefined: by the machine's memory. */
  ledgerMemory?: number;
  /** 32 bytes. Only backups need it. */
  backupKey?: Buffer;
  /** The database of the cell to which a community is moved. */
  toMongodbUri?: string;
  /** 32 bytes at least: the SECRET of that cell, if it is another than this one's. */
  toSecret?: Buffer;
  /** 32 bytes, with which the log of heads is signed. Undefined: those generated into `dataDir`. */
  logKey?: Buffer;
  /** Who is asked to watch it. */
  witnesses: readonly WitnessSetting[];
  logLevel: (typeof LOG_LEVELS)[number];
}

/** A witness: its name for people, its key as a verifier key, and the address that it is asked at; no slash at the end. */
export interface WitnessSetting {
  readonly name: string;
  readonly key: string;
  readonly url: string;
}

export interface SpeechConfig {
  url: string;
  model: string;
  key?: string;
}

/** Reads the settings. Throws `bad-settings` with every problem, one a line. Each line begins with the setting's name, and none shows a value. */
export function config(env: Readonly<Record<string, string | undefined>> = environment()): Config {
  const { given, problems: unread } = withFiles(trimmed(env));
  const read = settings.safeParse(given);
  const problems = [
    ...unread,
    ...(read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...carrierProblems(given),
    ...together(given),
  ];
  if (!read.success || problems.length > 0)
    throw new CodedError('bad-settings', `These settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return { ...shaped(read.data), ...readCarriers(given) };
}

function trimmed(env: Readonly<Record<string, string | undefined>>): Given {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])));
}

type Given = Readonly<Record<string, string>>;

/** A setting NAME may lie in a file that NAME_FILE names, `-` for standard input: so a secret stands on no command line and in no environment. */
function withFiles(given: Given): { given: Given; problems: string[] } {
  const problems: string[] = [];
  const found: Record<string, string> = { ...given };
  for (const name of [...Object.keys(settings.shape), ...CARRIER_SETTINGS]) {
    const file = given[`${name}_FILE`];
    if (!file) continue;
    const value = contentOf(file);
    if (given[name]) problems.push(`${name}_FILE: does not go together with ${name}`);
    else if (!value) problems.push(`${name}_FILE: names a file that is empty or cannot be read`);
    else found[name] = value;
  }
  return { given: found, problems };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8').trim();
  } catch {
    return undefined; // told with its name
  }
}

const STANDARD_INPUT = 0;

/** The settings of the process and of `.env` in the current directory; those of the process take precedence. */
function environment(): Record<string, string | undefined> {
  const merged = { ...process.env };
  dotenv({ quiet: true, processEnv: merged });
  return merged;
}

const matching = (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`).optional();
const url = (protocol: RegExp, what: string) => z.url({ protocol, error: `must be ${what}` }).optional();
const oneOf = <const Values extends readonly string[]>(values: Values) => z.enum(values, { error: `must be one of ${values.join(', ')}` }).optional();
const database = () => matching(/^mongodb(\+srv)?:\/\/\S+$/, "a replica set's address that begins with mongodb:// or mongodb+srv://");
const webAddress = () => url(/^https?$/, 'a whole address that begins with http:// or https://').transform((address) => address?.replace(/\/+$/, ''));

const keyBytes = () =>
  z
    .string()
    .refine((key) => secretBytes(key), 'must be 32 random bytes in base64; make them with: openssl rand -base64 32')
    .transform(secretBytes)
    .optional();

const megabytes = () => matching(/^\d{1,6}$/, 'a number of megabytes').transform((size) => (size === undefined ? undefined : Number(size)));

/** `NAME KEY ADDRESS`, one behind the other with semicolons or line ends between. */
const witnesses = () =>
  z
    .string()
    .transform((text, context) => {
      const all = text.split(/[;\n]/).flatMap((each) => (each.trim() ? [each.trim().split(/\s+/)] : []));
      const read = all.map(([name = '', key = '', url = '', ...rest]) => ({ name, key, url: url.replace(/\/+$/, ''), isWhole: rest.length === 0 }));
      const isRight = read.every(
        ({ key, url, isWhole }) => isWhole && readVerifierKey(key)?.kind === 'cosignature' && /^https?:$/.test(protocolOf(url)),
      );
      if (isRight && new Set(read.map(({ key }) => key)).size === read.length) return read.map(({ name, key, url }) => ({ name, key, url }));
      context.addIssue({
        code: 'custom',
        message: 'must be NAME KEY ADDRESS of each witness, with semicolons between; KEY is what the witness prints (name+…+…)',
      });
      return z.NEVER;
    })
    .optional();

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

/** Why a network is none of proxies. */
const WIDE =
  'has a network wider than any private one (10.0.0.0/8, fc00::/7): everybody in it could say who they are; name the networks of the proxies alone';

const settings = z.object({
  PORT: z
    .string()
    .refine((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535, 'must be a port number from 0 to 65535')
    .transform(Number)
    .optional(),
  HOST: matching(/^\S+$/, 'a host name or an address, without blanks'),
  PUBLIC_URL: webAddress(),
  MONGODB_URI: database(),
  DATA_DIR: z.string().optional(),
  MONGOD_BINARY: z.string().optional(),
  SECRET: keyBytes(),
  TO_MONGODB_URI: database(),
  TO_SECRET: keyBytes(),
  ALLOWED_IPS: z
    .string()
    .transform((text, context) => {
      const networks = networksIn(text);
      if (networks) return networks;
      context.addIssue({
        code: 'custom',
        message: 'must be networks by carrier (kannel, mas, aliyun), such as kannel=127.0.0.1,10.0.0.0/8; mas=192.168.1.0/24',
      });
      return z.NEVER;
    })
    .optional(),
  TRUST_PROXY: z
    .string()
    .transform((text, context) => {
      const list = networkList(text);
      if (list && !hasStrangers(text)) return list;
      const message = list ? WIDE : 'must be the networks of the proxies, such as 127.0.0.1,10.0.0.0/8';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .optional(),
  DEMO: oneOf(['on', 'off']),
  ROLE: oneOf(ROLES),
  BACKUP_KEY: keyBytes(),
  SPEECH_URL: webAddress(),
  SPEECH_MODEL: matching(/^\S+$/, 'without blanks'),
  SPEECH_KEY: matching(/^\S+$/, 'without blanks'),
  METRICS_TOKEN: matching(/^\S+$/, 'without blanks'),
  LEDGER_MEMORY: megabytes(),
  LOG_KEY: keyBytes(),
  WITNESSES: witnesses(),
  LOG_LEVEL: oneOf(LOG_LEVELS),
});

/** The problems of settings that depend on each other. */
function together(given: Given): string[] {
  const carrier = TURN_ON.filter((name) => given[name]);
  return [
    ...(given.DEMO === 'on' && carrier.length > 0
      ? [`DEMO: on does not go together with ${carrier.join(', ')}: a demo's ballots must not mix with real ones`]
      : []),
    ...(given.DEMO === 'on' && given.MONGODB_URI
      ? ['DEMO: on does not go together with MONGODB_URI: a clock that is moved ahead would close real votes; a demo has its own database']
      : []),
    ...(given.ROLE && given.ROLE !== 'all' && !given.MONGODB_URI
      ? ['ROLE: does not go without MONGODB_URI: the other processes have to find the same database']
      : []),
    ...['SPEECH_MODEL', 'SPEECH_KEY'].flatMap((name) => (given[name] && !given.SPEECH_URL ? [`${name}: does nothing without SPEECH_URL`] : [])),
    ...(given.MONGODB_URI && !given.SECRET ? ['SECRET: is required with MONGODB_URI; make one with: openssl rand -base64 32'] : []),
  ];
}

function shaped(read: z.output<typeof settings>): Omit<Config, keyof CarrierSettings> {
  const port = read.PORT ?? 3000;
  return {
    port,
    host: read.HOST ?? '127.0.0.1',
    publicUrl: read.PUBLIC_URL ?? `http://localhost:${port}`,
    mongodbUri: read.MONGODB_URI,
    dataDir: read.DATA_DIR ?? '.data',
    mongodBinary: read.MONGOD_BINARY,
    secret: read.SECRET,
    networks: read.ALLOWED_IPS,
    trustProxy: read.TRUST_PROXY,
    demo: read.DEMO,
    role: read.ROLE ?? 'all',
    metricsToken: read.METRICS_TOKEN,
    speech: speech(read),
    ledgerMemory: read.LEDGER_MEMORY,
    logKey: read.LOG_KEY,
    witnesses: read.WITNESSES ?? [],
    backupKey: read.BACKUP_KEY,
    toMongodbUri: read.TO_MONGODB_URI,
    toSecret: read.TO_SECRET,
    logLevel: read.LOG_LEVEL ?? 'info',
  };
}

function speech({ SPEECH_URL: url, SPEECH_MODEL: model = 'whisper-1', SPEECH_KEY: key }: z.output<typeof settings>): SpeechConfig | undefined {
  return url ? { url, model, ...(key && { key }) } : undefined;
}

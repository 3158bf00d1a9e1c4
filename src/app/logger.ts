import { type DestinationStream, pino } from 'pino';
import type { Facts, Log } from '../store/log.ts';
import type { Config } from './config.ts';

const TEXTS = ['code', 'channel', 'flow', 'outcome', 'state', 'community', 'account', 'cycle', 'method', 'route', 'host', 'signal', 'version'];
const NUMBERS = ['count', 'ms', 'status', 'port'];

/**
 * The log: one JSON line for each entry. Only the fields of `Facts` get in, whatever a caller passes, and runs of digits as long as a phone number
 * are masked.
 */
export function logger(level: Config['logLevel'], destination: DestinationStream = pino.destination(1)): Log {
  const lines = pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
  const at =
    (loudness: keyof Log): Log[keyof Log] =>
    (facts, message) => {
      if (lines.isLevelEnabled(loudness)) lines[loudness](allowed(facts), masked(message));
    };
  return { fatal: at('fatal'), error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), trace: at('trace') };
}

function allowed(facts: Facts): Record<string, unknown> {
  const kept = Object.entries(facts).flatMap(([name, value]) => {
    if (NUMBERS.includes(name) && typeof value === 'number') return [[name, value]];
    if (TEXTS.includes(name) && typeof value === 'string') return [[name, masked(value)]];
    if (name === 'error') return [[name, loggable(value)]];
    return [];
  });
  return Object.fromEntries(kept);
}

/** The class, code and frames of an error and of its cause. */
function loggable(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { name: error.name, code, at: frames.slice(0, 8).map((frame) => masked(frame.trim())), cause: error.cause && loggable(error.cause) };
}

function masked(text: string): string {
  return String(text).replace(/\+?\d{7,}/g, '…');
}

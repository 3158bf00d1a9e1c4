import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../src/store/codedError.ts';
import { root } from '../../src/store/files.ts';
import type { Voting } from './voting.ts';

/**
 * `idle`: idle connections are ended as another connection is answered. `held`: the same, after everything was held up for 80 ms with messages
 * waiting. `all`: every connection is broken off, in the middle of a request.
 */
export const MANNERS = ['idle', 'held', 'all'] as const;

export interface CutProxy {
  /** The database's address through the proxy. */
  readonly uri: string;
  /** Gives how many connections were cut. */
  cut(manner: (typeof MANNERS)[number]): Promise<number>;
  stop(): void;
}

/** A process between a service and the database at this address. */
export async function startProxy(uri: string): Promise<CutProxy> {
  const proxied = new URL(uri);
  const args = ['--import', 'tsx', 'bench/faults/proxy.ts'];
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, BENCH_PORT: proxied.port }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = async () => {
    const { value, done } = await lines.next();
    if (done) throw new CodedError('proxy-ended', 'The proxy has ended.');
    return Number(value);
  };
  proxied.port = String(await said());
  proxied.searchParams.delete('replicaSet'); // otherwise the driver goes to the address that the database names
  proxied.searchParams.set('directConnection', 'true');
  return {
    uri: proxied.href,
    cut: async (manner) => {
      if (manner === 'held') child.kill('SIGSTOP');
      child.stdin.write(manner === 'all' ? 'all\n' : 'idle\n');
      if (manner === 'held') {
        await sleep(80);
        child.kill('SIGCONT');
      }
      return said();
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A process that gives no receipt for this long, in milliseconds, does not recover by itself. */
export const WEDGED_MS = 20_000;

/**
 * Cuts `times` times, in each manner in turn, always after votes have their receipts again. Gives how long that took each time, in milliseconds;
 * undefined if the service is wedged, after which nothing more is cut.
 */
export async function cutting(proxy: CutProxy, voting: Voting, times: number): Promise<(number | undefined)[]> {
  const again: (number | undefined)[] = [await voting.untilReceipt(WEDGED_MS)];
  for (let cut = 0; cut < times && again.at(-1) !== undefined; cut++) {
    await sleep(150); // in the meantime the pool fills up
    await proxy.cut(MANNERS[cut % MANNERS.length] ?? 'idle');
    again.push(await voting.untilReceipt(WEDGED_MS));
  }
  return again.slice(1);
}

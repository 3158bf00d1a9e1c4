import { fill, ONE, phoneOf, SPREAD, spreadNumberOf, spreadPhoneOf, spreadResidents } from './fill.ts';
import { load, type Measured } from './load.ts';
import { bare, type Running, SECRET, service } from './processes.ts';
import { requests, type Spoken } from './requests.ts';
import { median, type Row, spread } from './row.ts';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 32;
const RESIDENTS = 10_000;
/** More than any round takes. */
const MOST_A_SECOND = 7_000;
const RECEIPT = /\d{3} \d{3} \d{4}/;

/** Turns a second of the whole service against the bare server, in interleaved rounds on the same database. */
export async function turns(uri: string, seconds = SECONDS): Promise<Row[]> {
  await fill(uri, RESIDENTS);
  const baseline = await bare(uri);
  const ours = await service({ MONGODB_URI: uri, SECRET });
  try {
    const works = {
      bare: { server: baseline, spoken: menu, check: () => true },
      dialog: { server: ours, spoken: menu, check: (body: string) => body.includes('<Message>') },
      vote: { server: ours, spoken: vote, check: (body: string) => RECEIPT.test(body) },
      spread: { server: ours, spoken: spreadVote, check: (body: string) => RECEIPT.test(body) },
    };
    for (const work of Object.values(works)) await once(work, CONNECTIONS, 2);
    const rounds: Record<keyof typeof works, Measured>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        bare: await once(works.bare, CONNECTIONS, seconds),
        dialog: await once(works.dialog, CONNECTIONS, seconds),
        vote: await once(works.vote, CONNECTIONS, seconds),
        spread: await once(works.spread, CONNECTIONS, seconds),
      });
    }
    const alone = [];
    for (let round = 0; round < ROUNDS; round += 1) alone.push({ bare: await once(works.bare, 1, 1.5), dialog: await once(works.dialog, 1, 1.5) });
    return [
      ratio('turns/s, a dialog that records nothing, 32 connections', rounds, 'dialog', 1, 1.5),
      ratio('turns/s, `投 3 7` into one ledger, 32 connections', rounds, 'vote', 0.8),
      ratio('turns/s, `投 3 7` spread over 1,000 ledgers', rounds, 'spread', 0.8),
      p50(alone),
    ];
  } finally {
    await ours.stop();
    await baseline.stop();
  }
}

let next = 0;
const menu = (): Spoken => ({ from: phoneOf(next++ % RESIDENTS), to: ONE, body: '菜单' });
const vote = (): Spoken => ({ from: phoneOf(next++ % RESIDENTS), to: ONE, body: '投 3 7' });
const spreadVote = (): Spoken => {
  const index = next++ % spreadResidents;
  return { from: spreadPhoneOf(index), to: spreadNumberOf(index % SPREAD), body: '投 3 7' };
};

interface Work {
  readonly server: Running;
  readonly spoken: () => Spoken;
  readonly check: (body: string) => boolean;
}

function once({ server, spoken, check }: Work, connections: number, seconds: number): Promise<Measured> {
  const made = requests(server.port, Math.ceil(seconds * (connections === 1 ? 2_500 : MOST_A_SECOND)), spoken);
  return load(server.port, connections, seconds, made.values(), check);
}

function ratio<Name extends string>(work: string, rounds: readonly Record<Name | 'bare', Measured>[], name: Name, reach: number, p99Reach?: number): Row {
  const rates = rounds.map((round) => round[name].rate / round.bare.rate);
  const p99 = rounds.map((round) => round[name].p99 / round.bare.p99);
  const at = (each: (round: Record<Name | 'bare', Measured>) => number) => median(rounds.map(each)).toFixed(0);
  return {
    work,
    result: `${spread(rates)}; p99 × ${spread(p99)}`,
    reach: `≥ ${reach}${p99Reach ? `; p99 ≤ ${p99Reach} ×` : ''}`,
    reached: median(rates) >= reach && (p99Reach === undefined || median(p99) <= p99Reach),
    detail: `${at((round) => round[name].rate)}/s against ${at((round) => round.bare.rate)}/s; p99 ${at((round) => round[name].p99)} against ${at((round) => round.bare.p99)} ms; the load took ${median(rounds.map((round) => round[name].loadCpu)).toFixed(2)} and ${median(rounds.map((round) => round.bare.loadCpu)).toFixed(2)} of a core`,
  };
}

function p50(rounds: readonly { bare: Measured; dialog: Measured }[]): Row {
  const ratios = rounds.map(({ bare, dialog }) => dialog.p50 / bare.p50);
  const at = (name: 'bare' | 'dialog') => median(rounds.map((round) => round[name].p50)).toFixed(2);
  return { work: 'one connection: p50 of a turn', result: `× ${spread(ratios)}`, reach: '≤ 4 ×', reached: median(ratios) <= 4, detail: `${at('dialog')} ms against ${at('bare')} ms` };
}

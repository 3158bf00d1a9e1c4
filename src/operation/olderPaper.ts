import { z } from 'zod';
import { listHash } from '../fund/ballots/audit/index.ts';
import { Assist, Mark, Slip, SlipList, Table } from '../fund/paper/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import { sha256 } from '../store/vault.ts';
import type { Hearing, Older } from './older.ts';

/**
 * Of paper, what is not as the log tells: tables that are open although they were closed, marks that count although they were taken back, another finding of a
 * comparison with the box, another list of the slips that may be drawn, and another number of ballots that somebody entered beside their voters.
 */
export function olderPaper(): Hearing {
  /** Tables (`CYCLE/table/NUMBER`), marks (`CYCLE/table/NUMBER/MARK`), slips (`CYCLE/slip/SERIAL`) and helpers (`CYCLE/NAME`). */
  const closed = new Set<string>();
  const undone = new Set<string>();
  const compared = new Map<string, string>();
  const assisted = new Map<string, number>();
  const listed = new Map<string, string>();
  const communities = new Map<string, string>();
  const compares: Hearing['hears'][string] = ({ _id, subject }, { after }) => {
    const { found } = COMPARED.safeParse(after).data ?? {};
    if (found === undefined) return;
    compared.set(subject, found);
    communities.set(subject.split('/', 1)[0] ?? '', _id.community);
  };
  return {
    hears: {
      'table.close': ({ subject }) => closed.add(subject),
      'table.undo': ({ subject }, { before }) => {
        const { mark } = UNDONE.safeParse(before).data ?? {};
        if (mark !== undefined) undone.add(`${subject}/${mark}`);
      },
      'slip.compare': compares,
      'slip.correct': compares,
      'slip.list': ({ subject }, { after }) => {
        const { list, draw } = LISTED.safeParse(after).data ?? {};
        listed.set(subject, `${list} ${draw}`);
      },
      'ballot.assist': ({ _id, subject }, { after }) => {
        communities.set(subject, _id.community);
        const [helper] = BY_TWO.safeParse(after).data?.by ?? [];
        if (helper !== undefined) assisted.set(`${subject}/${helper}`, (assisted.get(`${subject}/${helper}`) ?? 0) + 1);
      },
    },
    older: async () => [
      ...(await tablesOpen(closed)),
      ...(await marksBack(undone)),
      ...(await listedOtherwise(listed)),
      ...(await foundOtherwise(compared, communities)),
      ...(await assistsOtherwise(assisted, communities)),
    ],
  };
}

const UNDONE = z.object({ mark: z.number() });
const COMPARED = z.object({ found: z.string() });
const LISTED = z.object({ list: z.string(), draw: z.string().optional() });
const BY_TWO = z.object({ by: z.array(z.string()) });

async function tablesOpen(closed: ReadonlySet<string>): Promise<Older[]> {
  const open = await forReaders(Table)
    .find({ closed: { $exists: false } }, { projection: { community: 1 } })
    .toArray();
  return open.flatMap(({ _id, community }) => (closed.has(`${_id.cycle}/table/${_id.number}`) ? [{ kind: 'tables closed', community }] : []));
}

async function marksBack(undone: ReadonlySet<string>): Promise<Older[]> {
  const found: Older[] = [];
  const cycles = [...new Set([...undone].map((mark) => mark.split('/', 1)[0] ?? ''))];
  const active = forReaders(Mark).find({ '_id.cycle': { $in: cycles }, active: true }, { projection: { community: 1, table: 1, number: 1 } });
  for await (const { _id, community, table, number } of withPauses(active))
    if (undone.has(`${_id.cycle}/table/${table}/${number}`)) found.push({ kind: 'marks taken back', community });
  return found;
}

async function listedOtherwise(listed: ReadonlyMap<string, string>): Promise<Older[]> {
  const found: Older[] = [];
  for await (const { _id, community, serials, draw } of withPauses(forReaders(SlipList).find({})))
    if (listed.get(_id) !== `${listHash(sha256, serials)} ${draw}`) found.push({ kind: 'slipLists list', community });
  return found;
}

async function foundOtherwise(compared: ReadonlyMap<string, string>, communities: ReadonlyMap<string, string>): Promise<Older[]> {
  const kept = new Map<string, string>();
  const slips = forReaders(Slip).find({ 'compared.at': { $exists: true } }, { projection: { cycle: 1, compared: 1 } });
  for await (const { _id, cycle, compared: told } of withPauses(slips)) if (told) kept.set(`${cycle}/slip/${_id}`, told.found);
  return [...new Set([...kept.keys(), ...compared.keys()])].flatMap((slip) =>
    kept.get(slip) === compared.get(slip) ? [] : [{ kind: 'slips compared', community: communities.get(slip.split('/', 1)[0] ?? '') ?? '' }],
  );
}

async function assistsOtherwise(assisted: ReadonlyMap<string, number>, heard: ReadonlyMap<string, string>): Promise<Older[]> {
  const kept = new Map<string, number>();
  const communities = new Map(heard);
  const assists = forReaders(Assist).find({}, { projection: { community: 1, helper: 1 } });
  for await (const { _id, community, helper } of withPauses(assists)) {
    kept.set(`${_id.cycle}/${helper.name}`, (kept.get(`${_id.cycle}/${helper.name}`) ?? 0) + 1);
    communities.set(_id.cycle, community);
  }
  return [...new Set([...kept.keys(), ...assisted.keys()])].flatMap((helper) =>
    kept.get(helper) === assisted.get(helper) ? [] : [{ kind: 'assists ballots', community: communities.get(helper.split('/', 1)[0] ?? '') ?? '' }],
  );
}

import { z } from 'zod';
import { boundedMap } from '../../store/cache.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { index, optional, records } from '../../store/records.ts';
import { sha256 } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { act, done, line, refuse } from '../act/index.ts';
import { drawSlips, type Found, listHash, type SlipAudit, type SlipDraw } from '../ballots/audit/index.ts';
import { ballotOf, results } from '../ballots/index.ts';
import { cycleAt, cycleForReaders, cycleView, findCycle, isFrozen } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { SEES_NUMBERS, serialIn } from '../people/index.ts';
import { agreedIn, Batch, type BatchRecord } from './batch.ts';
import { datedBack } from './datedBack.ts';
import { handOf, isAmong } from './hands.ts';
import { isGenuineMark, Mark } from './mark.ts';
import { Slip } from './slip.ts';
import { genuineTable } from './tables.ts';
import { type TypedSlip, typedSlip } from './typedSlip.ts';

/** The audit of a cycle's paper: which slips were drawn by the seal, and what was found; undefined if it had none. Rejects as `results` does. */
export const slipAudit: (world: World) => (cycle: string) => Promise<SlipAudit | undefined> = perWorld((world) => {
  const byId = cycleForReaders(world);
  const drawn = boundedMap<string, SlipDraw>(100);
  return async (id) => {
    const [list, cycle] = await Promise.all([forReaders(SlipList).findOne({ _id: id }), byId(id)]);
    if (!cycle?.sealedAt || !isFrozen(cycle)) {
      await results(world, id); // says why there is no result
      return undefined;
    }
    if (!list) return undefined;
    const counted = await results(world, id);
    const { frozen } = ballotOf(cycle.frozen);
    const draw = drawn.getOrMake(`${id} ${counted.head}`, () => drawSlips(sha256, frozen, { ...counted, draw: list.draw }, list.serials));
    const compared = await forReaders(Slip)
      .find({ cycle: id, 'compared.at': { $exists: true } }, { projection: { compared: 1 }, sort: { 'compared.at': 1 } })
      .toArray();
    const found = new Map(compared.flatMap(({ _id, compared: told }) => (told ? [[_id, told]] : [])));
    return {
      cycle: id,
      head: counted.head,
      ...(list.draw !== undefined && { draw: list.draw }),
      slips: list.serials,
      ...draw,
      found: draw.drawn.flatMap((serial) => {
        const told = found.get(serial);
        return told ? [{ serial, found: told.found, changes: told.changes }] : [];
      }),
    };
  };
});

/** The audit of a cycle's paper where there is one so far: undefined also as long as the count is under way, or if it does not hold. */
export async function slipAuditSoFar(world: World, cycle: string): Promise<SlipAudit | undefined> {
  try {
    return await slipAudit(world)(cycle);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** A slip that was drawn, with where it lies: its table, and the batch in which it was keyed. */
export interface DrawnSlip {
  readonly serial: string;
  readonly table: number | null;
  readonly batch: number | null;
  readonly found: Found | null;
  readonly changes: number;
}

export interface ReadSlipAudit {
  readonly wrong: number;
  readonly slips: number;
  /** How many of all were dated back, and at which tables (`ReadTable.datedBack`). */
  readonly datedBack: readonly { readonly table: number; readonly slips: number }[];
  readonly drawn: readonly DrawnSlip[];
}

/** The slips that were drawn, in the order in which they lie, for a person who compares them; undefined if there are none. Rejects as `results` does. */
export const readSlipAudit = cycleView({
  name: 'slip.compare',
  may: SEES_NUMBERS,
  query: async (reading, cycle): Promise<ReadSlipAudit | undefined> => {
    const audit = await slipAudit(reading.world)(cycle);
    if (!audit) return undefined;
    const which = { $in: [...audit.drawn] };
    const [marks, slips, back] = await Promise.all([
      forReaders(Mark)
        .find({ serial: which, active: true }, { projection: { serial: 1, table: 1 } })
        .toArray(),
      forReaders(Slip)
        .find({ _id: which }, { projection: { batch: 1 } })
        .toArray(),
      datedBack(cycle),
    ]);
    const tables = new Map(marks.map(({ serial, table }) => [serial, table]));
    const batches = new Map(slips.map(({ _id, batch }) => [_id, batch]));
    const found = new Map(audit.found.map((each) => [each.serial, each]));
    const drawn = audit.drawn.map((serial): DrawnSlip => {
      const { found: told = null, changes = 0 } = found.get(serial) ?? {};
      return { serial, table: tables.get(serial) ?? null, batch: batches.get(serial) ?? null, found: told, changes };
    });
    const late = Number.MAX_SAFE_INTEGER;
    const inBox = drawn.toSorted(
      (one, other) =>
        (one.table ?? late) - (other.table ?? late) || (one.batch ?? late) - (other.batch ?? late) || Number(one.serial) - Number(other.serial),
    );
    const byTable = [...back].map(([table, slips]) => ({ table, slips })).toSorted((one, other) => one.table - other.table);
    return { wrong: audit.wrong, slips: audit.slips.length, datedBack: byTable, drawn: inBox };
  },
});

/**
 * Enters what a drawn slip from the box says (`typedSlip`). The person who enters it does not see what was keyed. It is public whether the two agree, never what
 * the slip says. A second entry needs a reason, which is public, too (`slip.correct`). Rejects as `results` does before the seal.
 */
export const compareSlip = act({
  name: 'slip.compare',
  may: ['operator', 'staff council', 'staff supervisor'],
  on: cycleAt(''),
  input: z.strictObject({ line: line(200), reason: line(300).optional() }),
  /**
   * `notDrawn`: the seal did not draw it. `ownSlip`: the actor worked at its table or keyed it; or somebody changed past the service who did. `reason`: it was entered
   * before. `forgotten`: what was keyed is forgotten by now.
   */
  refusals: { serial: 'line', notDrawn: 'line', ownSlip: 'line', reason: 'reason', forgotten: 'line', changed: null },
  async before({ world, on: { _id: id, community, pseudonymKey }, input: { line, reason }, actor }) {
    const typed = typedSlip(line);
    const serial = serialIn(typed.serial ?? '');
    if (serial === undefined) return refuse('serial');
    const audit = await slipAudit(world)(id);
    if (!audit?.drawn.includes(serial)) return refuse('notDrawn');
    const [slip, mark] = await Promise.all([
      collection(Slip).findOne({ _id: serial }, { promoteBuffers: true }),
      collection(Mark).findOne({ serial, active: true }),
    ]);
    if (!slip) return refuse('notDrawn');
    const [by, batch, table] = await Promise.all([
      handOf(world, actor),
      slip.batch === undefined ? null : collection(Batch).findOne({ _id: { cycle: id, number: slip.batch } }, { promoteBuffers: true }),
      mark && isGenuineMark(world.vault, mark) && genuineTable(world, { cycle: id, number: mark.table }),
    ]);
    if (mark && !table) return refuse('ownSlip');
    const worked = [...(table ? table.hands : []), ...(batch?.keyed.map((keyed) => keyed.by.phone) ?? [])];
    if (await isAmong(world, community, by, worked)) return refuse('ownSlip');
    if (!pseudonymKey) return refuse('forgotten');
    const before = slip.compared;
    if (before && reason === undefined) return refuse('reason');
    const found = foundIn(keyedOf(world, serial, batch), typed.says);
    const compared = { found, by: by.name, at: world.now(), changes: before ? before.changes + 1 : 0 };
    return async ({ session }) => {
      const asSeen = before ? { 'compared.changes': before.changes } : { compared: { $exists: false } };
      const { matchedCount } = await collection(Slip).updateOne({ _id: serial, ...asSeen }, { $set: { compared } }, { session });
      if (matchedCount === 0) return refuse('changed');
      const told = { ...(before && { act: 'slip.correct', before: { found: before.found } }), after: { found }, reason };
      return done({ compared: serial }, { subject: `${id}/slip/${serial}`, ...told });
    };
  },
});

/** What was keyed of a slip; `absent` if it is in no accepted batch. */
function keyedOf({ vault }: World, serial: string, batch: BatchRecord | null): string {
  if (!batch) return 'absent';
  const { picks } = { ...agreedIn(vault, batch).find((slip) => slip.serial === serial) };
  return picks ? picks.toSorted((one, other) => one - other).join() : 'unreadable';
}

function foundIn(keyed: string, says: TypedSlip['says']): Found {
  const said = typeof says === 'string' ? says : says.picks.toSorted((one, other) => one - other).join();
  if (said === keyed) return 'agrees';
  return said === 'absent' ? 'absent' : 'differs';
}

/** Which slips a cycle had. It is noted before the ledger is sealed, so that nobody can choose them once it is known which are drawn. */
export const SlipList = records(
  'slipLists',
  {
    /** The cycle's. */
    _id: String,
    community: String,
    at: Date,
    /** Of slips that were handed in or keyed, ascending. */
    serials: [String],
    /** 16 random bytes in hex: they come into being when nothing can be cast any more, and the draw is made of them and the seal. */
    draw: optional(String),
  },
  [index({ community: 1 })],
);

/** Notes which slips a cycle has, once, and in the log; nothing if it has none. To be called once nothing can be cast any more. */
export async function listSlips(world: World, id: string): Promise<void> {
  if (await collection(SlipList).findOne({ _id: id }, { projection: { _id: 1 } })) return;
  const [marks, keyed, cycle] = await Promise.all([
    collection(Mark)
      .find({ '_id.cycle': id, active: true }, { projection: { serial: 1 } })
      .toArray(),
    collection(Slip)
      .find({ cycle: id, outcome: { $exists: true } }, { projection: { _id: 1 } })
      .toArray(),
    findCycle(id),
  ]);
  const serials = [...new Set([...marks.map(({ serial }) => serial), ...keyed.map(({ _id }) => _id)])].sort();
  if (!cycle || serials.length === 0) return;
  const { community } = cycle;
  const service = { community, by: 'Yisheng', role: 'service', act: 'slip.list', subject: id };
  await withLog(world, community, async (session, write) => {
    if (await collection(SlipList).findOne({ _id: id }, { session, projection: { _id: 1 } })) return;
    const draw = world.randomBytes(16).toString('hex');
    await collection(SlipList).insertOne({ _id: id, community, at: world.now(), serials, draw }, { session });
    await write({ ...service, detail: { after: { slips: serials.length, list: listHash(sha256, serials), draw } } });
  });
}

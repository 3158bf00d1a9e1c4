import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import { CallBack } from './callBack.ts';

const KEPT_MS = 2 * DAY_MS;

/** Forgets who was called back more than two days ago. Harmless to repeat. */
export async function forgetCallBacks(now: Date): Promise<void> {
  await native(CallBack).deleteMany({ at: { $lt: new Date(now.getTime() - KEPT_MS) } });
}

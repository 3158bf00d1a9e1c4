import { interpretInCall, readBackInCall } from '../channels/voice/liveCalls.ts';
import { canReceiveSms } from '../contacts/phone.ts';
import type { Said } from '../dialog/dialog.ts';
import type { Inbound } from '../dialog/input.ts';
import type { World } from '../store/world.ts';

/** One step of a call, whichever carrier brings it. */
export interface CallStep {
  /** The carrier's id of the call. */
  readonly id: string;
  /** The phone at the other end, and our number in the call, in E.164. */
  readonly address: string;
  readonly to: string;
  readonly isPlaced: boolean;
  /** 0 when a call begins. */
  readonly turn: number;
  /** What was entered, without the `#` that ended it; empty for silence. */
  readonly keys: string;
  readonly isHashed: boolean;
  /** The carrier's id of what was recorded. */
  readonly recording?: string;
  /** The call is over. */
  readonly isOver: boolean;
}

/** The answer to a step of a call is given within 4 s, including the way back to the carrier. Milliseconds. */
export const STEP_MS = 3_600;
/** After the end of a call only the carrier waits. Milliseconds. */
const END_MS = 7_500;
/** The search for what was recorded gets at least this time, even if the deadline has passed. Milliseconds. */
export const LEAST_MS = 200;

/** Takes a step of a call, or its end, to the dialog. The same step counts once. */
export function takeCallStep({
  world,
  answer,
}: {
  world: World;
  answer: (inbound: Inbound) => Promise<Said>;
}): (step: CallStep, at?: Date) => Promise<Said> {
  return async ({ id, address, to, isPlaced, turn, keys, isHashed, recording, isOver }, at = world.now()) => {
    const step = {
      call: world.vault.hmac('call', id).slice(0, 16),
      turn,
      keys,
      isHashed,
      ...(recording && { recording }),
      isOver,
      isPlaced,
      isMobile: canReceiveSms({ channel: 'voice', address }) === 'yes',
      at: at.getTime(),
    };
    return answer({
      channel: 'voice',
      address,
      to,
      key: world.vault.hmac('delivery', 'voice', id, isOver && recording === undefined ? 'over' : String(turn)),
      at,
      deadline: at.getTime() + (isOver ? END_MS : STEP_MS),
      input: { interpret: interpretInCall(step), readBack: readBackInCall(step) },
      isCall: true,
      isContinued: isOver || turn > 0,
      isPlaced,
    });
  };
}

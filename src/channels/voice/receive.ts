import type { RequestHandler } from 'express';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/inbound.ts';
import type { Words } from '../../dialog/wording.ts';
import type { World } from '../../store/world.ts';
import { canReceiveSms } from './canReceiveSms.ts';
import { hear, readBack } from './entry.ts';
import { recordingIn } from './recordingIn.ts';
import { toTwiml } from './render.ts';

/** A handler behind `signedForm`: the fields are in `response.locals.form`. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Readonly<Record<string, string>> }>;

export interface VoiceMeans {
  readonly world: World;
  /** How carriers reach it, no slash at the end. */
  readonly publicUrl: string;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly words: (said: Said) => Words;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

/** An answer within 4 s, the way back to the carrier included. */
const DEADLINE_MS = 3_600;
const E164 = /^\+[1-9]\d{6,14}$/;
const PATH = '/twilio/voice';
const ENDED = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

/** `POST /twilio/voice`, behind `signedForm`: one step of a call in, one TwiML document out. */
export function receiveVoice(means: VoiceMeans): FormHandler {
  const { publicUrl, words, observe } = means;
  const take = takeStep(means);
  return async (request, response) => {
    const { form } = response.locals;
    const turn = turnIn(request.originalUrl);
    if (!form.CallSid || !form.From || !form.To || turn === undefined)
      return void response.status(400).type('text/plain').send('CallSid, From, To and a turn that is a number are needed\n');
    const started = performance.now();
    const said = await take(form, turn);
    const next = `${publicUrl}${PATH}?turn=${turn + 1}`;
    response.type('text/xml').end(toTwiml(said.reply, { words: words(said), language: said.language, next }));
    observe(said.outcome, (performance.now() - started) / 1000);
  };
}

/** Takes a step of a call, or its end, to the dialog. */
export function takeStep({
  world,
  answer,
}: Pick<VoiceMeans, 'world' | 'answer'>): (form: Readonly<Record<string, string>>, turn: number) => Promise<Said> {
  return async (form, turn) => {
    const { CallSid = '', From = '', To = '', Direction = '', CallStatus = '' } = form;
    const [address, to] = Direction.startsWith('outbound') ? [To, From] : [From, To];
    if (!E164.test(address)) return { reply: { says: [{ key: 'voice.noNumber' }] }, language: 'zh-CN', outcome: 'elsewhere' };
    const isOver = ENDED.includes(CallStatus);
    const at = world.now();
    const { keys, isHashed, recording } = entered(form);
    const step = {
      call: world.vault.hmac('call', CallSid).slice(0, 16),
      turn,
      keys,
      isHashed,
      ...(recording && { recording }),
      isOver,
      isMobile: canReceiveSms(address),
      at: at.getTime(),
    };
    return answer({
      channel: 'voice',
      address,
      to,
      key: world.vault.hmac('delivery', 'voice', CallSid, isOver ? 'over' : String(turn)),
      at,
      deadline: at.getTime() + DEADLINE_MS,
      input: { hear: hear(step), readBack },
      isContinued: isOver || turn > 0,
    });
  };
}

/** The keys of a `<Gather>`, or what was spoken into a `<Record>` and the key that ended it. */
function entered(form: Readonly<Record<string, string>>) {
  const { Digits = '', FinishedOnKey, RecordingSid } = form;
  if (RecordingSid !== undefined && Digits !== '*' && Digits !== '0') return { keys: '', isHashed: false, recording: recordingIn(form) };
  if (FinishedOnKey === '#') return { keys: Digits, isHashed: true };
  return Digits.length > 1 && Digits.endsWith('#') ? { keys: Digits.slice(0, -1), isHashed: true } : { keys: Digits, isHashed: false };
}

function turnIn(url: string): number | undefined {
  const turn = new URL(url, 'http://ours').searchParams.get('turn') ?? '0';
  return /^\d{1,4}$/.test(turn) ? Number(turn) : undefined;
}

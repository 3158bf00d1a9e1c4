import type { Speech } from '../../channels/voice/speech.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { World } from '../../store/world.ts';
import { LEAST_MS, STEP_MS, takeCallStep } from '../callStep.ts';
import { type FormHandler, queryOf } from '../form.ts';
import { endsOf, hasEnded, hasNumber, recordingIn } from './callForm.ts';
import { type Connection, toTwiml } from './voiceRender.ts';
import { answerXml } from './webhook.ts';

export interface VoiceDeps {
  readonly world: World;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly speech: (said: Said, ms: number) => Promise<Omit<Speech, 'isSlow'>>;
  /** Takes the end of a call. */
  readonly takeEnd: (form: Readonly<Record<string, string>>, turn: number) => Promise<Said>;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

const PATH = '/twilio/voice';

/** `POST /twilio/voice`, behind `signedForm`: one step of a call in, one TwiML document out. */
export function receiveVoice(deps: VoiceDeps): FormHandler {
  const { world, publicUrl, speech, takeEnd, observe } = deps;
  const take = takeStep(deps);
  return async (request, response) => {
    const { form } = response.locals;
    const turn = turnIn(request.originalUrl);
    if (!form.CallSid || !form.From || !form.To || turn === undefined)
      return void response.status(400).type('text/plain').send('CallSid, From, To and a turn that is a number are needed\n');
    const started = performance.now();
    const at = response.locals.at ?? world.now();
    const said = await (hasEnded(form) ? takeEnd(form, turn) : take(form, turn, at));
    const left = at.getTime() + STEP_MS - world.now().getTime();
    const next = `${publicUrl}${PATH}?turn=${turn + 1}`;
    const connects = said.community && connection(said, said.community, publicUrl);
    answerXml(response, toTwiml(said.reply, { ...(await speech(said, Math.max(LEAST_MS, left))), next, ...(connects && { connects }) }));
    observe(said.outcome, (performance.now() - started) / 1000);
  };
}

/** Takes a step of a call, or its end, to the dialog. */
export function takeStep({
  world,
  answer,
}: Pick<VoiceDeps, 'world' | 'answer'>): (form: Readonly<Record<string, string>>, turn: number, at?: Date) => Promise<Said> {
  const take = takeCallStep({ world, answer });
  return async (form, turn, at) => {
    const { address, to, isPlaced } = endsOf(form);
    if (!hasNumber(address)) return { reply: { says: [{ key: 'voice.noNumber' }] }, language: 'zh-CN', outcome: 'elsewhere' };
    return take({ id: form.CallSid ?? '', address, to, isPlaced, turn, isOver: hasEnded(form), ...entered(form) }, at);
  };
}

/** The keys of a `<Gather>`, or the recording of a `<Record>` and the key that ended it. */
function entered(form: Readonly<Record<string, string>>) {
  const { Digits = '', FinishedOnKey, RecordingSid } = form;
  if (RecordingSid !== undefined) {
    if (Digits === '*' || Digits === '0') return { keys: Digits, isHashed: false };
    const recording = recordingIn(form);
    return recording ? { keys: '', isHashed: false, recording } : { keys: '', isHashed: Digits === '#' };
  }
  if (FinishedOnKey === '#') return { keys: Digits, isHashed: true };
  return Digits.length > 1 && Digits.endsWith('#') ? { keys: Digits.slice(0, -1), isHashed: true } : { keys: Digits, isHashed: false };
}

/** A caller who asked for a person is connected to the community's. */
function connection({ reply, language }: Said, { person, phone }: CommunityRecord, publicUrl: string): Connection | undefined {
  if (reply?.outcome !== 'askPerson') return undefined;
  return { to: person.phone, from: phone, afterwards: `${publicUrl}${PATH}/person?${new URLSearchParams({ language })}` };
}

function turnIn(target: string): number | undefined {
  const turn = queryOf(target).get('turn') ?? '0';
  return /^\d{1,4}$/.test(turn) ? Number(turn) : undefined;
}

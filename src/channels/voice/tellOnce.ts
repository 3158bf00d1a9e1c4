import type { Flowed, Interpretation, Spoken } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Reply, Statement } from '../../dialog/question.ts';
import type { CallState, Hint } from './callState.ts';

/**
 * Adds what a caller has to know once in a call, and once more in another language: how many projects and until when, before they choose;
 * where the hash key is, as it is named.
 */
export function tellingOnce(interpretation: Interpretation, open: OpenFlow | undefined): Interpretation {
  if (!('meaning' in interpretation)) return { ...interpretation, ...telling(interpretation, { open }) };
  return { ...interpretation, finish: (result) => telling(interpretation.finish(result), result) };
}

function telling(spoken: Spoken, { open, language: now }: Partial<Flowed>): Spoken {
  const { reply, callState: stored } = spoken;
  if (stored === undefined || !reply.asks) return spoken;
  const callState: CallState = JSON.parse(stored);
  const language = now ?? callState.language;
  const isOther = callState.language !== undefined && language !== callState.language;
  const told = isOther ? [] : (callState.told ?? []);
  const news = NEWS.filter(([what]) => !told.includes(what)).flatMap(([what, saying]) => {
    const says = saying(reply, callState, open);
    return says.length > 0 ? [{ what, says }] : [];
  });
  if (news.length === 0) return spoken;
  const after: CallState = { ...callState, told: [...told, ...news.map(({ what }) => what)], ...(language && { language }) };
  return { ...spoken, reply: { ...reply, says: [...reply.says, ...news.flatMap(({ says }) => says)] }, callState: JSON.stringify(after) };
}

type Saying = (reply: Reply, callState: CallState, open: OpenFlow | undefined) => readonly Statement[];
const NEWS: readonly (readonly [Hint, Saying])[] = [
  ['limits', limits],
  ['hash', hash],
];

function limits(_: Reply, { asked: own }: CallState, open: OpenFlow | undefined): readonly Statement[] {
  const asked = open?.asked;
  const closesAt = asked?.params?.closesAt;
  if (own || asked?.expects !== 'numbers' || closesAt === undefined) return [];
  const upTo = asked.max > 1 ? { key: 'voice.upTo', params: { max: asked.max } } : { key: 'voice.upToOne' };
  return [upTo, { key: 'voice.until', params: { closesAt } }];
}

function hash({ asks }: Reply, callState: CallState): readonly Statement[] {
  return asks?.expects === 'freeText' || namesHash(callState) ? [{ key: 'voice.whereHash' }] : [];
}

/** Whether what this machine asks names the hash key. A project that is read does so once one is picked, or if it is asked again. */
function namesHash({ asked, numbers, misses, silences }: CallState): boolean {
  if (asked === undefined || asked === 'goOn') return false;
  return asked !== 'project' || (numbers?.picks.length ?? 0) > 0 || misses + silences > 0;
}

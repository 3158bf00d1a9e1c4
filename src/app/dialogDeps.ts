import { flows } from '../../flows/index.ts';
import type { Channel } from '../contacts/channel.ts';
import { conversations } from '../dialog/conversations.ts';
import type { DialogDeps } from '../dialog/deps.ts';
import { loadVocabulary } from '../dialog/loadCatalogue.ts';
import type { Option } from '../dialog/question.ts';
import { provided, type Services } from '../dialog/turn.ts';
import type { Vocabulary } from '../dialog/understand/vocabulary.ts';
import { ballotByKey, openBallot } from '../fund/ballots/index.ts';
import { communityByNumber, departures } from '../fund/communities/index.ts';
import { type CycleRecord, currentCycle } from '../fund/cycles/index.ts';
import { hasAsked, holdersDuring, isInForce, mayAnswer, whoActs } from '../fund/people/index.ts';
import { ballotItem } from '../fund/projects/index.ts';
import { wroteSince } from '../outreach/outbox/known.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';

export interface DialogParts {
  readonly log: Log;
  readonly channel: Channel;
  readonly services: Services;
  /** Without a carrier of SMS no code can be sent: a new chat shows the card. */
  readonly sendsCodes: boolean;
  /** Keeps what was not understood; the same one for all channels. */
  readonly missed: DialogDeps['missed'];
}

/** What the dialog of a channel needs of the house. */
export function dialogDeps(world: World, { log, channel, services, sendsCodes, missed }: DialogParts): DialogDeps {
  const ballot = openBallot(world);
  const current = currentCycle(world);
  const holders = holdersDuring(world);

  return {
    world,
    catalogue: provided(flows, services),
    vocabulary: vocabulary(),
    conversations: conversations(world),
    communityOf: communityByNumber(world),
    departed: departures(world).byNumber,
    ballotOf: async (community, at) => {
      const opened = await ballot({}, { community, at });
      return 'open' in opened ? opened.open.projects : [];
    },
    projectsOf: async (community, at) => projectsIn(await current(community, at)),
    castOf: ballotByKey(world),
    lookAhead: (turn, who) => {
      current(turn.community, turn.at).catch(() => undefined); // the failure is not kept: the next caller asks again
      if (who) void holders(turn, 'anew');
    },
    mayAnswer: mayAnswer(world),
    wroteSince: wroteSince(world),
    hasHolder: async (turn) => (await holders(turn)).holders.length > 0,
    missed,
    report: (error) => log.error({ error, channel, code: 'turn-failed' }, 'a turn ended in an apology'),
    whoActs: async (turn, community, need) => {
      const who = whoActs(community.verify, await holders(turn), turn, need);
      if (!('ask' in who) || (who.ask !== 'newChat' && who.ask !== 'stranger')) return who;
      if (need === 'ballot' && (await hasAsked(world, turn))) return { ask: 'pending' };
      return sendsCodes ? who : { ask: 'stranger' };
    },
    isInForce,
    languageOf: async (turn) => {
      const { holders: found } = await holders(turn);
      return found.length === 1 ? found[0]?.language : undefined;
    },
  };
}

/** Read when it is first needed, and the same for every channel: it takes 0.3 s and 10 MB. */
function vocabulary(): Vocabulary {
  known ??= loadVocabulary();
  return known;
}

let known: Vocabulary | undefined;

const named = new WeakMap<CycleRecord, readonly Option[]>();

function projectsIn(cycle: CycleRecord | null): readonly Option[] {
  if (!cycle) return [];
  const known = named.get(cycle) ?? cycle.projects.map((project) => ({ ...ballotItem(project), ...(project.place && { place: project.place }) }));
  named.set(cycle, known);
  return known;
}

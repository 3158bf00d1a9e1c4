import { menuOf, readTap, type TapMenu, toText } from '../../channels/wechat/render.ts';
import { COMMANDS } from '../../dialog/command.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound, Input } from '../../dialog/input.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import type { Words } from '../../dialog/wording.ts';
import { type CommunityRecord, LANGUAGES } from '../../fund/communities/index.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { mediumOf } from './media.ts';
import { named } from './ofAccount.ts';
import type { AccountMessage } from './puppet/src/message.ts';

export interface ChatDeps {
  readonly world: Pick<World, 'vault' | 'now'>;
  /** The AppID; undefined for the account of the service's settings (`named`). */
  readonly account: string | undefined;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  /** `comes`: they follow the account just now. */
  readonly communityOf: (address: string, comes: boolean) => Promise<CommunityRecord | null>;
  /** Takes a chat that scanned a poster of the community with this slug. */
  readonly enter: (address: string, slug: string, at: Date) => Promise<CommunityRecord | null>;
  /** Notes that somebody no longer follows the account. */
  readonly unfollow: (address: string, at: Date) => Promise<void>;
  /** The cycle on which a community votes now. */
  readonly votedOn: (community: string, at: Date) => Promise<string | undefined>;
  readonly words: (said: Pick<Said, 'language' | 'community'>) => Words;
  /** Sends something to tap beside the reply; it does not matter whether it arrives. */
  readonly offer: (openid: string, menu: TapMenu) => void;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
  /** Is notified of every error that ended in an apology. */
  readonly report: (error: unknown) => void;
}

type Event = Extract<AccountMessage, { kind: 'event' }>;

/** The answer is given within 4.2 s, including the way back to the carrier. Milliseconds. */
const DEADLINE_MS = 3_900;
/** After this time the answer has to be on its way, whatever hangs. Milliseconds. */
export const LATE_MS = 4_000;
/** How WeChat marks the scene of a poster in a follow. */
const BY_POSTER = 'qrscene_';
const NOWHERE: Said = { reply: { says: [{ key: 'common.otherNumber' }] }, language: 'zh-CN', outcome: 'elsewhere' };
const APOLOGY: Said = { reply: { says: [{ key: 'common.nothingRecorded' }] }, language: 'zh-CN', outcome: 'nothingRecorded' };

/** Gives the answer to a message or an event of the account; undefined for none. */
export function receiveChat(deps: ChatDeps): (message: AccountMessage) => Promise<string | undefined> {
  const { world, words, offer, observe, report } = deps;
  return async (message) => {
    if (message.kind === 'event' && message.event === 'unsubscribe')
      return void (await inTime(deps.unfollow(named(deps.account, message.openid), world.now())).catch(report));
    if (!isForUs(message)) return undefined;
    const started = performance.now();
    const said = await inTime(turn(deps, message, world.now())).catch((error: unknown) => {
      report(error);
      return APOLOGY;
    });
    observe(said.outcome, (performance.now() - started) / 1000);
    if (!said.reply) return undefined;
    const inWords = words(said);
    const menu = said.outcome === 'answered' ? menuOf(said.reply.asks, inWords) : undefined;
    if (menu) offer(message.openid, menu);
    return toText(said.reply, inWords);
  };
}

async function turn({ world, account, answer, communityOf, enter, votedOn }: ChatDeps, message: AccountMessage, at: Date): Promise<Said> {
  const address = named(account, message.openid);
  const scene = message.kind === 'event' ? sceneIn(message) : undefined;
  const community = scene ? await enter(address, scene.community, at) : await communityOf(address, message.kind === 'event' && comes(message));
  if (!community) return NOWHERE;
  return answer({
    channel: 'wechat',
    address,
    to: community.phone,
    key: world.vault.hmac('delivery', 'wechat', named(account, message.key)),
    at,
    deadline: at.getTime() + DEADLINE_MS,
    input: await inputOf(message, scene, { votedOn: () => votedOn(community._id, at), medium: (id) => mediumOf(account, id) }),
    ...(scene?.language && { language: scene.language }),
  });
}

/** Reports of sent messages, visits of a page and somebody's location: nobody expects an answer to them. */
function isForUs(message: AccountMessage): boolean {
  if (message.kind === 'location') return false;
  return message.kind !== 'event' || comes(message) || command(message) !== undefined;
}

interface Known {
  readonly votedOn: () => Promise<string | undefined>;
  /** The name of a recording or picture that WeChat has under a MediaId. */
  readonly medium: (mediaId: string) => string;
}

async function inputOf(message: AccountMessage, scene: Scene | undefined, { votedOn, medium }: Known): Promise<Input> {
  switch (message.kind) {
    case 'event': {
      const name = command(message);
      return { command: name ? { name } : { name: 'follow', ...(scene?.building && { text: scene.building }) } };
    }
    case 'text': {
      const tap = message.menuItem ? readTap(message.menuItem, await votedOn()) : undefined;
      if (tap === undefined) return { text: message.text };
      return { command: { name: 'vote', ...(tap === 'afresh' ? { tapped: tap } : { tapped: 'project', numbers: [tap] }) } };
    }
    case 'voice':
      return message.recognition ? { text: message.recognition, isHeard: true } : spoken(medium(message.mediaId));
    case 'image':
      return { text: '', hasMediaOnly: true, pictures: [medium(message.mediaId)] };
    default:
      return { text: '', hasMediaOnly: true };
  }
}

/** Kept for a person to write down if free text is asked for; otherwise nobody listens to it. */
function spoken(recording: string): Input {
  return {
    interpret: ({ open }) =>
      open?.asked.expects === 'freeText'
        ? { meaning: { kind: 'answer', answer: { type: 'FREE_TEXT', recording } }, finish: ({ reply }) => ({ reply }) }
        : { reply: { says: [{ key: 'common.notSpoken' }] } },
    readBack: () => undefined,
  };
}

function comes({ event }: Event): boolean {
  return event === 'subscribe' || event === 'SCAN';
}

function sceneIn(event: Event): Scene | undefined {
  if (!comes(event)) return undefined;
  const { eventKey } = event;
  return readScene(eventKey.startsWith(BY_POSTER) ? eventKey.slice(BY_POSTER.length) : eventKey);
}

/** What a click on the account's menu stands for. */
function command({ event, eventKey }: Event) {
  return event === 'CLICK' ? COMMANDS.find((name) => name === eventKey) : undefined;
}

/** The database may be away before the dialog, which keeps the time, has begun. */
function inTime<Result>(work: Promise<Result>): Promise<Result> {
  return within(LATE_MS, work, deadlinePassed);
}

/** What a poster's code says: in which community it hangs, at which building, in which language. */
export interface Scene {
  readonly community: string;
  readonly building?: string;
  readonly language?: string;
}

/** The number of characters that WeChat keeps of a scene. */
const MAX_SCENE_CHARS = 64;

/** `slug`, `slug|3`, `slug|3|en` or `slug||en`; undefined if it is too long for WeChat to keep. */
export function sceneOf({ community, building = '', language = '' }: Scene): string | undefined {
  const scene = [community, building, language].join('|').replace(/\|+$/, '');
  return building.includes('|') || [...scene].length > MAX_SCENE_CHARS ? undefined : scene;
}

/** What a scene says; undefined if it is not one of ours. */
export function readScene(scene: string): Scene | undefined {
  const [community = '', building = '', language = '', ...rest] = scene.split('|');
  if (community === '' || rest.length > 0) return undefined;
  const known = LANGUAGES.find((one) => one === language);
  return { community, ...(building && { building }), ...(known && { language: known }) };
}

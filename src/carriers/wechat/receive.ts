import { menuOf, readTap, type TapMenu, toText } from '../../channels/wechat/render.ts';
import { COMMANDS } from '../../dialog/command.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound, Input } from '../../dialog/input.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import type { Words } from '../../dialog/wording.ts';
import { type CommunityRecord, LANGUAGES } from '../../fund/communities/index.ts';
import type { RecordingSource } from '../../fund/inquiries/index.ts';
import type { PictureSource } from '../../fund/works/index.ts';
import { within } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Api, ApiError } from './puppet/src/api.ts';
import type { AccountMessage } from './puppet/src/message.ts';

export interface ChatDeps {
  readonly world: Pick<World, 'vault' | 'now'>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly communityOf: (openid: string) => Promise<CommunityRecord | null>;
  /** Takes a chat that scanned a poster of the community with this slug. */
  readonly enter: (openid: string, slug: string, at: Date) => Promise<CommunityRecord | null>;
  /** Notes that somebody no longer follows the account. */
  readonly unfollow: (openid: string, at: Date) => Promise<void>;
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
      return void (await inTime(deps.unfollow(message.openid, world.now())).catch(report));
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

async function turn({ world, answer, communityOf, enter, votedOn }: ChatDeps, message: AccountMessage, at: Date): Promise<Said> {
  const { openid: address, key } = message;
  const scene = message.kind === 'event' ? sceneIn(message) : undefined;
  const community = scene ? await enter(address, scene.community, at) : await communityOf(address);
  if (!community) return NOWHERE;
  return answer({
    channel: 'wechat',
    address,
    to: community.phone,
    key: world.vault.hmac('delivery', 'wechat', key),
    at,
    deadline: at.getTime() + DEADLINE_MS,
    input: await inputOf(message, scene, () => votedOn(community._id, at)),
    ...(scene?.language && { language: scene.language }),
  });
}

/** Reports of sent messages, visits of a page and somebody's location: nobody expects an answer to them. */
function isForUs(message: AccountMessage): boolean {
  if (message.kind === 'location') return false;
  return message.kind !== 'event' || comes(message) || command(message) !== undefined;
}

async function inputOf(message: AccountMessage, scene: Scene | undefined, votedOn: () => Promise<string | undefined>): Promise<Input> {
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
      return message.recognition ? { text: message.recognition, isHeard: true } : spoken(message.mediaId);
    case 'image':
      return { text: '', hasMediaOnly: true, pictures: [carrierIdOf(message.mediaId)] };
    default:
      return { text: '', hasMediaOnly: true };
  }
}

/** Kept for a person to write down if free text is asked for; otherwise nobody listens to it. */
function spoken(mediaId: string): Input {
  return {
    interpret: ({ open }) =>
      open?.asked.expects === 'freeText'
        ? { meaning: { kind: 'answer', answer: { type: 'FREE_TEXT', recording: carrierIdOf(mediaId) } }, finish: ({ reply }) => ({ reply }) }
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

const PREFIX = 'wechat|';
/** A minute, the longest that WeChat records, takes a tenth of it. Bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;

/** The name of a recording or picture that WeChat has under a MediaId. */
function carrierIdOf(mediaId: string): string {
  return `${PREFIX}${mediaId}`;
}

/** Voice messages at WeChat, which keeps them for three days and deletes them by itself. Every other recording belongs to `others`. */
export function voiceMessages(api: Pick<Api, 'media'>, others?: RecordingSource): RecordingSource {
  return {
    fetch: async (carrierId) => {
      if (!carrierId.startsWith(PREFIX)) return others ? others.fetch(carrierId) : { failed: 'noSource' };
      try {
        const { bytes } = await api.media(carrierId.slice(PREFIX.length), AbortSignal.timeout(SLOWEST_MS));
        return bytes.length > MAX_BYTES ? { wrong: 'tooLarge' } : { bytes };
      } catch (error) {
        return { failed: error instanceof ApiError ? `wechat.${error.code}` : 'unreachable' };
      }
    },
    remove: async (carrierId) => carrierId.startsWith(PREFIX) || (others ? others.remove(carrierId) : false),
  };
}

/** Pictures at WeChat, which keeps them for three days. Every other picture belongs to `others`. */
export function chatPictures(api: Pick<Api, 'media'>, others?: PictureSource): PictureSource {
  return async (name) => {
    if (!name.startsWith(PREFIX)) return others ? others(name) : { wrong: 'missing' };
    try {
      return { bytes: (await api.media(name.slice(PREFIX.length), AbortSignal.timeout(SLOWEST_MS))).bytes };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'tooLarge') return { wrong: 'tooLarge' };
      return error.code === GONE ? { wrong: 'missing' } : { failed: `wechat.${error.code}` };
    }
  };
}

/** An id that WeChat does not know, or not any more. */
const GONE = 40007;

/** What a poster's code says: in which community it hangs, at which building, in which language. */
export interface Scene {
  readonly community: string;
  readonly building?: string;
  readonly language?: string;
}

/** The number of characters that WeChat keeps of a scene. */
const LONGEST = 64;

/** `slug`, `slug|3`, `slug|3|en` or `slug||en`; undefined if it is too long for WeChat to keep. */
export function sceneOf({ community, building = '', language = '' }: Scene): string | undefined {
  const scene = [community, building, language].join('|').replace(/\|+$/, '');
  return building.includes('|') || [...scene].length > LONGEST ? undefined : scene;
}

/** What a scene says; undefined if it is not one of ours. */
export function readScene(scene: string): Scene | undefined {
  const [community = '', building = '', language = '', ...rest] = scene.split('|');
  if (community === '' || rest.length > 0) return undefined;
  const known = LANGUAGES.find((one) => one === language);
  return { community, ...(building && { building }), ...(known && { language: known }) };
}

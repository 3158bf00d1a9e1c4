import { createHash } from 'node:crypto';
import type { CommandName } from '../../dialog/command.ts';
import type { Option, Param, Question } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';
import { LANGUAGES } from '../../fund/communities/index.ts';
import type { Log } from '../../store/log.ts';
import { type Api, ApiError, type TappableMenu } from './puppet/src/api.ts';

/** What can be tapped beside a reply: the projects that it shows, where the ballot is asked, and to begin afresh. */
export function menuOf(asks: Question | undefined, words: Words): TappableMenu | undefined {
  const { cycle, shown } = asks?.params ?? {};
  if (asks?.expects !== 'numbers' || typeof cycle !== 'string') return undefined;
  const projects = options(shown);
  const lines = words({ key: 'common.tapItems', params: { shown: projects } }).split('\n');
  const item = (tap: Tap, content = '') => {
    const id = tapId(cycle, tap);
    return id ? [{ id, content }] : [];
  };
  const items = [...projects.flatMap(({ number }, index) => item(number, lines[index])), ...item('afresh', words({ key: 'common.tapAfresh' }))];
  return projects.length > 0 ? { head: words({ key: 'common.tapHead' }), items } : undefined;
}

function options(param: Param): readonly Option[] {
  return Array.isArray(param) ? param.filter((option): option is Option => typeof option === 'object') : [];
}

type Tap = number | 'afresh';

const AFRESH = 0;
/** Numbers of projects below it can be tapped. */
const ROOM = 1_000;
const TAGS = 900_000;

/** The id of a tapped item, digits only: which cycle's, and which project's. What is tapped a year later is no vote of that year. */
export function tapId(cycle: string, tap: Tap): string | undefined {
  const number = tap === 'afresh' ? AFRESH : tap;
  return number < ROOM ? String(tagOf(cycle) * ROOM + number) : undefined;
}

/** What was tapped, where it is of this cycle. */
export function readTap(id: string, cycle: string | undefined): Tap | undefined {
  const whole = /^\d{9}$/.test(id) ? Number(id) : undefined;
  if (whole === undefined || cycle === undefined || Math.floor(whole / ROOM) !== tagOf(cycle)) return undefined;
  return whole % ROOM === AFRESH ? 'afresh' : whole % ROOM;
}

function tagOf(cycle: string): number {
  return TAGS / 9 + (createHash('sha256').update(cycle).digest().readUInt32BE() % TAGS);
}

/** The account may send none at all: unverified ones, and test accounts. */
const NOT_ALLOWED: readonly ApiError['code'][] = [48001, 40200];
/** Who reads the reply has long gone on by then. */
const TIMEOUT_MS = 5_000;

/** Sends what can be tapped beside a reply that says the same in words: where it does not arrive, nothing is lost. */
export function offerMenu(api: Pick<Api, 'sendMenu'>, log: Pick<Log, 'warn' | 'error'>): (openid: string, menu: TappableMenu) => void {
  let isAllowed = true;
  return (openid, menu) => {
    if (isAllowed) api.sendMenu(openid, menu, AbortSignal.timeout(TIMEOUT_MS)).catch(failed);
  };

  function failed(error: unknown): void {
    if (!(error instanceof ApiError)) log.error({ error, channel: 'wechat', code: 'wechat-menu' }, 'Nothing to tap was sent');
    else if (NOT_ALLOWED.includes(error.code) && isAllowed) {
      isAllowed = false;
      log.warn({ channel: 'wechat', code: `WECHAT_${error.code}` }, 'The WeChat account may not send items to tap; ballots are numbered text alone');
    }
  }
}

/** The menu below the chat, as WeChat's API takes it. */
export interface AccountMenu {
  readonly button: readonly (Item | { readonly name: string; readonly sub_button: readonly Item[] })[];
}

interface Item {
  readonly type: 'click';
  readonly name: string;
  /** What a tap comes back as: the command that it stands for. */
  readonly key: CommandName;
}

/** The account's menu: the first three things of the menu in the chat, by the same names. `word` words a key of the catalogue. */
export function accountMenu(word: (key: string) => string): AccountMenu {
  const item = (key: CommandName, name: string): Item => ({ type: 'click', name: word(name), key });
  return {
    button: [
      item('vote', 'menu.vote'),
      item('propose', 'menu.propose'),
      { name: word('menu.more'), sub_button: [item('progress', 'menu.progress'), item('ask', 'menu.ask'), item('person', 'menu.person')] },
    ],
  };
}

/** What a poster's code says: whose community it hangs in, at which building, in which language. */
export interface Scene {
  readonly community: string;
  readonly building?: string;
  readonly language?: string;
}

/** WeChat keeps so many characters of a scene. */
const LONGEST = 64;

/** `slug`, `slug|3`, `slug|3|en`, `slug||en`; undefined where WeChat could not keep it. */
export function sceneOf({ community, building = '', language = '' }: Scene): string | undefined {
  const scene = [community, building, language].join('|').replace(/\|+$/, '');
  return building.includes('|') || [...scene].length > LONGEST ? undefined : scene;
}

/** What a scene says; undefined where it is none of ours. */
export function readScene(scene: string): Scene | undefined {
  const [community = '', building = '', language = '', ...rest] = scene.split('|');
  if (community === '' || rest.length > 0) return undefined;
  const known = LANGUAGES.find((one) => one === language);
  return { community, ...(building && { building }), ...(known && { language: known }) };
}

import { LANGUAGES } from '../../fund/communities/index.ts';

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

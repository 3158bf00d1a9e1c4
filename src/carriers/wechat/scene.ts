import { LANGUAGES } from '../../fund/communities/index.ts';

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

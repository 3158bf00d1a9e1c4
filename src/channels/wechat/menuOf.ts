import type { Option, Param, Question } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';
import type { TappableMenu } from './puppet/src/api.ts';
import { type Tap, tapId } from './tap.ts';

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

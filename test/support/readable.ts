import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { root } from '../../src/store/files.ts';
import { SHOTS, SIZES } from './browser.ts';

/** Times, sums, phone numbers, and words that used to be torn. */
const WORDS =
  /\d+月\d+[号日](?:[早晚上中下]\S?\d+点\S?)?|\d+点|[\d,]+元|\d{3}-\d{4} \d{4}|软件|手机|\d+ (?:am|pm)|\d+ (?:Jan|Feb|Mar|Apr|May|June|July|Aug|Sept|Oct|Nov|Dec)\b/g;

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Those of axe's rules that ask where something stands. */
const OF_LAYOUT = ['target-size', 'scrollable-region-focusable'];

/**
 * Looks at the page that is open on a phone and on a desk: it does not scroll sideways, and has no fault that axe finds. `wholly`: on the other of the two axe
 * asks only what its width may change; most of its time goes into colours and structure.
 */
export async function expectReadable(page: Page, name: string, { wholly }: { readonly wholly?: keyof typeof SIZES } = {}): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const what = `${name} ${size}`;
    await page.setViewportSize(viewport);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${what.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `${what} scrolls sideways`).to.be.at.most(viewport.width);
    if (new URL(page.url()).pathname.startsWith('/c/')) expect(await tornWords(page), what).to.deep.equal([]);
    const rules = wholly === undefined || wholly === size ? WCAG : OF_LAYOUT;
    expect((await wcagProblems(page, rules)).join('\n'), what).to.equal('');
  }
}

/** A desk's width at 200 %. */
const ZOOMED = { width: SIZES.desktop.width / 2, height: SIZES.desktop.height / 2 };

/** Whether a page scrolls sideways on a desk that shows it twice as big. */
export async function isTooWideAtTwice(page: Page): Promise<boolean> {
  await page.setViewportSize(ZOOMED);
  return (await page.evaluate<number>('document.documentElement.scrollWidth')) > ZOOMED.width;
}

/** What can be used on a page and the Tab key does not come to, on its way through the page that was just loaded; a trap keeps it from all that follows. */
export async function missedByTab(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(`(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((each) =>
      !each.disabled && each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0);
    const groups = new Map(all.filter(({ type }) => type === 'radio').map((each) => [each.name, each]));
    globalThis.untouched = new Set(all.filter((each) => each.type !== 'radio' || groups.get(each.name) === each));
    document.addEventListener('focusin', ({ target }) => {
      for (const each of globalThis.untouched) if (each === target || (each.type === 'radio' && each.name === target.name)) globalThis.untouched.delete(each);
    });
    globalThis.untouched.delete(document.activeElement);
    return all.length + ${STOPS} * all.filter(({ type }) => type === 'date' || type === 'time' || type === 'month').length;
  })()`);
  await Promise.all(Array.from({ length: count + SCROLLED }, () => page.keyboard.down('Tab')));
  await page.keyboard.up('Tab');
  return page.evaluate<string[]>('document.activeElement.blur(), [...globalThis.untouched].map((each) => each.outerHTML.slice(0, 120))');
}

/** A part that scrolls is a stop of the Tab key, too, and a field for a day or an hour has several. */
const SCROLLED = 16;
const STOPS = 4;

/** What on a page that was loaded without scripts looks as if it could be used and does nothing. */
export async function deadWithoutScripts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, a:not([href])')]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && !each.readOnly && (!each.form || each.type === 'button'))
    .map((each) => each.outerHTML.slice(0, 120))`);
}

/** Words and times that a line's end tears. */
export async function tornWords(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const torn = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const { 0: word, index } of text.data.matchAll(${WORDS})) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size > 1) torn.push(word);
      }
    }
    return torn;
  })()`);
}

/** Lines that begin with what closes a sentence or a bracket, as no Chinese line does: some of the text before it. */
export async function begunWrong(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const wrong = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const bottom = (text, at) => {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range.getBoundingClientRect().bottom;
    };
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const { index } of text.data.matchAll(/(?<=[\u4e00-\u9fff])[，。、；：！？）”」]/g))
        if (bottom(text, index) > bottom(text, index - 1) + 4) wrong.push(text.data.slice(Math.max(0, index - 8), index + 2));
    return wrong;
  })()`);
}

/** The faults of a page under WCAG 2.2 AA that axe finds: rule and place. */
export async function wcagProblems(page: Page, rules: readonly string[] = WCAG): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<Pick<AxeResults, 'violations'>>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'], preload: false })`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}

/** Gives axe to each page of a window as it is loaded, which takes half as long as afterwards. */
export function withAxe(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(AXE);
}

/** Shorter than `axe.source`. */
const AXE = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { SHOTS, SIZES } from './browser.ts';

/** Looks at the page that is open on a phone and on a desk: it does not scroll sideways, and has no fault that axe finds. */
export async function expectReadable(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const what = `${name} ${size}`;
    await page.setViewportSize(viewport);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${what.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), `${what} scrolls sideways`).to.be.at.most(viewport.width);
    expect(await wcagProblems(page), what).to.deep.equal([]);
  }
}

/** The faults of a page under WCAG 2.2 AA that axe finds: rule and place. */
export async function wcagProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Pick<AxeResults, 'violations'>>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'], preload: false })",
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}

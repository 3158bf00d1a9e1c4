import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { fontsFile } from './fonts.ts';

/** The folder in which pictures are kept for a person to look at; none are kept if it is not set. */
export const SHOTS = process.env.PAGE_SHOTS;

/** The narrowest phone and a desk. */
export const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } } as const;

/** As long as a machine that does much else may take. Milliseconds. */
const PATIENCE_MS = 90_000;

/** A page in a window of its own, and every address that it asked for. */
export interface Opened {
  readonly page: Page;
  readonly asked: readonly string[];
  /** The errors and warnings of its scripts. */
  readonly problems: readonly string[];
}

/**
 * Called inside a `describe`: one Chromium for its tests, and a way to open pages in it, after `prepare` has done its work
 * with the window. What a test opened is closed after it. `fonts`: `printed` for those of what is printed, the same on every machine. The browser comes with a package; `CHROME_PATH` names another.
 */
export function useBrowser(
  args: readonly string[] = [],
  { fonts = 'own' }: { readonly fonts?: 'own' | 'printed' } = {},
): (address: string, options?: BrowserContextOptions, prepare?: (context: BrowserContext) => Promise<void>) => Promise<Opened> {
  let browser: Browser;
  /** Those of the test that runs. */
  const contexts: BrowserContext[] = [];
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH || (await sparticuz.executablePath()),
      args: ['--no-sandbox', '--disable-gpu', ...args],
      ...(fonts === 'printed' && { env: { ...process.env, FONTCONFIG_FILE: fontsFile() } }),
    });
  });
  after(() => browser.close());
  beforeEach(() => {
    contexts.length = 0;
  });
  afterEach(() => Promise.all(contexts.map((context) => context.close())));
  return async (address, options = {}, prepare = async () => undefined) => {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 }, ...options });
    contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const asked: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await prepare(context);
    await page.goto(address);
    return { page, asked, problems };
  };
}

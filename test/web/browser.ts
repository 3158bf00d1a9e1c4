import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page of a real Chromium that asks nobody but `origin`; what else it tried, and what it complained of, is kept. */
export interface Visit {
  readonly page: Page;
  /** Addresses of other hosts that it asked for. */
  readonly strayed: string[];
  /** Errors of scripts, of the page's policy and of what it loads; its own 404 is none. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Called inside a `describe`: one Chromium for its tests, from the package or from `CHROME_PATH`. */
export function useBrowser(): { visit(origin: string, options?: BrowserContextOptions): Promise<Visit> } {
  let browser: Browser;
  before(async function () {
    this.timeout(120_000);
    const executablePath = process.env.CHROME_PATH ?? (await sparticuz.executablePath());
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  after(() => browser?.close());
  return {
    visit: async (origin, options) => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const strayed: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) strayed.push(url);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && message.location().url !== page.url()) complaints.push(message.text());
      });
      return { page, strayed, complaints, close: () => context.close() };
    },
  };
}

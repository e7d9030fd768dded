import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A page with what it did that a report must not: asking for something, complaining, failing. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that were asked for besides the page itself. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

export interface View {
  readonly width?: number;
  readonly dark?: boolean;
}

/** Opens an address in the browser of the system. Throws when there is none on the PATH. */
export async function openPage(url: string, { width = 1280, dark = false }: View = {}): Promise<WatchedPage> {
  const browser = await chromium.launch({ executablePath: browserOnPath() });
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => browser.close() };
}

/**
 * What is drawn, as text: a line for each figure that is seen, with its name, its role, the number of marks of each kind
 * and of rows in the table behind it.
 */
export async function structureOf(page: Page): Promise<string> {
  const figures = await page.$$eval('figure', (all) =>
    all.map((figure) => {
      const drawing = [...figure.querySelectorAll('svg')].find((svg) => svg.getBoundingClientRect().width > 0);
      const marks = new Map<string, number>();
      for (const mark of drawing?.querySelectorAll('path, rect, circle, line, text') ?? []) {
        const name = [mark.tagName, ...mark.classList].join('.');
        marks.set(name, (marks.get(name) ?? 0) + 1);
      }
      const counted = [...marks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`);
      const named = drawing?.getAttribute('aria-label')?.startsWith(`${figure.querySelector('figcaption')?.textContent}. `);
      return [
        `${figure.id} (${drawing?.getAttribute('role')}${named ? ', named' : ''}): ${figure.querySelector('figcaption')?.textContent}`,
        `  ${counted.join(', ')}`,
        `  ${figure.querySelectorAll('tbody tr').length} rows`,
      ].join('\n');
    }),
  );
  return `${figures.join('\n')}\n`;
}

function browserOnPath(): string {
  const candidates = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`Expected one of ${NAMES.join(', ')} on the PATH`);
  return found;
}

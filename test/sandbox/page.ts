import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

/** Debian's package; other places of Chromium come by CHROMIUM. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** A test that needs a browser; where there is none, it is skipped and says so. */
export function itOnPage(title: string, test: () => Promise<void>): void {
  if (existsSync(CHROMIUM)) it(title, test);
  else it.skip(`${title} (skipped: no Chromium at ${CHROMIUM})`, test);
}

const TIMEOUT_MS = 30_000;

/** A browser without the services that would look for the internet. */
const QUIET = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/**
 * Opens a page in headless Chromium and waits until all of these texts are on it.
 * @param screenshot - file for a picture of it
 */
export async function seeOnPage(
  url: string,
  texts: readonly string[],
  screenshot?: string,
): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 640 } });
    await page.goto(url, { waitUntil: "domcontentloaded" });
    for (const text of texts)
      await page.getByText(text, { exact: false }).first().waitFor({ timeout: TIMEOUT_MS });
    if (screenshot !== undefined) await page.screenshot({ path: screenshot });
  } finally {
    await browser.close();
  }
}

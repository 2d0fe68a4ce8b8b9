// What every test gets: a server with the demo library, and a page whose console must stay clean.

import { test as base, expect, type Page } from "@playwright/test";

import { library } from "./demo-library.ts";
import { GalleryPage } from "./gallery.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

interface PerTest {
  /** Console messages and answers that a test provokes on purpose. */
  allowed: RegExp[];
  gallery: GalleryPage;
}

interface PerWorker {
  server: Server;
}

export const test = base.extend<PerTest, PerWorker>({
  allowed: [[], { option: true }],

  server: [
    async ({}, use) => {
      const server = await Server.start([library()]);
      await server.quiet();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  page: async ({ page, allowed, javaScriptEnabled }, use) => {
    // A browser without script reports every script that it does not run as stopped by a policy.
    const known = javaScriptEnabled ? allowed : [...allowed, /\.js csp$/];
    const problems = watch(page);
    await use(page);
    const unexpected = problems.filter((text) => !known.some((one) => one.test(text)));
    expect(unexpected, "the console and the network stay clean").toEqual([]);
  },

  gallery: async ({ page }, use) => use(new GalleryPage(page)),
});

/** Collects everything that a clean page does not do. */
export function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    // Tests that are not about the worker run without it (see playwright.config.ts).
    if (message.text() === "Service Worker registration blocked by Playwright") return;
    if (message.type() === "error" || message.type() === "warning") {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Leaving a page ends what it still fetches; that is no failure.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") problems.push(`request: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`answer ${response.status()}: ${response.url()}`);
  });
  return problems;
}

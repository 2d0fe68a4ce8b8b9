// The pictures of docs/screenshots. Runs only with SCREENSHOTS=1.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { expect, test as base } from "./fixtures.ts";
import { GalleryPage } from "./gallery.ts";
import { repository, Server } from "./server.ts";

const folder = join(repository, "docs/screenshots");

const devices = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 1180, height: 820 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

const test = base.extend<object, { empty: Server }>({
  empty: [
    async ({}, use) => {
      const empty = await Server.start();
      await use(empty);
      await empty.stop();
    },
    { scope: "worker" },
  ],
});

type Shot = (gallery: GalleryPage, narrow: boolean) => Promise<void>;

const shots: Record<string, Shot> = {
  grid: (gallery) => gallery.openGrid(),
  filters: async (gallery, narrow) => {
    await gallery.openGrid("/?q=light&model=auroraXL_v4,graniteXL_v2");
    if (narrow) {
      await gallery.page.getByRole("button", { name: "Filters" }).tap();
      await expect(gallery.filters).toBeVisible();
    }
  },
  lightbox: async (gallery) => {
    await gallery.openGrid("/?q=silk&has=prompt");
    await gallery.cell(1).click();
    const picture = gallery.lightbox.locator("img.stage-picture");
    await expect(picture).toHaveAttribute("src", /original$/);
  },
  cull: async (gallery) => {
    await gallery.open("/cull");
    await expect(gallery.page.locator(".cull img.stage-picture")).toHaveAttribute("src", /original$/);
  },
  duel: async (gallery) => {
    await gallery.open("/duel?q=silk");
    await expect(gallery.page.locator(".duel-side img")).toHaveCount(2);
  },
  empty: async (gallery) => {
    await gallery.open("/?q=silk%20submarine");
    await expect(gallery.page.getByRole("link", { name: /^Without .*\d+ pictures?/ })).toHaveCount(2);
  },
};

for (const [device, use] of Object.entries(devices)) {
  for (const theme of ["dark", "light"]) {
    test.describe(`${device} ${theme}`, () => {
      test.use(use);
      test.beforeEach(async ({ page }) => {
        await page.addInitScript((theme) => {
          localStorage.setItem("proofsheet.theme", theme);
        }, theme);
      });

      for (const [name, shot] of Object.entries(shots)) {
        test(name, async ({ page }) => {
          await shot(new GalleryPage(page), device === "phone");
          await take(page, `${name}-${device}-${theme}`);
        });
      }

      test("first-run", async ({ page, empty }) => {
        await new GalleryPage(page).open(empty.url);
        await expect(page.getByRole("button", { name: /^Choose a folder/ })).toBeEnabled();
        await take(page, `first-run-${device}-${theme}`);
      });
    });
  }
}

/** Waits until every picture in view is drawn and nothing moves, and keeps the screen as WebP. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => null));
  await expect
    .poll(() =>
      page.evaluate(() => {
        const inView = [...document.images].filter((image) => {
          const box = image.getBoundingClientRect();
          return box.bottom > 0 && box.top < innerHeight && box.width > 0;
        });
        const drawn = inView.every((image) => image.complete && image.naturalWidth > 0);
        return drawn && document.getAnimations().every((one) => one.playState !== "running");
      }),
    )
    .toBe(true);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 84 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, "base64"));
}

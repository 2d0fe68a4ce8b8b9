// Every screen in both themes under axe. The screens come from the router: one that is missing
// here fails.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import { repository } from "./server.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Screen = (gallery: GalleryPage) => Promise<void>;

/** The states of each route that look different. */
const screens: Record<string, Record<string, Screen>> = {
  "/": {
    grid: (gallery) => gallery.openGrid(),
    list: (gallery) => gallery.openList(),
    filtered: (gallery) => gallery.openGrid("/?q=light&steps=1..60"),
    empty: (gallery) => gallery.open("/?q=zzzzqqq"),
    lightbox: async (gallery) => {
      await gallery.openGrid("/?has=prompt");
      await gallery.cell(0).click();
      await expect(gallery.lightbox.locator("img.stage-picture")).toHaveAttribute(
        "src",
        /original$/,
      );
    },
    selection: async (gallery) => {
      await gallery.openGrid();
      await gallery.cell(0).focus();
      await gallery.page.keyboard.press("Space");
      await gallery.selected(1);
    },
    download: async (gallery) => {
      await gallery.openGrid();
      await gallery.cell(0).focus();
      await gallery.page.keyboard.press("Space");
      await gallery.toolbar.getByRole("button", { name: "Download" }).click();
      await expect(gallery.page.getByRole("dialog", { name: /^Download/ })).toBeVisible();
    },
    tags: async (gallery) => {
      await gallery.openGrid();
      await gallery.cell(0).focus();
      await gallery.page.keyboard.press("t");
      const dialog = gallery.page.getByRole("dialog", { name: /^Tags of/ });
      await expect(dialog.getByRole("combobox")).toBeFocused();
      await gallery.page.keyboard.type("axe, ax");
      await expect(dialog.getByRole("listitem")).toHaveCount(1);
      await expect(dialog.getByRole("option").first()).toBeVisible();
    },
    help: async (gallery) => {
      await gallery.openGrid();
      await gallery.page.keyboard.press("?");
      await expect(gallery.page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
    },
  },
  "/problems": { list: (gallery) => gallery.open("/problems") },
  "/inspect": { well: (gallery) => gallery.open("/inspect") },
  "/tags": {
    list: async (gallery) => {
      await gallery.openGrid();
      await gallery.cell(1).focus();
      await gallery.page.keyboard.press("t");
      const dialog = gallery.page.getByRole("dialog", { name: /^Tags of/ });
      await expect(dialog.getByRole("combobox")).toBeFocused();
      await gallery.page.keyboard.type("axe,");
      await expect(dialog.getByRole("status")).toHaveText(/Tagged|already/);
      await gallery.open("/tags");
      await gallery.page.getByRole("button", { name: "Rename axe" }).click();
      await expect(gallery.page.getByRole("textbox", { name: "New name of axe" })).toBeFocused();
    },
  },
  "/folders": {
    list: async (gallery) => {
      await gallery.open("/folders");
      await expect(gallery.page.getByRole("listitem").first()).toBeVisible();
    },
  },
};

test("every route of the router is visited", () => {
  const source = readFileSync(join(repository, "app/src/lib.rs"), "utf8");
  const routes = [...source.matchAll(/<Route\s+path=StaticSegment\("([^"]*)"\)/g)];
  const all = source.match(/<Route\s/g) ?? [];
  expect(routes, "a route that is not one static segment needs its line here").toHaveLength(
    all.length,
  );
  expect(routes.map((route) => `/${route[1]}`).sort()).toEqual(Object.keys(screens).sort());
});

for (const [route, states] of Object.entries(screens)) {
  for (const [state, open] of Object.entries(states)) {
    for (const theme of ["dark", "light"]) {
      test(`${route} ${state}, ${theme}`, async ({ gallery, page }) => {
        await page.addInitScript((theme) => {
          localStorage.setItem("proofsheet.theme", theme);
        }, theme);
        await open(gallery);
        expect(await violations(page)).toEqual([]);
      });
    }
  }
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary: string }[];
}

async function violations(page: Page): Promise<string[]> {
  // Fading colours are not the colours that people read.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  );
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[]; passes: unknown[] }> };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations, passes } = await axe.run({ runOnly: { type: "tag", values: tags } });
    return { violations, passed: passes.length };
  });
  expect(found.passed, "axe has looked at something").toBeGreaterThan(10);
  return found.violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
    return `${id}: ${help} (${nodes.length})\n  ${where.join("\n  ")}`;
  });
}

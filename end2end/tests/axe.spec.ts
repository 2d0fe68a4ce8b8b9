// Every screen in both themes under axe. The screens come from the router: one that is missing
// here fails.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { violations } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import type { GalleryPage } from "./gallery.ts";
import { repository } from "./server.ts";

type Screen = (gallery: GalleryPage) => Promise<void>;

/** Puts the first picture into a photoset, and stays in the dialog. */
async function group(gallery: GalleryPage): Promise<void> {
  await gallery.openGrid();
  await gallery.cell(0).focus();
  await gallery.page.keyboard.press("b");
  const dialog = gallery.page.getByRole("dialog", { name: /^Photosets of/ });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await gallery.page.keyboard.type("axe set");
  await gallery.page.keyboard.press("Enter");
  await expect(dialog.getByRole("status")).toHaveText(/axe set/);
  await expect(dialog.getByRole("option").first()).toBeVisible();
}

/** The states of each route that look different. */
const screens: Record<string, Record<string, Screen>> = {
  "/": {
    grid: (gallery) => gallery.openGrid(),
    list: (gallery) => gallery.openList(),
    filtered: (gallery) => gallery.openGrid("/?q=light&steps=1..60"),
    empty: (gallery) => gallery.open("/?q=zzzzqqq"),
    trash: (gallery) => gallery.open("/?is=trashed"),
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
    photosets: group,
    photoset: async (gallery) => {
      await group(gallery);
      await gallery.open("/sets");
      await gallery.page.getByRole("link", { name: /axe set/ }).first().click();
      await expect(gallery.page.getByRole("heading", { name: "axe set" })).toBeVisible();
      await gallery.page.getByRole("button", { name: "Edit…" }).click();
      await expect(gallery.page.getByRole("dialog", { name: "Edit the photoset" })).toBeVisible();
    },
    palette: async (gallery) => {
      await gallery.openGrid();
      await gallery.page.keyboard.press("Control+k");
      const dialog = gallery.page.getByRole("dialog", { name: "Commands" });
      await expect(dialog.getByRole("option").first()).toBeVisible();
    },
    edit: async (gallery) => {
      await gallery.openGrid();
      await gallery.cell(0).focus();
      await gallery.page.keyboard.press("e");
      const dialog = gallery.page.getByRole("dialog", { name: "Edit this picture" });
      await expect(dialog.locator("#edit-which")).toBeFocused();
    },
    edited: async (gallery) => {
      await gallery.openGrid("/?has=recipe&sort=name");
      await gallery.openPicture(7);
      // On a phone the panel stands there when it is asked for.
      if ((gallery.page.viewportSize()?.width ?? 0) < 760) await gallery.page.keyboard.press("i");
      await gallery.page.getByRole("button", { name: "Edit the scheduler" }).click();
      await gallery.page.getByRole("textbox", { name: "Scheduler" }).fill("axe");
      await gallery.page.keyboard.press("Enter");
      await gallery.page.locator(".editable-past summary").first().click();
      await gallery.page.getByRole("button", { name: "Edit the prompt", exact: true }).click();
      await expect(gallery.page.getByRole("textbox", { name: "Prompt", exact: true })).toBeFocused();
    },
    help: async (gallery) => {
      await gallery.openGrid();
      await gallery.page.keyboard.press("?");
      await expect(gallery.page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
    },
    keys: async (gallery) => {
      await gallery.openGrid();
      await gallery.page.keyboard.press("?");
      await gallery.page.getByRole("button", { name: "Change keys" }).click();
      await expect(gallery.page.getByRole("button", { name: "Favourite: F" })).toBeVisible();
    },
  },
  "/session": {
    waiting: async (gallery) => {
      await gallery.open("/session");
      const waiting = { name: "Waiting for the first picture" };
      await expect(gallery.page.getByRole("heading", waiting)).toBeVisible();
    },
    newest: async (gallery) => {
      await gallery.openGrid("/?added=2020-01-01T00:00:00Z..&sort=-added");
      await expect(gallery.page.getByRole("img", { name: /^Newest: / })).toBeVisible();
    },
  },
  "/clean": {
    plan: async (gallery) => {
      await gallery.open("/clean");
      await expect(gallery.page.getByRole("region", { name: "The plan" })).toBeVisible();
    },
  },
  "/cull": {
    deciding: async (gallery) => {
      await gallery.open("/cull");
      await expect(gallery.page.locator(".cull img.stage-picture")).toBeVisible();
    },
    end: async (gallery) => {
      await gallery.open("/cull?q=zzzzqqq");
      await expect(gallery.page.locator(".cull-end")).toBeVisible();
    },
  },
  "/duel": {
    pair: async (gallery) => {
      await gallery.open("/duel");
      await expect(gallery.page.locator(".duel-pair")).toBeVisible();
    },
    end: async (gallery) => {
      await gallery.open("/duel?q=zzzzqqq");
      await expect(gallery.page.locator(".duel-end")).toBeVisible();
    },
  },
  "/add": {
    empty: (gallery) => gallery.open("/add"),
    saying: async (gallery) => {
      await gallery.open("/add");
      await gallery.page.getByText("Say something about them first").click();
      await expect(gallery.page.getByLabel("Checkpoint")).toBeVisible();
    },
  },
  "/exchange": { both: (gallery) => gallery.open("/exchange") },
  "/settings": {
    whole: async (gallery) => {
      await gallery.open("/settings");
      await expect(gallery.page.getByLabel("Days in the trash")).toBeVisible();
    },
    wrong: async (gallery) => {
      await gallery.open("/settings");
      await gallery.page.getByLabel("Days in the trash").fill("0");
      await expect(gallery.page.getByText("The trash keeps pictures for 1 to 3650 days.")).toBeVisible();
    },
  },
  "/keep-rate": {
    undecided: async (gallery) => {
      await gallery.open("/keep-rate");
      await expect(gallery.page.getByRole("region", { name: "Nothing decided yet" })).toBeVisible();
    },
  },
  "/overview": {
    whole: async (gallery) => {
      await gallery.open("/overview");
      await expect(gallery.page.getByRole("region", { name: "Copies" })).toBeVisible();
    },
  },
  "/jobs": {
    done: async (gallery) => {
      await gallery.open("/jobs");
      await gallery.page.getByRole("button", { name: "Hash all files" }).click();
      const job = gallery.page.getByRole("listitem").filter({ hasText: "Hash all files" }).last();
      await expect(job.getByRole("status")).toHaveText(/^Done/);
      await job.getByText("What happened").click();
      await expect(job.getByText("Asked for.").first()).toBeVisible();
    },
  },
  "/problems": { list: (gallery) => gallery.open("/problems") },
  "/history": { list: (gallery) => gallery.open("/history") },
  "/inspect": { well: (gallery) => gallery.open("/inspect") },
  "/sets": {
    list: async (gallery) => {
      await group(gallery);
      await gallery.open("/sets");
      await expect(gallery.page.getByRole("link", { name: /axe set/ }).first()).toBeVisible();
    },
  },
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

// Out of sight and back: the trash, what is hidden, and the one thing that cannot be taken back.

import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { library } from "./demo-library.ts";
import { expect, test } from "./fixtures.ts";
import { Server } from "./server.ts";

/** The name of the picture in a cell, without its place. */
async function caption(cell: import("@playwright/test").Locator): Promise<string> {
  const name = (await cell.getAttribute("aria-label")) ?? "";
  return name.replace(/^\w+ [\d,]+ of [\d,]+, /, "");
}

test("a key puts the focused picture into the trash, and its message brings it back", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(2).focus();
  const [gone, next] = [await caption(gallery.cell(2)), await caption(gallery.cell(3))];
  await page.keyboard.press("Delete");
  await gallery.expectTotal(total - 1);
  await expect.poll(() => caption(gallery.cell(2))).toBe(next);
  await expect(gallery.cell(2)).toBeFocused();
  const message = page.locator(".toast", { hasText: "Put 1 picture into the trash" });
  await message.getByRole("button", { name: "Undo" }).click();
  await gallery.expectTotal(total);
  await expect.poll(() => caption(gallery.cell(2))).toBe(gone);
});

for (const way of ["by key", "by the message"]) {
  test(`the last picture of a result comes back ${way} too`, async ({ gallery, page }) => {
    await gallery.openGrid("/?tool=fooocus");
    const total = await gallery.total();
    await gallery.cell(0).focus();
    await page.keyboard.press("Control+a");
    await gallery.selected(total);
    await page.keyboard.press("Delete");
    await expect(page.getByRole("region", { name: "No pictures" })).toBeVisible();
    if (way === "by key") await page.keyboard.press("Control+z");
    else await page.locator(".toast", { hasText: "into the trash" }).getByRole("button", { name: "Undo" }).click();
    await expect(gallery.cell(0)).toBeVisible();
    await gallery.expectTotal(total);
  });
}

test("a selection goes to the trash, is counted there, and all of it comes back", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.cell(0).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await gallery.selected(3);
  await gallery.toolbar.getByRole("button", { name: "Into the trash" }).click();
  await gallery.expectTotal(total - 3);
  await expect(gallery.toolbar).toBeHidden();
  const trash = page.getByRole("link", { name: /^Trash/ });
  await expect(trash).toHaveText(/Trash\s*3/);
  await trash.click();
  await gallery.expectTotal(3);
  await expect(page.getByRole("heading", { name: "Trash" })).toBeVisible();
  await page.getByRole("button", { name: "Restore all" }).click();
  await expect(page.getByRole("heading", { name: "The trash is empty" })).toBeVisible();
  await page.getByRole("link", { name: "All pictures", exact: true }).click();
  await gallery.expectTotal(total);
});

test("what is hidden is in no result but its own", async ({ gallery, page }) => {
  await gallery.openGrid("/?sort=seed");
  const total = await gallery.total();
  const hidden = await caption(gallery.cell(1));
  await gallery.cell(1).focus();
  await page.keyboard.press("Shift+H");
  await gallery.expectTotal(total - 1);
  await gallery.openGrid("/?is=hidden");
  await gallery.expectTotal(1);
  expect(await caption(gallery.cell(0))).toBe(hidden);
  await gallery.cell(0).focus();
  await page.keyboard.press("Shift+H");
  await expect(page.getByRole("heading", { name: "Nothing is hidden" })).toBeVisible();
  await gallery.openGrid();
  expect(await gallery.total()).toBe(total);
});

test("an open picture goes to the trash and the next one is shown", async ({ gallery, page }) => {
  await gallery.openGrid();
  const total = await gallery.total();
  await gallery.openPicture(4);
  await expect(gallery.counter()).toHaveText(`5 of ${total}`);
  await page.keyboard.press("Delete");
  await expect(gallery.counter()).toHaveText(`5 of ${total - 1}`);
  await page.keyboard.press("Control+z");
  await expect(gallery.counter()).toHaveText(`6 of ${total}`);
});

test.describe("without a server", () => {
  test.use({ allowed: [/judge\/set|ERR_FAILED/] });

  test("what goes into the trash waits, and arrives when the server is back", async ({ gallery, page }) => {
    await gallery.openGrid();
    const total = await gallery.total();
    await page.route("**/fn/judge/set", (route) => route.abort());
    await gallery.cell(1).focus();
    await page.keyboard.press("Delete");
    await expect(page.getByRole("status").getByText("1 waiting")).toBeVisible();
    await expect(gallery.cell(1)).toHaveClass(/is-leaving/);
    await page.unroute("**/fn/judge/set");
    await expect(page.getByText("1 waiting")).toHaveCount(0, { timeout: 20_000 });
    await gallery.expectTotal(total - 1);
    await gallery.cell(1).focus();
    await page.keyboard.press("Control+z");
    await gallery.expectTotal(total);
  });
});

test.describe("emptying the trash", () => {
  // A library of its own has to be read first.
  test.describe.configure({ timeout: 120_000 });

  // Files are deleted here, so these are copies.
  const own = test.extend<{ folder: string; fresh: Server }>({
    folder: async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "proofsheet-copy-"));
      cpSync(library(), folder, { recursive: true, preserveTimestamps: true });
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    fresh: async ({ folder }, use) => {
      const fresh = await Server.start([folder]);
      await fresh.quiet();
      await use(fresh);
      await fresh.stop();
    },
    baseURL: async ({ fresh }, use) => use(fresh.url),
  });

  own("deletes what is allowed to be deleted, and only after asking", async ({ gallery, page, folder }) => {
    const files = (): string[] => readdirSync(folder, { recursive: true }).map(String);
    const before = files();
    await gallery.openGrid();
    const total = await gallery.total();
    await gallery.cell(0).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Backspace");
    await gallery.expectTotal(total - 2);
    await gallery.openGrid("/?is=trashed");
    await page.getByRole("button", { name: "Empty the trash…" }).click();
    const dialog = page.getByRole("dialog", { name: "Empty the trash" });
    await expect(dialog.getByText(/^2 pictures stay: deleting is not allowed/)).toBeVisible();
    await expect(dialog.getByRole("button", { name: /^Delete/ })).toBeDisabled();
    await dialog.getByRole("button", { name: "Keep everything" }).click();
    await expect(dialog).toBeHidden();

    await gallery.open("/folders");
    await page.getByRole("checkbox", { name: /^Emptying the trash deletes/ }).check();
    await gallery.openGrid("/?is=trashed");
    await page.getByRole("button", { name: "Empty the trash…" }).click();
    await expect(dialog.getByText(/^2 pictures and [\d.]+ [kM]B on the disk/)).toBeVisible();
    expect(files()).toEqual(before);
    await dialog.getByRole("button", { name: "Delete 2 pictures from the disk" }).click();
    await expect(page.getByText(/^Deleted 2 pictures, [\d.]+ [kM]B are free again/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "The trash is empty" })).toBeVisible();
    const gone = before.filter((name) => !existsSync(join(folder, name)));
    expect(gone).toHaveLength(2);
    expect(files()).toHaveLength(before.length - 2);
    await gallery.openGrid();
    await gallery.expectTotal(total - 2);
  });
});

test("a plan is seen before it is carried out, spares favourites, and is taken back", async ({ gallery, page, server }) => {
  await gallery.openGrid("/?sort=name");
  const total = await gallery.total();
  await gallery.cell(0).focus();
  for (let picture = 0; picture < 4; picture++) {
    await page.keyboard.press("x");
    if (picture === 3) await page.keyboard.press("f");
    await page.keyboard.press("ArrowRight");
  }
  await expect(gallery.cell(3)).toHaveAccessibleName(/, rejected, favourite$/);
  await gallery.goTo("Clean up");
  const plan = page.getByRole("region", { name: "The plan" });
  await expect(plan.getByRole("heading")).toHaveText(/^3 pictures, [\d.]+ [kM]B$/);
  await expect(plan.getByText("1 favourite that the rule would meet stay.")).toBeVisible();
  await expect(plan.getByRole("img")).toHaveCount(3);
  await page.getByLabel("Any verdict").check();
  await expect(page.getByText(/^Choose a verdict, stars or an age/)).toBeVisible();
  await page.getByLabel("Not approved").check();
  await expect(plan.getByRole("heading")).toHaveText(new RegExp(`^${total - 1} pictures`));
  await page.getByLabel("Rejected").check();
  await plan.getByRole("button", { name: "Put 3 pictures into the trash" }).click();
  await expect(plan.getByRole("heading")).toHaveText("Nothing would go");
  expect((await server.ask<{ trash: number }>("judge/aside")).trash).toBe(3);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await expect(plan.getByRole("heading")).toHaveText(/^3 pictures/);
  expect((await server.ask<{ trash: number }>("judge/aside")).trash).toBe(0);
  await gallery.openGrid("/?sort=name");
  await gallery.cell(0).focus();
  for (let picture = 0; picture < 4; picture++) {
    await page.keyboard.press("u");
    if (picture === 3) await page.keyboard.press("f");
    await page.keyboard.press("ArrowRight");
  }
  await expect(gallery.cell(3)).not.toHaveAccessibleName(/rejected|favourite/);
});

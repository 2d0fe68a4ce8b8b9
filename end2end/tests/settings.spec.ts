// What is set for the library.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.ts";

test("what is saved holds, also after a reload, and can be taken away and brought in as a file", async ({
  gallery,
  page,
}) => {
  await gallery.open("/settings");
  const days = page.getByLabel("Days in the trash");
  await expect(days).toHaveValue("30");
  await days.fill("90");
  await page.getByLabel("New files are noticed").selectOption("never");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. It holds from now on.")).toBeVisible();
  await page.reload();
  await gallery.alive();
  await expect(days).toHaveValue("90");
  await expect(page.getByLabel("New files are noticed")).toHaveValue("never");

  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "settings.toml" }).click();
  const toml = readFileSync(await (await coming).path(), "utf8");
  expect(toml).toContain("\ntrash-days = 90\n");

  await page.getByLabel("A file of settings").setInputFiles({
    name: "settings.toml",
    mimeType: "application/toml",
    buffer: Buffer.from('trash-days = 30\nnotice = "events"\n'),
  });
  await expect(days).toHaveValue("30");
  await expect(page.getByLabel("New files are noticed")).toHaveValue("events");
});

test("what is out of bounds is told while it is typed", async ({ gallery, page }) => {
  await gallery.open("/settings");
  const room = page.getByLabel("Room for thumbnails");
  await room.fill("1MB");
  await expect(room).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Thumbnails need at least 64MB of room.")).toBeVisible();
  await room.fill("1GiB");
  await expect(room).not.toHaveAttribute("aria-invalid");
});

test("the size of the pictures and the keys of this browser are there too", async ({ gallery, page }) => {
  await gallery.open("/settings");
  await page.getByRole("button", { name: "Keys", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByLabel("Show whole pictures").check();
  await gallery.openGrid("/");
  await expect(page.locator("html")).toHaveAttribute("data-fit", "contain");
});

test("a page looks as the library says until somebody chooses in this browser", async ({ gallery, page }) => {
  const root = page.locator("html");
  await gallery.open("/settings");
  await page.getByLabel("Theme", { exact: true }).selectOption("light");
  await page.getByLabel("Size of the pictures in the grid").selectOption("compact");
  await page.getByLabel("Set of keys").selectOption("immich");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. It holds from now on.")).toBeVisible();
  await page.reload();
  await gallery.alive();
  await expect(root).toHaveAttribute("data-theme", "light");
  await expect(root).toHaveAttribute("data-density", "compact");
  await page.getByRole("button", { name: "Keys", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Keyboard" }).locator("select")).toHaveValue("Immich");
  await page.keyboard.press("Escape");
  // What is chosen here goes before it, and can be forgotten.
  await page.getByRole("button", { name: /^Theme: Light/ }).click();
  await expect(root).toHaveAttribute("data-theme", "system");
  await page.reload();
  await gallery.alive();
  await expect(root).toHaveAttribute("data-theme", "system");
  await page.getByRole("button", { name: "Forget what was chosen here" }).click();
  await expect(root).toHaveAttribute("data-theme", "light");
  await gallery.alive();
  await page.getByLabel("Theme", { exact: true }).selectOption("dark");
  await page.getByLabel("Size of the pictures in the grid").selectOption("standard");
  await page.getByLabel("Set of keys").selectOption("proofsheet");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. It holds from now on.")).toBeVisible();
});

test("sizes of thumbnails are ticked, at least one of them", async ({ gallery, page }) => {
  await gallery.open("/settings");
  const sizes = page.getByRole("group", { name: "Sizes that are made ahead" });
  await expect(sizes.getByLabel("256 pixels")).toBeChecked();
  await expect(sizes.getByLabel("1024 pixels")).not.toBeChecked();
  await sizes.getByLabel("256 pixels").uncheck();
  await sizes.getByLabel("512 pixels").uncheck();
  await expect(page.getByText("in one or more of the sizes 256, 512 and 1024")).toBeVisible();
  await sizes.getByLabel("512 pixels").check();
  await expect(page.getByText("in one or more of the sizes 256, 512 and 1024")).toBeHidden();
});

test.describe("what is refused", () => {
  // The browser reports every answer that is not a success.
  test.use({ allowed: [/422/] });

  test("a file with a slip changes nothing and says which", async ({ gallery, page }) => {
    await gallery.open("/settings");
    await page.getByLabel("A file of settings").setInputFiles({
      name: "settings.toml",
      mimeType: "application/toml",
      buffer: Buffer.from("trash-days = 5\ntrahs-days = 7\n"),
    });
    await expect(page.getByRole("alert")).toContainText("There is no setting called trahs-days.");
    await expect(page.getByLabel("Days in the trash")).toHaveValue("30");
  });
});

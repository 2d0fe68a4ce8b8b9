// A gallery behind a passphrase: in by keyboard, a wrong one, a session that ends meanwhile, and out.

import { execFileSync } from "node:child_process";

import { violations } from "./axe.ts";
import { library } from "./demo-library.ts";
import { expect, test as base } from "./fixtures.ts";
import { binary, Server } from "./server.ts";

const passphrase = "four quiet grey herons";

const test = base.extend<object, { guarded: Server }>({
  guarded: [
    async ({}, use) => {
      const guarded = await Server.start([library()]);
      await guarded.quiet();
      run(guarded, ["passphrase"], `${passphrase}\n`);
      await expect.poll(async () => (await fetch(guarded.url)).status).toBe(401);
      await use(guarded);
      await guarded.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  baseURL: async ({ guarded }, use) => use(guarded.url),
});

/** Runs a command beside the running server. */
function run(server: Server, words: string[], input = ""): void {
  execFileSync(binary(), [...words, "--data-dir", server.data], { input });
}

test("by keyboard one signs in and is where one wanted to go", async ({ gallery, page }) => {
  await page.goto("/?q=light&view=list");
  await expect(page).toHaveTitle("Sign in · Proofsheet");
  await expect(page.getByLabel("Passphrase")).toBeFocused();
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?q=light&view=list$/);
  await gallery.alive();
  await expect(gallery.line(0).getByRole("link", { name: /\.\w+$/ })).toBeVisible();
});

test.describe("what is refused", () => {
  // The browser reports every answer that is not a success, and parts of the page that do not come.
  test.use({ allowed: [/401|HTTP status code is not ok/] });

  test("a wrong passphrase is told, and the right one goes on", async ({ page, gallery }) => {
    await page.goto("/folders");
    const field = page.getByLabel("Passphrase");
    await field.fill("four quiet grey heron");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toHaveText(/not the passphrase/);
    await expect(field).toBeFocused();
    await expect(field).toHaveValue("");
    await expect(field).toHaveAccessibleDescription(/not the passphrase/);
    await field.fill(passphrase);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/folders$/);
    await gallery.alive();
  });

  test("a session that ends meanwhile is told, and one comes back to the same place", async ({
    page,
    gallery,
    guarded,
  }) => {
    await signIn(page);
    await gallery.openGrid("/?has=prompt");
    run(guarded, ["sessions", "--end-all"]);
    // A server believes what it knew for a second.
    const closed = async (): Promise<number> => (await page.request.get("/export/none.zip", { maxRedirects: 0 })).status();
    await expect.poll(closed).not.toBe(404);
    // Asking for another order asks the server.
    await gallery.search.fill("light");
    const note = page.getByRole("alert").filter({ hasText: "no longer signed in" });
    await expect(note).toBeVisible();
    await expect(note).toHaveCount(1);
    await note.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Passphrase").fill(passphrase);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=light/);
    await expect(page).toHaveURL(/has=prompt/);
    await gallery.alive();
    await expect(gallery.cell(0)).toBeVisible();
  });
});

test("signing out closes the gallery, also for the way back", async ({ page, gallery }) => {
  await signIn(page);
  await gallery.openGrid();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goBack();
  await expect(page.getByLabel("Passphrase")).toBeVisible();
  await expect(gallery.cell(0)).toBeHidden();
});

test.describe("what a browser keeps", () => {
  test.use({ serviceWorkers: "allow", allowed: [/401|ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("is gone with the session", async ({ context, gallery, page }) => {
    await signIn(page);
    await gallery.openGrid();
    await page.mouse.move(300, 300);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const kept = (): Promise<string[]> =>
      page.evaluate(async () => (await caches.keys()).filter((name) => !name.includes(" shell ")));
    await expect.poll(kept).toContainEqual(expect.stringMatching(/^proofsheet pages /));
    await expect.poll(kept).toContainEqual(expect.stringMatching(/^proofsheet thumbs /));
    await page.evaluate(() => localStorage.setItem("proofsheet.waiting.x", "{}"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect.poll(kept).toEqual([]);
    expect(await page.evaluate(() => localStorage.getItem("proofsheet.waiting.x"))).toBeNull();
    await context.setOffline(true);
    await page.goto("/").catch(() => {});
    await expect(gallery.cell(0)).toHaveCount(0);
    await context.setOffline(false);
  });
});

for (const [name, size] of Object.entries({
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1180, height: 820 },
  phone: { width: 390, height: 844 },
})) {
  for (const theme of ["dark", "light"]) {
    test(`everybody can use the page: ${name}, ${theme}`, async ({ page }, info) => {
      await page.setViewportSize(size);
      await page.addInitScript((theme) => {
        localStorage.setItem("proofsheet.theme", theme);
      }, theme);
      await page.goto("/");
      await expect(page.getByLabel("Passphrase")).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: info.outputPath(`sign-in-${name}-${theme}.png`) });
    });
  }
}

async function signIn(page: import("@playwright/test").Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Passphrase").fill(passphrase);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/$/);
}

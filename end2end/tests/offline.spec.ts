// The gallery without its server: what was seen is shown, what is decided waits and arrives once, and
// nothing that somebody else did is overwritten.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type BrowserContext, type Locator, type Page } from "@playwright/test";

import { violations } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

interface Operation {
  id: string;
  pictures: number;
  edit: object | null;
}

interface Wish {
  selection: { these: string[] };
}

const unreachable = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION|Failed to fetch|Failed to load/;

test.use({ allowed: [unreachable] });
// Some tests end and start the server.
test.setTimeout(90_000);

/** Takes every verdict back. */
async function reset(server: Server): Promise<void> {
  const all = { all_but: { result: "0".repeat(26), query: "", except: [] } };
  await server.ask("judge/set", { selection: all, edit: { verdict: "undecided" } });
}

const operations = (server: Server): Promise<Operation[]> =>
  server.ask<Operation[]>("judge/operations", { before: null, of: null });

/** What was done after an operation; the server tells the newest hundred. */
async function since(server: Server, newest: string | undefined): Promise<Operation[]> {
  const all = await operations(server);
  const at = all.findIndex((one) => one.id === newest);
  return at < 0 ? all : all.slice(0, at);
}

async function inState(server: Server, word: string): Promise<string[]> {
  const filters = [{ field: "state", any: [{ not: false, atom: { text: word } }] }];
  const query = { words: [], filters, sort: { first: { key: "date", descending: true }, then: [] } };
  const page = await server.ask<{ page: { cards: { id: string }[] } }>("search/first_page", {
    query: { ...query, view: "grid", image: null, at: null, unknown: [] },
    len: 100,
  });
  return page.page.cards.map((card) => card.id);
}

async function openCull(page: Page): Promise<void> {
  await page.goto("/cull");
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 20_000 });
  await expect(page.locator(".cull img.stage-picture")).toBeVisible();
}

/** What is judged goes to the server in this order: ids of pictures. */
function sent(page: Page): string[] {
  const ids: string[] = [];
  page.on("requestfinished", (request) => {
    if (request.url().endsWith("/fn/judge/set")) {
      ids.push(...(request.postDataJSON() as Wish).selection.these);
    }
  });
  return ids;
}

const place = (page: Page): Locator => page.locator(".round-place");
const waiting = (page: Page): Locator => page.getByRole("status").getByText(/^\d+ waiting$/);
const refused = (page: Page): Locator => page.getByRole("alert", { name: "Not taken in" });

/** How many answers of a kind the worker keeps. */
function kept(page: Page, kind: string): Promise<number> {
  return page.evaluate(async (kind) => {
    const names = (await caches.keys()).filter((name) => name.startsWith(`proofsheet ${kind} `));
    const counts = names.map(async (name) => (await (await caches.open(name)).keys()).length);
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }, kind);
}

/** Waits until the worker has taken over and keeps what this page shows. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(300, 300);
  await page.mouse.move(310, 310);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, {
    timeout: 20_000,
  });
  await expect.poll(() => kept(page, "pages"), { timeout: 20_000 }).toBeGreaterThan(1);
}

/** No network for the page, and no server for its worker, whose network Playwright does not take away. */
async function alone(context: BrowserContext, server: Server): Promise<void> {
  await context.setOffline(true);
  await server.away();
}

async function reached(context: BrowserContext, server: Server): Promise<void> {
  await server.back();
  await context.setOffline(false);
}

test.beforeEach(({ server }) => reset(server));
test.afterEach(({ server }) => reset(server));

test.describe("with what is kept", () => {
  test.use({ serviceWorkers: "allow" });

  test("the gallery opens with its pictures in two seconds", async ({ context, gallery, page, server }) => {
    await gallery.openGrid();
    await settle(page);
    await expect.poll(() => kept(page, "thumbs"), { timeout: 20_000 }).toBeGreaterThan(20);
    await alone(context, server);
    const begin = Date.now();
    await page.goto("/");
    const picture = gallery.cell(0).locator("img").first();
    await expect(picture).toBeVisible();
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth))
      .toBeGreaterThan(0);
    await gallery.alive();
    expect(Date.now() - begin).toBeLessThan(2_000);
    // Another question that was never asked leads to a page that is here, under its own address.
    await page.goto("/?q=neverasked");
    await gallery.alive();
    await expect(page).toHaveURL(/\/$/);
    await reached(context, server);
  });

  test("ten pictures are decided, outlive the page, and arrive once and in order", async ({
    context,
    page,
    server,
  }) => {
    await openCull(page);
    await settle(page);
    // Those that come next are taken along.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => kept(page, "previews"), { timeout: 20_000 }).toBeGreaterThan(30);
    const newest = (await operations(server))[0]?.id;
    await alone(context, server);
    for (let picture = 1; picture <= 10; picture++) {
      await page.keyboard.press(picture % 2 === 0 ? "x" : "p");
      await expect(place(page)).toHaveText(new RegExp(`^${picture + 1} of`));
    }
    await expect(waiting(page)).toHaveText("10 waiting");
    const picture = page.locator(".cull img.stage-picture");
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);

    await openCull(page);
    await expect(waiting(page)).toHaveText("10 waiting");
    await expect(place(page)).toHaveText(/^11 of/);
    await expect(page.locator(".round-told")).toHaveText("5 approved, 5 rejected");
    const arrived = sent(page);
    await reached(context, server);
    await expect(waiting(page)).toHaveCount(0, { timeout: 20_000 });
    const done = await since(server, newest);
    expect(done.map((one) => one.pictures)).toEqual(Array(10).fill(1));
    expect(new Set(arrived).size).toBe(10);
    const approved = new Set(await inState(server, "approved"));
    expect(arrived.map((id) => approved.has(id))).toEqual(arrived.map((_, index) => index % 2 === 0));
    expect((await inState(server, "rejected")).length).toBe(5);
  });

  /** Sends a form to a page, as the system does with what another program shares. */
  const share = (page: Page, action: string, files: [string, string][]): Promise<void> =>
    page.evaluate(
      ([action, files]) => {
        const form = document.createElement("form");
        form.method = "post";
        form.enctype = "multipart/form-data";
        form.action = action;
        const field = document.createElement("input");
        field.type = "file";
        field.name = "file";
        field.multiple = true;
        const given = new DataTransfer();
        for (const [name, text] of files) {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          given.items.add(new File([bytes], name));
        }
        field.files = given.files;
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      [action, files] as const,
    );
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  test("a picture that another program shares with the page that reads one is looked at", async ({ page }) => {
    await page.goto("/inspect");
    await settle(page);
    const text = base64("a quiet dune\nSteps: 20, Sampler: Euler a, Seed: 7");
    await share(page, "/inspect", [["shared ü.txt", text]]);
    await expect(page).toHaveURL(/\/inspect$/);
    await expect(page.locator(".looked-at")).toContainText("a quiet dune");
    await page.reload();
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
    await expect(page.locator(".looked-at")).toBeEmpty();
  });

  test("pictures that another program shares are added", async ({ page }) => {
    await page.goto("/add");
    await settle(page);
    const pixel = (more: string): string =>
      Buffer.concat([
        Buffer.from(
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
          "base64",
        ),
        Buffer.from(more),
      ]).toString("base64");
    await share(page, "/add", [
      ["one ü.png", pixel("1")],
      ["two.png", pixel("2")],
    ]);
    await expect(page).toHaveURL(/\/add$/);
    await expect(page.locator(".add-tally")).toHaveText("2 of 2 added");
    await expect(page.locator(".add-row").first()).toContainText("one ü.png");
    await page.reload();
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
    await expect(page.locator(".add-row")).toHaveCount(0);
  });
});

test("a picture that the desk opens with the gallery is looked at", async ({ page }) => {
  // Only an installed program is handed files, so the browser's queue is played here.
  await page.addInitScript(() => {
    const file = new File(["a loud sea\nSteps: 20, Sampler: Euler a, Seed: 7"], "opened.txt");
    const setConsumer = (run: (launch: object) => void): void =>
      run({ files: [{ getFile: async () => file }] });
    Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
  });
  await page.goto("/inspect");
  await expect(page.locator(".looked-at")).toContainText("a loud sea");
});

test("the browser finds nothing that keeps it from installing the gallery", async ({ server }, info) => {
  // A window that keeps nothing cannot install anything, so this one has a profile.
  const profile = mkdtempSync(join(tmpdir(), "proofsheet-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...info.project.use.launchOptions,
    serviceWorkers: "allow",
  });
  const page = await context.newPage();
  await page.goto(server.url);
  await settle(page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors).toEqual([]);
  const manifest = await session.send("Page.getAppManifest");
  expect(manifest.errors).toEqual([]);
  const told = JSON.parse(manifest.data ?? "") as {
    icons: { src: string }[];
    screenshots: { src: string }[];
    shortcuts: { url: string }[];
  };
  for (const { src } of [...told.icons, ...told.screenshots]) {
    expect((await page.request.get(server.url + src)).ok(), src).toBe(true);
  }
  expect(told.shortcuts.map((one) => one.url)).toEqual(["/cull?state=undecided", "/add", "/inspect"]);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

test("an answer that got lost is asked for again, and nothing is done twice", async ({ page, server }) => {
  await openCull(page);
  const newest = (await operations(server))[0]?.id;
  let lost = 0;
  await page.route("**/fn/judge/set", async (route) => {
    if (lost++ > 0) return route.continue();
    const answer = await route.fetch();
    expect(answer.ok()).toBe(true);
    return route.abort();
  });
  await page.keyboard.press("p");
  await page.keyboard.press("x");
  await expect.poll(() => lost, { timeout: 20_000 }).toBe(3);
  await expect(waiting(page)).toHaveCount(0);
  await expect(refused(page)).toHaveCount(0);
  const done = await since(server, newest);
  expect(done.map((one) => [one.edit, one.pictures])).toEqual([
    [{ verdict: "rejected" }, 1],
    [{ verdict: "approved" }, 1],
  ]);
});

test("what is decided and taken back without a network comes to nothing", async ({ context, page, server }) => {
  await openCull(page);
  await context.setOffline(true);
  await page.keyboard.press("p");
  await expect(waiting(page)).toHaveText("1 waiting");
  await page.keyboard.press("Control+z");
  await expect(waiting(page)).toHaveText("2 waiting");
  await expect(page.getByRole("button", { name: "Approve" })).toHaveAttribute("aria-pressed", "false");
  await context.setOffline(false);
  await expect(waiting(page)).toHaveCount(0, { timeout: 20_000 });
  expect(await inState(server, "approved")).toEqual([]);
});

test("what somebody else changed meanwhile is told and left to choose", async ({ context, page, server }) => {
  await openCull(page);
  const asked = page.waitForRequest("**/fn/judge/set");
  await context.setOffline(true);
  await page.keyboard.press("x");
  const own = ((await asked).postDataJSON() as Wish).selection.these;
  await page.keyboard.press("x");
  await expect(waiting(page)).toHaveText("2 waiting");
  const approve = { selection: { these: own }, edit: { verdict: "approved" } };
  await server.ask("judge/set", approve);
  await context.setOffline(false);
  await expect(refused(page)).toContainText(/^Rejected .+: changed by somebody else meanwhile/, {
    timeout: 20_000,
  });
  await expect(waiting(page)).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  expect(await inState(server, "approved")).toEqual(own);
  expect((await inState(server, "rejected")).length).toBe(1);
  // It is not forgotten with the page.
  await openCull(page);
  await page.mouse.move(300, 300);
  await refused(page).getByRole("button", { name: "Keep mine" }).click();
  await expect(refused(page)).toHaveCount(0);
  await expect.poll(async () => (await inState(server, "rejected")).includes(own[0] ?? "")).toBe(true);
});

test("another build of the server is offered, and comes when it is asked for", async ({ gallery, page }) => {
  await page.route("**/events", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: "event: build\ndata: 0123456789abcdef\n\n" }),
  );
  await gallery.openGrid();
  await page.evaluate(() => (document.title = "not reloaded"));
  await page.mouse.move(300, 300);
  const offer = page.getByRole("button", { name: "New version, reload" });
  await expect(offer).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await expect(page).toHaveTitle("not reloaded");
  await page.unroute("**/events");
  await offer.click();
  await expect(page).not.toHaveTitle("not reloaded");
  await gallery.alive();
  await page.mouse.move(320, 320);
  await page.waitForTimeout(1_000);
  await expect(offer).toHaveCount(0);
});

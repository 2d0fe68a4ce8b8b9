// Keep-rate and overview: their numbers are those of the grid, with and without scripts, on the screen
// and on paper.

import type { Locator, Page } from "@playwright/test";

import { violations } from "./axe.ts";
import { library } from "./demo-library.ts";
import { expect, test as base } from "./fixtures.ts";
import { number } from "./gallery.ts";
import { Server } from "./server.ts";

const test = base.extend<object, { server: Server; undecided: Server; nobody: Server }>({
  // Of its own, because what is decided here would be in the way of other tests.
  server: [
    async ({}, use) => {
      const server = await Server.start([library()]);
      await server.quiet();
      await judge(server, "steps=..28", { verdict: "approved" });
      await judge(server, "model=auroraXL_v4", { verdict: "rejected" });
      await judge(server, "model=auroraXL_v4&steps=25..30", { verdict: "approved" });
      await judge(server, "model=graniteXL_v2&sampler=euler*", { verdict: "rejected" });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  undecided: [
    async ({}, use) => {
      const server = await Server.start([library()]);
      await server.quiet();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  nobody: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

/** Sets one thing of everything that a question finds; answers the operation. */
async function judge(server: Server, query: string, edit: object): Promise<string> {
  // A result that nobody holds is asked for again.
  const selection = { all_but: { result: "0".repeat(26), query, except: [] } };
  const done = await server.ask<{ operation: string; changed: number }>("judge/set", {
    selection,
    edit,
  });
  expect(done.changed).toBeGreaterThan(0);
  return done.operation;
}

function section(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}

/** The rows of a comparison as their numbers. */
async function rows(section: Locator) {
  const lines = await section.locator("tbody tr").all();
  return Promise.all(
    lines.map(async (line) => {
      const cells = await line.locator("td").allInnerTexts();
      const [rate, between, ...counts] = cells.slice(1);
      const [approved, rejected, undecided] = counts.map(number);
      return {
        name: await line.getByRole("rowheader").innerText(),
        rate: number(rate ?? ""),
        low: number((between ?? "").split("–")[0] ?? ""),
        approved: approved ?? NaN,
        rejected: rejected ?? NaN,
        undecided: undecided ?? NaN,
        line,
      };
    }),
  );
}

const COMPARED = ["Checkpoint", "LoRA", "LoRA weight", "Sampler", "CFG", "Steps", "Prompt token", "Folder"];

for (const name of COMPARED) {
  test(`a value of ${name} leads to as many pictures as it says`, async ({ gallery, page }) => {
    await gallery.open("/keep-rate");
    const found = await rows(section(page, name));
    const first = found.find((row) => row.approved > 0);
    if (!first) throw new Error(`nothing kept by ${name}`);
    await first.line.getByRole("rowheader").getByRole("link").click();
    await gallery.expectTotal(first.approved + first.rejected + first.undecided);
    await page.goBack();
    await first.line.getByRole("link", { name: /approved/ }).click();
    await expect(page).toHaveURL(/state=approved/);
    await gallery.expectTotal(first.approved);
  });
}

test("the sentence says what the rows add up to", async ({ gallery, page }) => {
  await gallery.open("/keep-rate");
  const said = await page.getByText(/^All: /).innerText();
  const [, kept, decided, rate] = /^All: ([\d,]+) of ([\d,]+) decided kept, (\d+) %\.$/.exec(said) ?? [];
  const folders = await rows(section(page, "Folder"));
  const whole = folders.find((row) => row.approved === number(kept ?? ""));
  expect(whole?.rejected).toBe(number(decided ?? "") - number(kept ?? ""));
  expect(Math.round((number(kept ?? "") / number(decided ?? "")) * 100)).toBe(Number(rate));
  await section(page, "All together").getByRole("link", { name: /approved/ }).click();
  await gallery.expectTotal(number(kept ?? ""));
});

test("surely good values come first, and a handful of decisions last", async ({ gallery, page }) => {
  await gallery.open("/keep-rate");
  const decided = (row: { approved: number; rejected: number }) => row.approved + row.rejected;
  const few = (row: { approved: number; rejected: number }) => decided(row) < 5;
  const sure = await rows(section(page, "Checkpoint"));
  const certain = sure.filter((row) => !few(row));
  expect(certain.length).toBeGreaterThan(2);
  const name = (row: { name: string }) => row.name;
  expect(sure.slice(0, certain.length).map(name)).toEqual(certain.map(name));
  expect(certain.map((row) => row.low)).toEqual([...certain.map((row) => row.low)].sort((a, b) => b - a));
  for (const row of sure.filter(few)) await expect(row.line).toHaveClass(/is-uncertain/);
  await page.getByRole("link", { name: "Most decided first" }).click();
  await expect(page).toHaveURL(/order=count/);
  await expect(page.getByRole("link", { name: "Most decided first" })).toHaveAttribute("aria-current", "true");
  const most = (await rows(section(page, "Checkpoint"))).map(decided);
  expect(most).toEqual([...most].sort((a, b) => b - a));
});

test("what is asked in the grid is compared, and can be widened", async ({ gallery, page }) => {
  await gallery.openGrid("/?model=auroraXL_v4&state=approved");
  await gallery.goTo("Keep-rate");
  await expect(page).toHaveURL(/\/keep-rate\?model=auroraXL_v4$/);
  await expect(page.getByText(/^This result: /)).toBeVisible();
  await expect(section(page, "Checkpoint").locator("tbody tr").first()).toContainText("auroraXL_v4");
  await expect(page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Keep-rate", includeHidden: true }))
    .toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: /^Remove .*auroraXL_v4/ }).click();
  await expect(page.getByText(/^All: /)).toBeVisible();
  await expect(page).toHaveURL(/\/keep-rate$/);
});

test("one field by itself lists more of its values", async ({ gallery, page }) => {
  await gallery.open("/keep-rate");
  const tokens = section(page, "Prompt token");
  await expect(tokens.locator("tbody tr")).toHaveCount(12);
  const all = tokens.getByRole("link", { name: /^Compare all/ });
  const distinct = number(await all.innerText());
  await all.click();
  await expect(page).toHaveURL(/by=token/);
  await expect(tokens.locator("tbody tr")).toHaveCount(Math.min(distinct, 200));
  await expect(section(page, "Checkpoint")).toHaveCount(0);
  await page.getByRole("link", { name: "All comparisons" }).click();
  await expect(section(page, "Checkpoint")).toBeVisible();
});

test("what lies in the trash is told of and can be counted", async ({ gallery, page, server }) => {
  await gallery.open("/keep-rate");
  const before = number((await page.getByText(/^All: /).innerText()).split(" of ")[1]?.split(" ")[0] ?? "");
  const operation = await judge(server, "state=rejected&model=auroraXL_v4", { trash: true });
  await gallery.open("/keep-rate");
  await expect(page.getByText(/in the trash (is|are) not counted/)).toBeVisible();
  await page.getByRole("link", { name: "Count them too" }).click();
  await expect(page.getByText(new RegExp(`^This result: \\d+ of ${before} decided`))).toBeVisible();
  await server.ask("judge/undo", { operation });
});

test("the keyboard alone reaches a value and its pictures", async ({ gallery, page }) => {
  await gallery.open("/keep-rate");
  const value = section(page, "Checkpoint").getByRole("rowheader").first().getByRole("link");
  await expect(value).toBeVisible();
  const name = await value.innerText();
  await expect(async () => {
    await page.keyboard.press("Tab");
    await expect(value).toBeFocused({ timeout: 50 });
  }).toPass({ intervals: [0] });
  await page.keyboard.press("Enter");
  await expect(gallery.chips).toContainText(name);
});

test("months are a drawing with a name, and a table", async ({ gallery, page }) => {
  await gallery.open("/keep-rate");
  const months = section(page, "Month");
  await expect(months.getByRole("img", { name: /^Part that was kept, month by month: / })).toBeVisible();
  await months.getByText("Table of months").click();
  const [first] = await rows(months);
  if (!first) throw new Error("no month");
  await first.line.getByRole("rowheader").getByRole("link").click();
  await gallery.expectTotal(first.approved + first.rejected + first.undecided);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("everything is there and leads on", async ({ gallery, page }) => {
    await page.goto("/keep-rate");
    const found = await rows(section(page, "Checkpoint"));
    const first = found[0];
    if (!first) throw new Error("nothing compared");
    await page.getByRole("link", { name: "Most decided first" }).click();
    await expect(page).toHaveURL(/order=count/);
    await page.goBack();
    await expect(section(page, "Prompt token").locator("tbody tr").first()).toBeVisible();
    await first.line.getByRole("link", { name: /rejected|approved/ }).first().click();
    expect(await gallery.total()).toBe(first.approved > 0 ? first.approved : first.rejected);
    await page.goto("/overview");
    await page.getByRole("link", { name: /^[\d,]+ pictures$/ }).click();
    await expect(page.locator(".grid-list .tile").first()).toBeVisible();
  });
});

test("on paper it is light, without anything to press, and whole", async ({ gallery, page }, testInfo) => {
  await gallery.open("/keep-rate");
  await expect(section(page, "Prompt token")).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".top-bar")).toBeHidden();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  await expect(page.getByText(/^All: /)).toBeVisible();
  await expect(section(page, "Month").locator("tbody tr").first()).toBeVisible();
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const lightness = Number(/oklch\(([\d.]+)/.exec(ground)?.[1] ?? /rgb\((\d+)/.exec(ground)?.[1]);
  expect(lightness).toBeGreaterThan(lightness > 1 ? 240 : 0.95);
  await page.screenshot({ path: testInfo.outputPath("print.png"), fullPage: true });
});

test("where nothing is decided it says how to begin", async ({ gallery, page, undecided }) => {
  await gallery.open(`${undecided.url}/keep-rate`);
  const start = section(page, "Nothing decided yet");
  await expect(start).toContainText("press P to keep it or X to reject it");
  await start.getByRole("link", { name: /^Start with [\d,]+ pictures$/ }).click();
  await expect(gallery.cell(0)).toBeVisible();
});

test("where nothing is found or watched it leads on", async ({ gallery, page, nobody }) => {
  await gallery.open("/keep-rate?q=zzzzqqq");
  await page.getByRole("link", { name: "Clear all filters" }).click();
  await expect(page.getByText(/^All: /)).toBeVisible();
  for (const address of ["/keep-rate", "/overview"]) {
    await gallery.open(`${nobody.url}${address}`);
    await expect(page.getByRole("region", { name: "No pictures" }).getByRole("link", { name: "Folders" })).toBeVisible();
  }
});

test("the overview counts what its links find", async ({ gallery, page }) => {
  await gallery.open("/overview");
  const all = number(await page.getByRole("link", { name: /^[\d,]+ pictures$/ }).innerText());
  for (const name of ["Recipe not fully read", "File missing", "Hidden", "In the trash"]) {
    await gallery.open("/overview");
    const link = section(page, "Worth a look").getByRole("link", { name });
    const count = number((await link.innerText()).split(",")[0]?.split("\n").at(-1) ?? "");
    await link.click();
    await gallery.expectTotal(count);
  }
  for (const name of ["Watched folder", "Made with", "Checkpoint", "File type", "Month"]) {
    await gallery.open("/overview");
    const line = section(page, name).locator("tbody tr").first();
    const count = number((await line.locator("td").nth(1).innerText()));
    expect(count).toBeLessThanOrEqual(all);
    await line.getByRole("link").click();
    await gallery.expectTotal(count);
  }
});

for (const theme of ["dark", "light"]) {
  for (const [width, height] of [[1440, 900], [1180, 820], [390, 844]] as const) {
    test(`keep-rate at ${width} pixels, ${theme}`, async ({ gallery, page }, testInfo) => {
      await page.setViewportSize({ width, height });
      await page.addInitScript((theme) => localStorage.setItem("proofsheet.theme", theme), theme);
      for (const address of ["/keep-rate?model=*", "/overview"]) {
        await gallery.open(address);
        const last = address === "/overview" ? "Month" : "Prompt token";
        await expect(section(page, last)).toBeVisible();
        expect(await violations(page)).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over).toBeLessThanOrEqual(0);
        const name = `${address.slice(1, 5)}-${width}-${theme}.png`;
        await page.screenshot({ path: testInfo.outputPath(name), fullPage: true });
      }
    });
  }
}

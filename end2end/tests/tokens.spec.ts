// What prompts ask for: the most used tokens, ticked in the panel or followed from a picture.

import { expect, test } from "./fixtures.ts";

test("the most used tokens are listed, and leave as many pictures as they say", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.filters.getByText("Prompt tokens", { exact: true }).click();
  const section = gallery.filters.getByRole("region", { name: "Prompt tokens" });
  const counts = section.locator(".facet-count");
  await expect(counts.nth(1)).toBeVisible();
  const shown = (await counts.allTextContents()).map((text) => Number(text.replace(/,/g, "")));
  expect(shown).toEqual([...shown].sort((a, b) => b - a));
  const first = section.getByRole("listitem").first();
  await first.getByRole("checkbox").check();
  await gallery.expectTotal(shown[0] ?? 0);
  await expect(page).toHaveURL(/[?&]token=/);
  await section.getByRole("button", { name: "Clear Prompt tokens" }).click();
  await gallery.expectTotal(all);
  await section.getByRole("searchbox", { name: "Find a token" }).fill("light");
  await expect(section.getByRole("listitem").first()).toContainText("light");
});

test("a token of an open picture leads to all pictures that have it", async ({ gallery, page }) => {
  await gallery.openGrid("/?tool=a1111");
  await gallery.cell(0).click();
  await expect(gallery.lightbox).toBeVisible();
  const token = page.locator("a.prompt-token").first();
  if (!(await token.isVisible())) await page.keyboard.press("i");
  const text = ((await token.textContent()) ?? "").toLowerCase();
  await token.click();
  await expect(page).toHaveURL(/[?&]token=/);
  await expect(gallery.chips).toContainText(text, { ignoreCase: true });
  await expect.poll(() => gallery.total()).toBeGreaterThan(0);
});

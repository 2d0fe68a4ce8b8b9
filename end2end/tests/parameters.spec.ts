// Any parameter of any node: found by name, ticked, ranged, and followed from a picture.

import { expect, test } from "./fixtures.ts";

test("a parameter is found by its name, and its values leave as many pictures as they say", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid();
  const all = await gallery.total();
  await gallery.filters.getByText("Parameters", { exact: true }).click();
  const search = gallery.filters.getByRole("searchbox", { name: "Find a parameter" });
  await search.fill("ksampler.cfg");
  await gallery.filters.getByRole("button", { name: /^KSampler\.cfg/ }).click();
  const group = gallery.filters.getByRole("group", { name: "KSampler.cfg" });
  const row = group.getByRole("listitem").first();
  await expect(row).toBeVisible();
  const count = Number((await row.locator(".facet-count").textContent())?.replace(/,/g, ""));
  expect(count).toBeGreaterThan(0);
  await row.getByRole("checkbox").check();
  await gallery.expectTotal(count);
  await expect(page).toHaveURL(/[?&]param\.KSampler\.cfg=/);
  // The counts beside are those of all, so that another value can be added.
  await expect(group.getByRole("listitem").nth(1)).toBeVisible();
  await row.getByRole("checkbox").uncheck();
  await gallery.expectTotal(all);
});

test("a range of a parameter is typed, kept in the address, and taken away again", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid("/?param.KSampler.cfg=0..");
  const all = await gallery.total();
  expect(all).toBeGreaterThan(0);
  const group = gallery.filters.getByRole("group", { name: "KSampler.cfg" });
  const highest = group.getByRole("spinbutton", { name: "Highest KSampler.cfg" });
  const placeholder = Number(await highest.getAttribute("placeholder"));
  await highest.fill(String(placeholder - 0.01));
  await highest.press("Enter");
  await expect.poll(() => gallery.total()).toBeLessThan(all);
  await expect(page).toHaveURL(/param\.KSampler\.cfg=0?\.\./);
  await group.getByRole("button", { name: "Remove KSampler.cfg" }).click();
  await expect(page).not.toHaveURL(/param/);
});

test("a picture lists everything that was set, and where each value was read", async ({
  gallery,
  page,
}) => {
  await gallery.openGrid("/?tool=comfyui&param.KSampler.steps=1..");
  await gallery.cell(0).click();
  await expect(gallery.lightbox).toBeVisible();
  const opened = page.getByText("All parameters");
  if (!(await opened.isVisible())) await page.keyboard.press("i");
  await opened.click();
  const steps = page.locator(".everything .parameter", { hasText: "steps" }).first();
  const link = steps.getByRole("link");
  const value = await link.textContent();
  await page.getByText("Where each value was read").click();
  const origin = page.locator(".origin", { hasText: "seed" }).first();
  await expect(origin).toContainText("KSampler");
  await link.click();
  await expect(page).toHaveURL(new RegExp(`param\\.KSampler\\.steps=${value}`));
});

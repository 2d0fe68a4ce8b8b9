// What ComfyUI is doing, beside the pictures and above those of a session.

import { ComfyUi } from "./comfyui.ts";
import { expect } from "./fixtures.ts";
import { test as live } from "./live.ts";
import { Server } from "./server.ts";

/** The gallery is told of a ComfyUI. */
const test = live.extend<{ comfyui: ComfyUi }>({
  comfyui: async ({}, use) => {
    const comfyui = await ComfyUi.start();
    await use(comfyui);
    await comfyui.stop();
  },
  own: async ({ output, comfyui }, use) => {
    const own = await Server.start([output.path], ["--comfyui", comfyui.url]);
    await own.quiet();
    await use(own);
    await own.stop();
  },
});

test("its queue and its step are told while it works, and nothing when it rests", async ({ gallery, page, comfyui }) => {
  await gallery.openGrid();
  const pill = page.locator(".making-pill");
  comfyui.queue(3);
  await expect(pill).toHaveText("ComfyUI: 2 waiting, working");
  comfyui.step(12, 30);
  await expect(pill).toHaveText("ComfyUI: 2 waiting, step 12 of 30");
  comfyui.queue(0);
  await expect(pill).toHaveCount(0);
});

test("a session tells it too, also that it cannot be reached, and shows what it made", async ({
  gallery,
  page,
  comfyui,
  output,
}) => {
  await gallery.openGrid();
  comfyui.queue(2);
  await page.locator(".making-pill").click();
  const region = page.getByRole("region", { name: /^New since/ });
  await expect(region.getByText("ComfyUI: 1 waiting, working")).toBeVisible();
  await expect(page.locator(".making-pill")).toHaveCount(0);
  output.paint();
  comfyui.queue(0);
  await expect(page.getByRole("img", { name: "Newest: new-300.png" })).toBeVisible();
  await expect(region.getByText("ComfyUI: nothing to do")).toBeVisible();
  await comfyui.stop();
  await expect(region.getByText("ComfyUI: not reachable")).toBeVisible();
  output.paint();
  await expect(page.getByRole("img", { name: "Newest: new-301.png" })).toBeVisible();
});

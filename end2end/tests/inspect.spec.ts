// Looking at a file without keeping it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { library } from "./demo-library.ts";
import { expect, test } from "./fixtures.ts";

/** A painted picture with a node graph. */
function picture(): string {
  const folder = join(library(), "comfyui");
  const day = readdirSync(folder).sort()[0] ?? "";
  const name = readdirSync(join(folder, day)).find((file) => file.endsWith(".png")) ?? "";
  return join(folder, day, name);
}

test("a chosen file shows its recipe and is not kept", async ({ gallery, page, server }) => {
  const before = (await server.quiet()).total;
  await gallery.open("/inspect");
  await page.locator("input[type=file]").setInputFiles(picture());
  await expect(page.getByRole("heading", { name: "Prompt", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Made with" })).toBeVisible();
  expect((await server.quiet()).total).toBe(before);
});

test("a dropped file shows its recipe over the grid", async ({ gallery, page }) => {
  await gallery.openGrid();
  const bytes = readFileSync(picture()).toString("base64");
  const transfer = await page.evaluateHandle((text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([data], "dropped.png", { type: "image/png" }));
    return transfer;
  }, bytes);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await expect(page.getByText("Drop to read its recipe")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  const dialog = page.getByRole("dialog", { name: "What this file says" });
  await expect(dialog.getByRole("heading", { name: "dropped.png" })).toBeVisible();
  await expect(dialog.getByRole("heading", { name: "Prompt", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a file without a recipe says so", async ({ gallery, page }) => {
  await gallery.open("/inspect");
  const file = { name: "note.png", mimeType: "image/png", buffer: Buffer.from("not a picture") };
  await page.locator("input[type=file]").setInputFiles(file);
  await expect(page.getByText(/carries no recipe|not a|cannot|could not/i).first()).toBeVisible();
});

test("a workflow or an infotext is pasted and read", async ({ gallery, page }) => {
  await gallery.open("/inspect");
  const paste = (text: string) =>
    page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, text);
  const graph = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "marsh.safetensors" } },
    "2": { class_type: "CLIPTextEncode", inputs: { text: "a heron in the reeds", clip: ["1", 1] } },
    "3": {
      class_type: "KSampler",
      inputs: { seed: 4711, steps: 20, cfg: 7, model: ["1", 0], positive: ["2", 0], negative: ["2", 0] },
    },
    "4": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["1", 2] } },
    "5": { class_type: "SaveImage", inputs: { images: ["4", 0] } },
  };
  await paste(JSON.stringify(graph));
  await expect(page.getByText("a heron in the reeds").first()).toBeVisible();
  await expect(page.getByText("4711").first()).toBeVisible();
  await paste("an owl\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 815, Size: 512x512");
  await expect(page.getByText("815").first()).toBeVisible();
  await expect(page.getByText("an owl").first()).toBeVisible();
});

// Recipes that are not understood: counted by their reason, taught by a rule, read again.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

/** One grey pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** A graph whose prompt stands in a node of a package that nobody knows. */
function graph(seed: number): string {
  return JSON.stringify({
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "dunes.safetensors" } },
    "2": { class_type: "Muse", inputs: { verse: "a heron at dusk", mood: 7, clip: ["1", 1] } },
    "3": {
      class_type: "KSampler",
      inputs: {
        seed,
        steps: 20,
        cfg: 6.5,
        sampler_name: "euler",
        scheduler: "normal",
        denoise: 1,
        model: ["1", 0],
        positive: ["2", 0],
        negative: ["2", 0],
        latent_image: ["4", 0],
      },
    },
    "4": { class_type: "EmptyLatentImage", inputs: { width: 512, height: 512, batch_size: 1 } },
    "5": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["1", 2] } },
    "6": { class_type: "SaveImage", inputs: { images: ["5", 0], filename_prefix: "x" } },
  });
}

const test = base.extend<{ own: Server }>({
  own: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "proofsheet-unread-"));
    for (const seed of [1, 2]) {
      // Different bytes, so that they are two pictures.
      writeFileSync(join(folder, `${seed}.png`), Buffer.concat([pixel, Buffer.from([seed])]));
      writeFileSync(join(folder, `${seed}.json`), graph(seed));
    }
    const own = await Server.start([folder]);
    await own.quiet();
    await use(own);
    await own.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  baseURL: async ({ own }, use) => use(own.url),
});

// The mistake in the rules is one on purpose, and the browser reports every answer of its kind.
test.use({ allowed: [/422/] });

test("a node that nobody knows is counted, taught and read again", async ({
  gallery,
  page,
  own,
}) => {
  await gallery.openGrid("/?has=unparsed");
  await gallery.expectTotal(2);
  await page.getByRole("link", { name: "Why these?" }).click();
  await expect(page).toHaveURL(/\/problems#recipes$/);
  const line = page.getByRole("row").filter({ hasText: "Muse" });
  await expect(line).toContainText("2 pictures");
  await expect(line.getByRole("link", { name: "Muse" })).toHaveAttribute("href", /image=/);

  writeFileSync(join(own.data, "rules.toml"), '[node."Muse"]\nverses = 1\n');
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(page.getByText(/rules\.toml cannot be used: .*line 2/)).toBeVisible();

  writeFileSync(join(own.data, "rules.toml"), '[node."Muse"]\npositive = "verse"\n');
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(page.getByText("2 recipes read again; 2 are understood differently now.")).toBeVisible();
  await expect(line).toBeHidden();
  await gallery.openGrid("/?q=heron");
  await gallery.expectTotal(2);
});

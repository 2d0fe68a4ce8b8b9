// Watched folders: a name, a pause, a move, the folders of a program in one choice, and reference images.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Locator, Page } from "@playwright/test";

import { library } from "./demo-library.ts";
import { expect, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";

/** A ComfyUI of its own with three pictures, and a server that shows nothing yet. */
interface Studio {
  folder: string;
  server: Server;
}

const test = base.extend<{ studio: Studio }>({
  studio: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "proofsheet-comfy-"));
    for (const name of ["custom_nodes", "models", "output", "input"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "main.py"), "");
    const [pose, one, two] = pictures();
    copyFileSync(pose, join(folder, "input/pose.png"));
    writeFileSync(join(folder, "output/made.png"), made(one, "pose.png"));
    copyFileSync(two, join(folder, "output/other.png"));
    const server = await Server.start();
    await use({ folder, server });
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  baseURL: async ({ studio }, use) => use(studio.server.url),
});

/** Three different PNG pictures of the demo library. */
function pictures(): [string, string, string] {
  const found: string[] = [];
  for (const entry of readdirSync(library(), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !entry.name.endsWith(".png") || found.length === 3) continue;
    const bytes = readFileSync(path);
    // A whole file that says how it was made.
    if (bytes.subarray(-12, -4).toString("latin1").includes("IEND") && bytes.includes("tEXtprompt")) found.push(path);
  }
  const [a, b, c] = found;
  if (!a || !b || !c) throw new Error("the demo library has too few pictures");
  return [a, b, c];
}

/** A picture with the graph of one that was made from an input. */
function made(path: string, input: string): Buffer {
  const graph = {
    "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "dunes.safetensors" } },
    "2": { class_type: "LoadImage", inputs: { image: input } },
    "3": { class_type: "VAEEncode", inputs: { pixels: ["2", 0], vae: ["1", 2] } },
    "4": { class_type: "CLIPTextEncode", inputs: { text: "a standing dune", clip: ["1", 1] } },
    "5": {
      class_type: "KSampler",
      inputs: {
        seed: 7,
        steps: 20,
        cfg: 7,
        sampler_name: "euler",
        scheduler: "normal",
        denoise: 0.6,
        model: ["1", 0],
        positive: ["4", 0],
        negative: ["4", 0],
        latent_image: ["3", 0],
      },
    },
    "6": { class_type: "VAEDecode", inputs: { samples: ["5", 0], vae: ["1", 2] } },
    "7": { class_type: "SaveImage", inputs: { images: ["6", 0], filename_prefix: "ComfyUI" } },
  };
  const png = readFileSync(path);
  // The signature and the header, then our text instead of those that were there, then the pixels.
  const parts = [png.subarray(0, 33), chunk("tEXt", `prompt\0${JSON.stringify(graph)}`)];
  for (let at = 33; at < png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    const kind = png.toString("latin1", at + 4, at + 8);
    if (!["tEXt", "iTXt", "zTXt", "eXIf"].includes(kind)) parts.push(png.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

function chunk(kind: string, text: string): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), Buffer.from(text, "latin1")]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The checksum of PNG chunks (ISO 3309). */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The picker at a folder. */
async function pick(page: Page, path: string): Promise<Locator> {
  const picker = page.getByRole("dialog");
  const field = picker.getByRole("textbox", { name: "Path of the folder" });
  await expect(field).not.toHaveValue("");
  await field.fill(path);
  await field.press("Enter");
  return picker;
}

const row = (page: Page, path: string): Locator => page.getByRole("listitem").filter({ hasText: path });
const action = (folder: Locator, name: string): Locator => folder.getByRole("button", { name, exact: true });

test("a program is shown by one choice, its inputs beside what was made from them", async ({ gallery, page, studio }) => {
  await gallery.open("/");
  await page.getByRole("button", { name: /^Choose a folder/ }).click();
  const picker = await pick(page, studio.folder);
  const offer = picker.getByRole("list", { name: "Programs found here" }).getByRole("listitem");
  await expect(offer).toContainText(`ComfyUI is in ${studio.folder}.`);
  await offer.getByRole("button", { name: "Show output, and input as reference images" }).click();
  await expect(picker).toBeHidden();
  await studio.server.quiet();
  await gallery.openGrid("/?sort=name");
  await gallery.expectTotal(2);
  await gallery.openPicture(0);
  const reference = gallery.lightbox.locator("section", {
    has: page.getByRole("heading", { name: "Reference image", exact: true }),
  });
  const link = reference.getByRole("link", { name: "pose.png" });
  await expect(link).toBeVisible();
  await link.click();
  await expect(page).toHaveURL(/is=input.*image=/);
  await expect(gallery.lightbox.getByRole("heading", { name: "pose.png" })).toBeVisible();
  await gallery.lightbox.getByRole("link", { name: "Used by one picture" }).click();
  await expect(page).toHaveURL(/\?reference=[0-9a-z]{26}$/);
  await gallery.expectTotal(1);
  await expect(gallery.chips).toContainText("Made from: one picture");
});

test("a folder gets a name, rests, and is followed where it went", async ({ gallery, page, studio }) => {
  const output = join(studio.folder, "output");
  await studio.server.ask("roots/add", { path: output });
  await studio.server.quiet();
  await gallery.open("/folders");
  const folder = row(page, output);
  await action(folder, "Rename").click();
  const name = folder.getByRole("textbox", { name: "Name" });
  await expect(name).toBeFocused();
  await name.fill("Night renders");
  await name.press("Enter");
  await expect(folder.getByRole("heading", { name: "Night renders" })).toBeVisible();

  await action(folder, "Pause").click();
  await expect(folder).toContainText("Paused: its 2 pictures stay as they are");
  await expect(action(folder, "Scan")).toHaveCount(0);
  await action(folder, "Resume").click();
  await expect(action(folder, "Scan")).toBeVisible();
  await action(folder, "Scan").click();
  await expect(page.getByText("Looking for new and changed files in this folder")).toBeVisible();

  const moved = join(studio.folder, "elsewhere");
  renameSync(output, moved);
  await action(folder, "It moved…").click();
  const picker = await pick(page, join(studio.folder, "input"));
  await expect(picker.getByRole("heading", { name: "Where is Night renders now?" })).toBeVisible();
  await pick(page, moved);
  await picker.getByRole("button", { name: "It is this folder" }).click();
  await expect(picker).toBeHidden();
  await expect(row(page, moved).getByRole("heading", { name: "Night renders" })).toBeVisible();
  await studio.server.quiet();
  await gallery.openGrid("/?folder=night%20renders");
  await gallery.expectTotal(2);
});

test.describe("a refusal", () => {
  // The browser reports every answer that is not a success.
  test.use({ allowed: [/4\d\d/] });

  test("a folder that is not the one that moved is refused with a sentence", async ({ gallery, page, studio }) => {
    const output = join(studio.folder, "output");
    await studio.server.ask("roots/add", { path: output });
    await studio.server.quiet();
    await gallery.open("/folders");
    const folder = row(page, output);
    await action(folder, "It moved…").click();
    const picker = await pick(page, join(studio.folder, "input"));
    await picker.getByRole("button", { name: "It is this folder" }).click();
    await expect(picker.getByRole("alert")).toContainText("of 2 of its files 0 were found here. Nothing was changed");
    await page.keyboard.press("Escape");
    await expect(folder).toBeVisible();
  });
});

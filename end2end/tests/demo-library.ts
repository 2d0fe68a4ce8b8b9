// Paints the library that all tests look at, once, and removes it at the end.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { binary } from "./server.ts";

export default function paint(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "proofsheet-library-"));
  const count = process.env.SCREENSHOTS === "1" ? "360" : "180";
  execFileSync(binary(), ["demo", folder, "--count", count, "--seed", "16"], { stdio: "pipe" });
  process.env.PROOFSHEET_TEST_LIBRARY = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The painted library. */
export function library(): string {
  const folder = process.env.PROOFSHEET_TEST_LIBRARY;
  if (!folder) throw new Error("the demo library was not painted");
  return folder;
}

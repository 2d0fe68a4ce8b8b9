// Opens an archive with a program that is not ours.

import { execFileSync } from "node:child_process";

const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None, "a checksum is wrong"
    print(json.dumps([[entry.filename, entry.file_size] for entry in archive.infolist()]))
`;

const reader = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    sys.stdout.buffer.write(archive.read(sys.argv[2]))
`;

export interface Entry {
  name: string;
  bytes: number;
}

/** Names and sizes of an archive whose checksums hold. */
export function entries(path: string): Entry[] {
  const text = execFileSync("python3", ["-c", script, path], { encoding: "utf8" });
  return (JSON.parse(text) as [string, number][]).map(([name, bytes]) => ({ name, bytes }));
}

/** One file of an archive. */
export function content(path: string, name: string): Buffer {
  return execFileSync("python3", ["-c", reader, path, name], { maxBuffer: 1 << 27 });
}

export function pictures(list: Entry[]): Entry[] {
  return list.filter((entry) => /\.(png|jpe?g|webp)$/.test(entry.name));
}

/** A browser for tests: the Chromium of this machine, offline. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of the program, or `null` where there is none on the search path. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

/** Starts it without a network: what a page asks for from elsewhere fails. */
export function startChromium(executablePath: string): Promise<Browser> {
  const off = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync"];
  const args = [...off, "no-sandbox", "disable-component-update"].map((name) => `--${name}`);
  return chromium.launch({ executablePath, args });
}

/** The comment in a real browser, as GitHub shows it: tables are whole, nothing was let in, diagrams draw. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compose } from "../../review/comment.ts";
import { marked } from "../../review/marker.ts";
import { trustGraph } from "../../review/trust-graph.ts";
import { gatehouse } from "../cli/run.ts";
import { payloads } from "../hostile.ts";
import { faults, htmlOf, textOf, treeOf } from "../review/github-flavoured.ts";
import { reviewWith } from "../review/hostile-review.ts";
import { findChromium, startChromium } from "./chromium.ts";

/** Of `showComment`. */
interface Shown {
  tags: string[];
  attributes: string[];
  /** Cells in each row. */
  tables: number[][];
  /** Whether each is folded, stands by itself and begins with its title. */
  folds: boolean[];
  text: string;
}

/** Of `drawDiagram`. */
interface Drawn {
  labels: string[];
  elementsInLabels: string[];
  arrows: number;
  foreign: string[];
}

const careless = async () => {
  const call = ["examples/careless-change/plan.json", "--manifest", "examples/securecart", "--dry-run"];
  return (await gatehouse(["review", ...call])).stdout;
};

/** By what is hostile in them. */
const comments: Readonly<Record<string, () => Promise<string>>> = {
  "the careless pull request": careless,
  ...Object.fromEntries(
    Object.entries(payloads).map(([name, text]) => [
      name,
      async () => marked(compose(reviewWith(text), null, 200_000), "default"),
    ]),
  ),
};

it("renders the careless pull request without a fault", async () => {
  const comment = await careless();
  expect(faults(comment)).toEqual([]);
  const text = textOf(treeOf(comment));
  expect(text).not.toMatch(/\|\s*-{3}|<br>|&#\d+;|\*\*/);
});

const chromium = findChromium();

describe.skipIf(chromium === null)(`in a browser${chromium === null ? ": chromium is not on the PATH" : ""}`, () => {
  let browser: Browser;
  let page: Page;
  /** What the page asked for from elsewhere, and what it said. */
  let noise: string[];

  beforeAll(async () => {
    browser = await startChromium(chromium!);
    page = await browser.newPage();
    page.on("request", (request) => noise.push(request.url()));
    page.on("dialog", async (dialog) => {
      noise.push(dialog.message());
      await dialog.dismiss();
    });
    await page.setContent("<!DOCTYPE html><body></body>");
    const mermaid = join(dirname(createRequire(import.meta.url).resolve("mermaid")), "mermaid.min.js");
    await page.addScriptTag({ path: mermaid });
    await page.addScriptTag({ path: join(import.meta.dirname, "page.js") });
  });
  afterAll(async () => browser?.close());

  it.each(Object.entries(comments))("shows nothing but a review: %s", async (_, comment) => {
    noise = [];
    const html = htmlOf(await comment());
    const shown = await page.evaluate<Shown>(`showComment(${JSON.stringify(html)})`);
    const known = "h3 p strong em br sub ul li pre blockquote details summary table thead tbody tr th td code".split(
      " ",
    );
    expect(shown.tags.filter((tag) => !known.includes(tag))).toEqual([]);
    expect(shown.attributes.filter((name) => name !== "class")).toEqual([]);
    expect(shown.tables.length).toBeGreaterThan(0);
    expect(shown.tables.flat().every((cells) => cells === 3)).toBe(true);
    expect(shown.folds.every(Boolean)).toBe(true);
    expect(shown.text).toMatch(/^Gatehouse: \d+ findings? introduced/);
    expect(noise).toEqual([]);
  });

  it.each([...Object.entries(payloads), ["an ARN", "arn:aws:iam::*:role/*"]])(
    "draws names as text: %s",
    async (_, text) => {
      noise = [];
      const changes = [
        { who: text, role: "R", change: "new" as const },
        { who: text, role: "S", change: "gone" as const },
      ];
      const [section] = trustGraph(changes);
      const [, source = ""] = /^```mermaid\n(.*?)\n```/s.exec(section?.rows[0] ?? "") ?? [];
      const drawn = await page.evaluate<Drawn>(`drawDiagram(${JSON.stringify(source)})`);
      expect(drawn.labels.slice(1)).toEqual(["R", "S"]);
      const [start = ""] = /^[\w ]{3,30}/.exec(text) ?? [];
      expect(drawn.labels[0]?.startsWith(start.trim())).toBe(true);
      expect(drawn.elementsInLabels).toEqual(["p", "p", "p"]);
      expect(drawn.arrows).toBe(2);
      expect(drawn.foreign).toEqual([]);
      expect(noise).toEqual([]);
    },
  );
});

// Child process: what a reader does with the explorer, in a real Chromium. Argument of the environment:
// CROSSLAB_CHROMIUM, the browser's path. Run by tests/report/explorer/browser_test.ts.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { explorerPage } from "../../lib/report/explorer/page.ts";
import { HOSTILE, syntheticData } from "../report/explorer/synthetic.ts";

const SIZE = 120;
let started: { browser: Browser; folder: string; url: string } | undefined;

/** The browser of all tests, and the page on disk. */
async function start(): Promise<NonNullable<typeof started>> {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-explorer-" });
  const file = join(folder, "explorer.html");
  await Deno.writeTextFile(file, explorerPage(syntheticData(SIZE)));
  await Deno.writeTextFile(
    join(folder, "one_stage.html"),
    explorerPage(syntheticData(20, { stages: 1, sites: 1 })),
  );
  const executablePath = Deno.env.get("CROSSLAB_CHROMIUM");
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]; // root has no sandbox
  const browser = await chromium.launch({ executablePath, args });
  return { browser, folder, url: toFileUrl(folder).href };
}

/** Opens the page from disk; afterwards nothing may have been asked for, and nothing said in the console. */
function inBrowser(
  name: string,
  test: (page: Page) => Promise<void>,
  { hash = "", file = "explorer.html", ...options }:
    & BrowserContextOptions
    & { hash?: string; file?: string } = {},
): void {
  Deno.test({
    name,
    sanitizeResources: false, // one browser for all tests
    sanitizeOps: false,
    fn: async () => {
      const { browser, ...at } = started ??= await start(), url = `${at.url}/${file}`;
      const context = await browser.newContext({
        viewport: { width: 1400, height: 900 },
        ...options,
      });
      const page = await context.newPage();
      const said: string[] = [], asked: string[] = [];
      page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => said.push(`error: ${error.message}`));
      page.on("request", (request) => asked.push(request.url().split("#")[0]));
      try {
        await page.goto(url + hash);
        await page.waitForSelector("#scatter .points circle", { state: "attached" });
        await test(page);
        assertEquals(said, []);
        assertEquals(asked.filter((one) => !one.startsWith("data:")), [url]);
        assertEquals(await page.evaluate("globalThis.broken"), undefined);
      } finally {
        await context.close();
      }
    },
  });
}

const points = (page: Page) => page.locator("#scatter .points circle");
const open = (page: Page) => page.locator("#latent-title").innerText();

/** Waits until a question has its answer; waitForFunction() would evaluate texts, which the page forbids. */
async function until(ask: () => Promise<unknown>, wanted: string | number): Promise<void> {
  for (const start = Date.now(); await ask() !== wanted;) {
    assert(
      Date.now() - start < 5000,
      `expected ${wanted} but found ${`${await ask()}`.slice(0, 200)}`,
    );
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Waits until a selector has so many elements. */
const has = (page: Page, selector: string, count: number) =>
  until(() => page.locator(selector).count(), count);

/** Waits until so many latents are shown. */
async function shows(page: Page, count: number): Promise<void> {
  const hasText = new RegExp(`^${count} of ${SIZE} latents$`);
  await page.locator(".count output", { hasText }).waitFor({ timeout: 5000 });
}

inBrowser(
  "explorer: the scatter shows latents that live, with both axes in words",
  async (page) => {
    assertEquals(await points(page).count(), SIZE * 0.9);
    await shows(page, SIZE * 0.9);
    const all = (await page.locator(".axis-title").allTextContents()).join(" ");
    assert(all.includes("D and DF") && all.includes("M and MF"), all);
  },
);

inBrowser("explorer: a point tells its tokens on hover, and opens on a click", async (page) => {
  const point = page.locator('#scatter circle[data-latent="20"]');
  await point.hover({ force: true });
  const tip = page.locator(".tip");
  assertMatch(await tip.innerText(), /Latent \d+/);
  assertEquals(await tip.locator("dt").allInnerTexts(), ["S", "D", "M", "DF", "MF"]);
  const { x, y, width, height } = (await point.boundingBox())!;
  await page.mouse.click(x + width / 2, y + height / 2);
  assertEquals(await open(page), "Latent 20");
  assertMatch(page.url(), /#latent=20$/);
  assertEquals(await page.locator(".stage").count(), 5);
  assertEquals(await page.locator(".arm").count(), 4);
  await page.keyboard.press("Escape");
  await has(page, "#latent", 0);
});

inBrowser("explorer: a drag keeps the region, and Escape lets it go", async (page) => {
  const { x, y, width, height } = (await page.locator("#scatter").boundingBox())!;
  await page.mouse.move(x + 60, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
  await page.mouse.up();
  await page.locator(".region").waitFor();
  const kept = await points(page).count();
  assert(kept > 0 && kept < 60, `${kept} points`);
  assertEquals(await page.locator("tbody tr[key], .list tbody tr").count(), Math.min(50, kept));
  await page.locator("#scatter").focus();
  await page.keyboard.press("Escape");
  assertEquals(await points(page).count(), SIZE * 0.9);
});

inBrowser(
  "explorer: search, marks, groups and bounds say which latents are shown",
  async (page) => {
    await page.fill("#search", "#33");
    await shows(page, 1);
    await page.fill("#search", "onerror");
    await page.locator(".list tbody a", { hasText: /^0$/ }).waitFor(); // its text is hostile
    await page.fill("#search", "");
    await page.selectOption('[name="flag-relevant"]', "with");
    await shows(page, 12);
    await page.uncheck('[name="group-3"]');
    await shows(page, 6);
    await page.click("#reset");
    await shows(page, SIZE);
    await page.click(".more summary");
    await page.fill('[name="x-least"]', "0.99");
    await page.keyboard.press("Tab");
    await page.locator(".region").waitFor();
    assert(await points(page).count() < 20);
    await page.selectOption('[name="axis-x"]', "c0"); // other bounds, other axis
    await shows(page, SIZE);
  },
);

inBrowser("explorer: all of it works from the keyboard", async (page) => {
  await page.locator("#scatter").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  const told = await page.locator(".scatter [role=status]").textContent();
  assertMatch(told!, /^Latent \d+, cos\(D, DF\) [−\d.]+, cos\(M, MF\) /);
  await page.keyboard.press("Enter");
  const title = await open(page);
  assertEquals(told!.startsWith(`${title},`), true);
  await until(() => page.evaluate("document.activeElement.id"), "latent-title");
  await page.keyboard.press("Escape");
  await until(() => page.evaluate("document.activeElement.id"), "scatter");
  await page.locator(".list thead button").first().focus();
  await page.keyboard.press("Enter");
  const first = page.locator(".list tbody tr a").first();
  assertEquals(await first.innerText(), "0");
  await first.focus();
  await page.keyboard.press("Enter");
  assertEquals(await open(page), "Latent 0");
  await page.keyboard.press("Escape");
  await has(page, "#latent", 0);
  await until(() => page.evaluate("document.activeElement.textContent"), "0"); // who opened it
});

inBrowser(
  "explorer: Escape empties the search field, and closes no latent from there",
  async (page) => {
    await page.fill("#search", "#33");
    await shows(page, 1);
    await page.locator("#search").press("Escape");
    await shows(page, SIZE * 0.9);
    await page.locator("#search").press("Escape");
    await page.locator('[name="flag-dead"]').press("Escape");
    assertEquals(await open(page), "Latent 20");
    await page.locator("#close").press("Enter"); // opened by the address alone
    await until(() => page.evaluate("document.activeElement.id"), "scatter");
  },
  { hash: "#latent=20" },
);

inBrowser("explorer: marks and activations are told in words, without a pointer", async (page) => {
  const tree = await page.locator("#page").ariaSnapshot();
  for (
    const line of [
      '- heading "Synthetic <b>explorer</b> of 120 latents" [level=1]',
      '- searchbox "Search"',
      '- combobox "relevant":',
      '- list "Group and marks":',
      '- table "Latents as a table"',
      '- table "Rotations"',
      '- heading "Latent 20" [level=2]',
      " 5.00 at word1884",
      '- link "Latent 44"',
      '- button "Close"',
    ]
  ) assert(tree.includes(line), `${line}\n${tree}`);
  const meaning = page.locator('[name="flag-relevant"]');
  const described = await meaning.evaluate(
    (field) =>
      field.ownerDocument.getElementById(field.getAttribute("aria-describedby"))?.textContent,
  );
  assertEquals(described, "is relevant");
  const text = page.locator('.stage[data-stage="S"] details').first();
  await text.locator("summary").click();
  const rows = text.locator(".activations tbody tr");
  await rows.first().waitFor();
  const numbers = (await rows.locator("td").allInnerTexts()).map(Number);
  assertEquals(Math.max(...numbers), 5);
  await page.evaluate("location.hash = 'latent=60'"); // has no cosine from S to M
  const step = page.locator("#path-table tr", { hasText: "S → M" });
  await page.locator("#latent-title", { hasText: "Latent 60" }).waitFor();
  assertEquals(await step.locator(".number").allInnerTexts(), ["–", "–"]);
  assertEquals(await page.locator(".arm").count(), 2);
}, { hash: "#latent=20" });

inBrowser("explorer: hostile tokens are characters, and nothing else", async (page) => {
  const window = page.locator('.stage[data-stage="S"] .window').first();
  const shown = await window.locator(".token").allTextContents();
  assertEquals(shown.slice(0, 5), [HOSTILE[0], HOSTILE[1], "<!--", "]]>", "⟨U+202E⟩evil"]);
  assertEquals(await page.locator("img, #page script").count(), 0);
  const long = (await window.locator(".token").allTextContents()).at(-1)!;
  assert(long.length < 250, long);
  const { width } = (await window.boundingBox())!;
  assert(width < 700, `${width} pixels`);
}, { hash: "#latent=0" });

inBrowser(
  "explorer: an address opens its latent, one without a latent opens none",
  async (page) => {
    assertEquals(await open(page), "Latent 83");
    const [x] = await page.locator(".path td.number").allInnerTexts();
    assertMatch(x, /^0\.900$/);
    await page.evaluate("location.hash = 'latent=7'");
    await until(() => open(page), "Latent 7");
    await page.goBack();
    await until(() => open(page), "Latent 83");
    await page.evaluate(`location.hash = 'latent=${SIZE}'`);
    await has(page, "#latent", 0);
  },
  { hash: "#latent=83" },
);

inBrowser("explorer: a phone has room for it, in the dark as well", async (page) => {
  const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assertEquals(await page.evaluate(wide), 0);
  const back = await page.evaluate("getComputedStyle(document.body).backgroundColor") as string;
  assertEquals(back, "rgb(23, 25, 29)");
  const point = page.locator('#scatter circle[data-latent="40"]');
  await point.scrollIntoViewIfNeeded();
  const { x, y } = (await point.boundingBox())!;
  await page.touchscreen.tap(x + 3, y + 3);
  assertMatch(await open(page), /^Latent \d+$/);
  assertEquals(await page.evaluate(wide), 0);
}, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: "dark" });

inBrowser("explorer: one stage at one site has no path, and all the rest", async (page) => {
  assertEquals(await open(page), "Latent 4");
  assertEquals([await page.locator(".stage").count(), await page.locator(".path").count()], [1, 0]);
  assertEquals(await page.locator("#lens-title, #nearest-title, #profile-title").count(), 3);
}, { hash: "#latent=4", file: "one_stage.html" });

Deno.test({
  name: "explorer: the browser closes",
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => {
    await started?.browser.close();
    if (started) await Deno.remove(started.folder, { recursive: true });
  },
});

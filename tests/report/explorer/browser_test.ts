// The explorer in a real Chromium. Playwright asks for every permission there is, so its tests are a program of
// their own, explorer_in_chromium.ts; where no Chromium is installed they are skipped, with a word.
import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { exists } from "../../../lib/io/files.ts";

/** Where Debian, Fedora and macOS put it; CROSSLAB_CHROMIUM names another. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium, undefined where none is found. */
async function findChromium(): Promise<string | undefined> {
  const named = Deno.env.get("CROSSLAB_CHROMIUM");
  if (named) return named;
  for (const place of PLACES) if (await exists(place)) return place;
  return undefined;
}

const found = await findChromium();
if (found === undefined) {
  console.log(
    "No Chromium found (apt-get install chromium, or CROSSLAB_CHROMIUM): its tests skip.",
  );
}

Deno.test({
  name: "the explorer does in Chromium what it says: see tests/children/explorer_in_chromium.ts",
  ignore: found === undefined,
  fn: async () => {
    const tests = fileURLToPath(new URL("../../children/explorer_in_chromium.ts", import.meta.url));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--quiet", "--no-prompt", "--no-check", "--allow-all", tests],
      env: { CROSSLAB_CHROMIUM: found!, NO_COLOR: "1" },
    }).output();
    assert(success, [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n"));
  },
});

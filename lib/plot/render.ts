/**
 * Spec -> SVG -> PNG, without a screen, a browser or an installed font.
 *
 * The packages are loaded at the first picture, so importing this module is cheap and needs no
 * permission. Pictures need `--allow-read` for the fonts, PNGs `--allow-ffi
 * --allow-sys=cpus,networkInterfaces,hostname` too.
 *
 * @module
 */
import { callback, exactly, expectForm, maybe, number } from "../io/form.ts";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
// Never used: a static import is what makes Deno fetch the package whose font files are read below.
import "npm:dejavu-fonts-ttf@2.37.3/package.json" with { type: "json" };
import { drawable } from "../io/visible.ts";
import { missingGlyphs } from "./glyphs.ts";
import { cellsAsPictures } from "./svg/cells.ts";
import { advanceWidths, textWidth } from "./text_width.ts";
import { FONT, type Spec } from "./spec.ts";

/**
 * The SVG text of a spec: same spec, same bytes. Tables of cells are pictures in it. Characters that
 * do not show, or that XML cannot hold, are drawn as their pictures. Throws on whatever vega-lite warns about.
 */
export async function renderSvg(spec: Spec): Promise<string> {
  const { encode } = await import("npm:fast-png@8.0.0");
  return await drawn(spec, async ({ vega, compiled, logger }) => {
    vega.resetSVGDefIds(); // else clip paths are numbered on from the last picture
    const view = new vega.View(vega.parse(compiled), { renderer: "none" });
    view.logger(logger);
    const svg = await view.toSVG().finally(() => view.finalize());
    return drawable(cellsAsPictures(svg, encode));
  });
}

/** The Vega specification that a spec is compiled to: JSON for vega's own runtime. Throws as renderSvg. */
export async function vegaSpec(spec: Spec): Promise<Record<string, unknown>> {
  return await drawn(spec, ({ compiled }) => Promise.resolve(compiled));
}

/** What `draw` makes of a compiled spec, or a sentence about what vega and vega-lite only warn about. */
async function drawn<T>(
  spec: Spec,
  // deno-lint-ignore no-explicit-any -- vega's types lack what we use of it
  draw: (parts: { vega: any; compiled: any; logger: any }) => Promise<T>,
): Promise<T> {
  const [vega, { compile }] = await Promise.all([
    import("npm:vega@6.4.0"),
    import("npm:vega-lite@6.5.0"),
  ]);
  await measureText(vega);
  const warnings: string[] = [];
  const logger = {
    level: () => logger,
    error: (...messages: unknown[]) => (warnings.push(messages.join(" ")), logger),
    warn: (...messages: unknown[]) => (warnings.push(messages.join(" ")), logger),
    info: () => logger,
    debug: () => logger,
  };
  try {
    const copy = withoutLineSeparators(spec); // vega marks the rows that it is given
    // deno-lint-ignore no-explicit-any -- vega-lite checks the spec itself
    const { spec: compiled } = compile(copy as any, { logger: logger as any });
    const made = await draw({ vega, compiled, logger });
    if (warnings.length) throw new Error(warnings.join("; "));
    return made;
  } catch (error) {
    throw new Error(
      "Cannot draw a figure: expected a spec that vega-lite accepts but found: " +
        `${(error as Error).message}: correct the spec`,
    );
  }
}

const PNG_OPTIONS = exactly({
  scale: maybe(number({ above: 0, most: 100 })),
  onNote: maybe(callback),
});

/** How an SVG becomes a PNG. */
export type PngOptions = {
  /** Pixels of the picture for one of the SVG; 2 is sharp on screens of double density. */
  scale?: number;
  /** Is told, in a sentence, which characters the font lacks; by default a warning. */
  onNote?: (note: string) => void;
};

/**
 * The PNG bytes of an SVG. Throws where the library for it cannot be loaded here: `pngOrReason()`
 * tells why.
 */
export async function renderPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { png, reason } = await pngOrReason(svg, options);
  if (png === undefined) throw new Error(reason);
  return png;
}

/** The PNG bytes of an SVG, or why there can be none here, for those to whom the SVG is enough. */
export async function pngOrReason(
  svg: string,
  options: PngOptions = {},
): Promise<{ png: Uint8Array; reason?: undefined } | { png?: undefined; reason: string }> {
  const { scale = 2, onNote = console.warn } = expectForm("draw a PNG", options, PNG_OPTIONS);
  let library;
  try {
    library = await import("npm:@resvg/resvg-js@2.6.2");
  } catch (error) {
    return {
      reason: "Cannot draw PNGs: expected resvg's native library, and --allow-read --allow-ffi " +
        "--allow-sys=cpus,networkInterfaces,hostname to load it, but found: " +
        `${
          (error as Error).message.split("\n")[0]
        }: use the SVGs, or run it with these permissions`,
    };
  }
  const drawn = svg.replace(/[\u2400-\u241f\u2421]/g, (picture) => `⟨${nameOf(picture)}⟩`);
  const note = await missingGlyphs(drawn, fontFiles());
  if (note !== undefined) onNote(note);
  const resvg = new library.Resvg(drawn, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles(),
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return { png: new Uint8Array(resvg.render().asPng()) };
}

const CONTROLS =
  ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB " +
    "ESC FS GS RS US").split(" ");

/** The font has no pictures of control characters: ␛ is drawn as its name. */
function nameOf(picture: string): string {
  return CONTROLS[picture.charCodeAt(0) - 0x2400] ?? "DEL";
}

/** A copy without U+2028 and U+2029, at which the texts in Vega's expressions would break off. */
function withoutLineSeparators(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/[\u2028\u2029]/g, drawable);
  if (Array.isArray(value)) return value.map(withoutLineSeparators);
  const plain = value && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!plain) return structuredClone(value);
  return Object.fromEntries(
    Object.entries(value).map((pair) => pair.map(withoutLineSeparators)),
  );
}

/** Paths of the fonts that figures are drawn with. */
export function fontFiles(): string[] {
  return [
    import.meta.resolve("npm:dejavu-fonts-ttf@2.37.3/ttf/DejaVuSans.ttf"),
    import.meta.resolve("npm:dejavu-fonts-ttf@2.37.3/ttf/DejaVuSans-Bold.ttf"),
  ].map((url) => fileURLToPath(url));
}

type TextItem = { font?: string; fontSize?: number; fontWeight?: string | number; limit?: number };
type TextMetrics = { width(item: TextItem, text: unknown): number };

let measuring: Promise<void> | undefined;

async function readFont(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    measuring = undefined; // a permission may come later
    throw new Error(
      `Cannot draw a figure: expected to read its fonts but found: ${(error as Error).message}: ` +
        "run it with --allow-read",
    );
  }
}

/**
 * Lets vega measure texts in our font by the font's own widths. Other fonts are guessed as before.
 */
function measureText(vega: unknown): Promise<void> {
  return measuring ??= (async () => {
    // The hook is exported and meant for this, but missing in vega's types.
    const { textMetrics } = vega as { textMetrics: TextMetrics };
    const guess = textMetrics.width;
    const [regular, bold] = (await Promise.all(fontFiles().map(readFont))).map(advanceWidths);
    textMetrics.width = (item, text) => {
      if (item.font !== FONT || text == null) return guess(item, text);
      const isBold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
      const width = textWidth(
        drawable(`${text}`).trim(),
        item.fontSize ?? 11,
        isBold ? bold : regular,
      );
      return item.limit ? Math.min(width, item.limit) : width;
    };
  })();
}

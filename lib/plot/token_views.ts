/**
 * Texts with a coloured ground behind each token, light blue to blue to red by a value, none at 0;
 * several panels on one scale, whose top is named on the colour bar.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { renderSvg } from "./render.ts";
 * import { tokenViews } from "./token_views.ts";
 * const text = [{ token: " I", value: 2 }, { token: " HATE", value: 0 }];
 * const spec = tokenViews([{ title: "DF", texts: [text] }], { title: "A latent", legend: "activation" });
 * assertStringIncludes(await renderSvg(spec), ">HATE<");
 * ```
 * @module
 */
import { exactly, expectForm, having, list, maybe, number, text } from "../io/form.ts";
import { visible } from "../io/visible.ts";
import { expectNumbers } from "../numerics/numbers.ts";
import { COLUMNS, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { INK, INK_ON_COLOUR, type Spec } from "./theme.ts";

/** A token as its vocabulary decodes it, and a value from 0. */
export type ValuedToken = { token: string; value: number };

/** Some texts under one title. */
export type TokenPanel = { title: string; texts: readonly (readonly ValuedToken[])[] };

/** Words, colours and columns of views of tokens. */
export type TokenViewsOptions = {
  title: string;
  subtitle?: string[];
  /** What stands above the colour bar. */
  legend: string;
  /** The value of the full colour; by default the largest of all panels. */
  top?: number;
  columns?: number;
  /** Pixels of a panel. */
  width?: number;
  /** Charts of other kinds behind the last panel. */
  more?: readonly Panel[];
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  legend: text,
  top: maybe(number({ above: 0 })),
  columns: COLUMNS,
  width: PIXELS,
  more: maybe(list(having({ title: text }))),
});
const PANELS = list(
  having({ title: text, texts: list(list(having({ token: text }))) }),
  { least: 1 },
);

/** Light enough that dark letters are read on all of them. */
const COLOURS = ["#E3EFFA", "#7FB2EE", "#F0806B"];

/** Panels → spec. Throws on a value that is not finite or below 0. */
export function tokenViews(parts: readonly TokenPanel[], options: TokenViewsOptions): Spec {
  const action = "draw tokens";
  expectForm(action, options, OPTIONS);
  expectForm(action, parts, PANELS, "give panels of the form { title, texts }");
  const values = parts.flatMap(({ texts }) => texts.flat().map(({ value }) => value));
  expectNumbers(action, values, { todo: "look at what made them" });
  const least = values.reduce((least, value) => Math.min(least, value), 0);
  if (least < 0) {
    throw new RangeError(
      `Cannot ${action}: expected values from 0 but found ${least}: take activations`,
    );
  }
  const { title, subtitle, legend, columns = 3, width = 400, more = [] } = options;
  const top = options.top ?? (values.reduce((most, value) => Math.max(most, value), 0) || 1);
  const laid = parts.map(({ texts }) => layTexts(texts, width));
  const height = laid.reduce((most, { height }) => Math.max(most, height), LINE);
  const edge = Math.min(columns, parts.length) - 1; // one bar, at the right of the first row
  const drawn = parts.map(({ title }, i) =>
    tokenPanel(laid[i].cells, { title, legend, last: i === edge, top, width, height })
  );
  return panels([...drawn, ...more], { title, subtitle, columns });
}

/** Pixels: of a line, between two texts, of the letters, beside a token's letters. */
const LINE = 21, GAP = 12, FONT = 12, MARGIN = 2;

type Cell = { x: number; x2: number; y: number; y2: number; token: string; value: number };

/** Texts below one another, each broken into lines of at most `width` pixels. */
function layTexts(
  texts: readonly (readonly ValuedToken[])[],
  width: number,
): { cells: Cell[]; height: number } {
  const cells: Cell[] = [];
  let y = 0;
  for (const tokens of texts) {
    let x = 0;
    for (const { token, value } of tokens) {
      const shown = visible(token), space = /^ /.test(shown) ? SPACE : 0;
      const word = shown.trim();
      const size = Math.min(width, Math.max(lettersWidth(word), 5) + 2 * MARGIN);
      if (x > 0 && x + space + size > width) [x, y] = [0, y + LINE];
      else if (x > 0) x += space;
      cells.push({ x, x2: x + size, y: y + 2, y2: y + LINE - 2, token: word, value });
      x += size;
    }
    y += LINE + GAP;
  }
  return { cells, height: Math.max(0, y - GAP) };
}

/** Pixels of a space between words. */
const SPACE = 4;

/** Advance widths of DejaVu Sans, over the font size: the most of each kind of letters. */
const WIDTHS: [RegExp, number][] = [
  [/[ijl'|.,:;]/, 0.34],
  [/[ftrI!()[\]"\-]/, 0.46],
  [/[mwMW@%]/, 0.99],
  [/[A-Z]/, 0.77],
  [/[\u0020-\u024f]/, 0.635],
];

/** About how wide a text is, in pixels; other scripts' letters may be a square. */
function lettersWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += WIDTHS.find(([kind]) => kind.test(letter))?.[1] ?? 1.1;
  return FONT * width;
}

function tokenPanel(
  cells: readonly Cell[],
  { title, legend, last, top, width, height }: {
    title: string;
    legend: string;
    last: boolean;
    top: number;
    width: number;
    height: number;
  },
): Panel {
  const axis = (field: "x" | "y", end: number) => ({
    field,
    type: "quantitative",
    scale: { domain: [0, end], reverse: field === "y", nice: false },
    axis: null,
  });
  const x = axis("x", width), y = axis("y", height);
  return {
    title,
    width,
    height,
    data: {
      values: cells.map(({ value, ...cell }) => ({
        ...cell,
        left: cell.x + MARGIN,
        middle: (cell.y + cell.y2) / 2,
        value: Number(value.toPrecision(4)),
      })),
    },
    layer: [
      {
        transform: [{ filter: "datum.value > 0" }],
        mark: { type: "rect", cornerRadius: 2 },
        encoding: {
          x,
          x2: { field: "x2" },
          y,
          y2: { field: "y2" },
          color: {
            field: "value",
            type: "quantitative",
            scale: { domain: [0, top / 2, top], range: COLOURS, clamp: true },
            legend: last
              ? {
                title: legend,
                values: [0, top / 2, top],
                format: ".3~g",
                gradientLength: 120,
                gradientThickness: 12,
              }
              : null,
          },
        },
      },
      {
        mark: { type: "text", align: "left", baseline: "middle", fontSize: FONT },
        encoding: {
          x: { ...x, field: "left" },
          y: { ...y, field: "middle" },
          text: { field: "token", type: "nominal" },
          color: { condition: { test: "datum.value > 0", value: INK_ON_COLOUR }, value: INK },
        },
      },
    ],
  };
}

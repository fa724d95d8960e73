/**
 * How series without a meaning of their own keep apart: six colours that readers with any colour
 * vision tell apart, six more as far from these and from one another as the six are, and dashes or
 * shapes where there are more than six.
 *
 * @module
 */

/**
 * The least distance of two of them in CIELAB is 11, for normal vision as well as for simulated
 * protanopia, deuteranopia and tritanopia (Machado 2009).
 */
const SERIES = [
  ...["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7A5C00", "#56B4E9"],
  ...["#E69F00", "#882255", "#332288", "#E3A8C7", "#661100", "#1B1B1B"],
] as const;

/** Series that one colour after the other tells apart without a second sign. */
const PLAIN = 6;

/** For lines, one pattern for every six series. */
const DASHES = [[1, 0], [7, 4], [2, 3], [10, 3, 2, 3]];

/** For dots, Vega's name of a shape for every six series. */
const SHAPES = ["circle", "square", "triangle-up", "diamond"];

/** What a channel of an encoding needs to know: which series has which colour, dash or shape. */
export type SeriesScale = { domain: string[]; range: unknown[] };

/** Colours alone: for at most 12 series. */
export function colourScale(series: readonly string[]): SeriesScale {
  return scaleOf(series, SERIES.length, (i) => SERIES[i]);
}

/** Colours, and dashes that go with them where there are more than six series; for at most 24. */
export function lineScales(series: readonly string[]): { color: SeriesScale; dash?: SeriesScale } {
  const [color, dash] = twoScales(series, DASHES);
  return { color, dash };
}

/** Colours, and shapes that go with them where there are more than six series; for at most 24. */
export function dotScales(series: readonly string[]): { color: SeriesScale; shape?: SeriesScale } {
  const [color, shape] = twoScales(series, SHAPES);
  return { color, shape };
}

/** Throws where a point of a chart belongs to a series that the legend does not name. */
export function expectSeries(
  title: string,
  points: readonly { series: string }[],
  series: readonly string[],
): void {
  const stranger = points.find((point) => !series.includes(point.series));
  if (stranger === undefined) return;
  throw new RangeError(
    `Cannot draw ${title}: expected one of ${
      series.join(", ")
    } but found "${stranger.series}": add ` +
      "it to the series",
  );
}

function twoScales(
  series: readonly string[],
  signs: readonly unknown[],
): [SeriesScale, SeriesScale?] {
  const most = PLAIN * signs.length;
  const color = scaleOf(series, most, (i) => SERIES[i % SERIES.length]);
  if (series.length <= PLAIN) return [color];
  return [color, scaleOf(series, most, (i) => signs[Math.floor(i / PLAIN)])];
}

function scaleOf(
  series: readonly string[],
  most: number,
  sign: (i: number) => unknown,
): SeriesScale {
  if (series.length <= most) return { domain: [...series], range: series.map((_, i) => sign(i)) };
  throw new RangeError(
    `Cannot draw series: expected at most ${most}, which readers can tell apart, but found ` +
      `${series.length}: draw several figures, or only the series that matter`,
  );
}

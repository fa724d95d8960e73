/** Numbers to places on a drawing. @module */

/** Where a value stands, its inverse, and round values to name on an axis. */
export type Scale = {
  at(value: number): number;
  value(at: number): number;
  ticks: { value: number; text: string }[];
};

/** `values` from `from` to `to` on the drawing, with a little room; `log`: by their logarithms. */
export function scaleOf(
  values: ArrayLike<number>,
  { from, to, log = false }: { from: number; to: number; log?: boolean },
): Scale {
  const number = (value: number) => log ? Math.log10(value) : value;
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = number(values[i]);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  const room = (high - low) * 0.03 || 0.5;
  [low, high] = [low - room, high + room];
  const slope = (to - from) / (high - low);
  const at = (value: number) => from + (number(value) - low) * slope;
  return {
    at,
    value: (place) => {
      const value = low + (place - from) / slope;
      return log ? 10 ** value : value;
    },
    ticks: log ? powers(low, high) : rounds(low, high, Math.abs(to - from)),
  };
}

function powers(low: number, high: number): Scale["ticks"] {
  const least = Math.ceil(low), most = Math.floor(high);
  const every = Math.max(1, Math.ceil((most - least) / 6));
  const ticks = [];
  for (let power = least; power <= most; power += every) {
    const text = power >= -3 && power < 5
      ? String(Number((10 ** power).toPrecision(1)))
      : `1e${power}`;
    ticks.push({ value: 10 ** power, text: text.replace("-", "−") });
  }
  return ticks;
}

/** Multiples of 1, 2 or 5 times a power of ten, one for some 70 pixels. */
function rounds(low: number, high: number, length: number): Scale["ticks"] {
  const least = (high - low) / Math.max(2, length / 70);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= least)!;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++) {
    ticks.push({
      value: i * step,
      text: (i * step).toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−"),
    });
  }
  return ticks;
}

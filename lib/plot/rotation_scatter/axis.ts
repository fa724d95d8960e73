/** An axis of cosines. @module */

export type Axis = {
  scale: { domain: [number, number] } & Record<string, unknown>;
  axis: Record<string, unknown>;
};

/** From 0, or from the tenth below the lowest value, to 1.05, with a tick every 0.1. */
export function axisFor(values: number[]): Axis {
  const from = Math.floor(10 * values.reduce((low, value) => Math.min(low, value), 0));
  const ticks = Array.from({ length: 11 - from }, (_, i) => (from + i) / 10);
  return {
    scale: { domain: [from / 10, 1.05], nice: false, zero: false },
    axis: { format: ".1f", values: ticks },
  };
}

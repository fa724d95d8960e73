/** Numbers as people read them. @module */

/** With a real minus; "–" where there is none; small ones keep three significant digits. */
export function formatValue(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  const tiny = value !== 0 && Math.abs(value) < 10 ** -digits;
  const text = tiny ? value.toExponential(1) : value.toFixed(digits);
  return text.replace(/^-(?=[0.]*$)/, "").replace(/-/g, "−");
}

/** A p-value: never 0. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return "–";
  return p < 0.001 ? `p = ${p.toExponential(1).replace("-", "−")}` : `p = ${p.toFixed(3)}`;
}

/** 12,345 */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

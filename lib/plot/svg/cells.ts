/**
 * Tables that a drawing shows cell by cell, as pictures in it with one pixel a cell: a table of 4096
 * numbers has some 10 kB in place of 300, and no seams between its cells.
 *
 * @module
 */
import type { encode as encodePng } from "npm:fast-png@8.0.0";

/** Fewer cells stay shapes. */
const LEAST = 16;

const CELL =
  /<path d="M([-\d.e]+),([-\d.e]+)h([\d.e-]+)v([\d.e-]+)h-[\d.e-]+Z" fill="rgb\((\d+), (\d+), (\d+)\)"(?: stroke-width="0")?\/>/g;
const RUN = new RegExp(`(?:${CELL.source}){${LEAST},}`, "g");

/**
 * Browsers keep a cell's edges by a value that resvg does not know, and resvg by an older one, which
 * the picture has as an attribute; it passes over what stands below @supports.
 */
const SHARP = "@supports (image-rendering: pixelated) { image { image-rendering: pixelated; } }";

type Cell = { x: number; y: number; width: number; height: number; colour: number[] };

/**
 * The drawing with each full table of cells without labels as one picture; cells that are no full
 * table stay.
 */
export function cellsAsPictures(svg: string, encode: typeof encodePng): string {
  const drawn = svg.replace(RUN, (run) => {
    const cells = [...run.matchAll(CELL)].map(cellOf);
    return picture(cells, encode) ?? run;
  });
  return drawn === svg ? svg : drawn.replace(/^<svg[^>]*>/, `$&<style>${SHARP}</style>`);
}

function cellOf([, x, y, width, height, ...colour]: RegExpExecArray): Cell {
  return {
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
    colour: colour.slice(0, 3).map(Number),
  };
}

function picture(cells: readonly Cell[], encode: typeof encodePng): string | undefined {
  const [{ width, height }] = cells;
  const left = Math.min(...cells.map(({ x }) => x)), top = Math.min(...cells.map(({ y }) => y));
  const column = ({ x }: Cell) => Math.round((x - left) / width);
  const row = ({ y }: Cell) => Math.round((y - top) / height);
  const columns = 1 + Math.max(...cells.map(column)), rows = 1 + Math.max(...cells.map(row));
  const fits = (cell: Cell) =>
    [
      cell.width - width,
      cell.height - height,
      cell.x - left - column(cell) * width,
      cell.y - top - row(cell) * height,
    ].every((off) => Math.abs(off) < 0.1);
  const taken = new Set(cells.map((cell) => row(cell) * columns + column(cell)));
  if (taken.size !== cells.length || taken.size !== rows * columns || !cells.every(fits)) {
    return undefined;
  }
  const data = new Uint8Array(3 * rows * columns);
  for (const cell of cells) data.set(cell.colour, 3 * (row(cell) * columns + column(cell)));
  const png = encode({ width: columns, height: rows, data, channels: 3 });
  const place = [left, top, columns * width, rows * height].map((n) => Number(n.toFixed(3)));
  return `<image x="${place[0]}" y="${place[1]}" width="${place[2]}" height="${place[3]}" ` +
    'preserveAspectRatio="none" image-rendering="optimizeSpeed" ' +
    `href="data:image/png;base64,${png.toBase64()}"/>`;
}

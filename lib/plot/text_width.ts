/**
 * How wide is a text? Vega asks a canvas, and guesses 0.8 of the font size a letter where there is
 * none: legends and margins then come out far too wide. The advance widths in the font file give
 * the true answer.
 *
 * Tables as in the OpenType specification 1.9: head, hhea, hmtx, and cmap formats 4 and 12. No
 * kerning.
 *
 * @module
 */

/** Code point -> advance width at font size 1, read from the bytes of a TrueType font. */
export function advanceWidths(font: Uint8Array): (code: number) => number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tableOffsets(view);
  const unitsPerEm = view.getUint16(tables.head + 18);
  const metrics = view.getUint16(tables.hhea + 34);
  const glyphOf = glyphIndex(view, tables.cmap);
  return (code) => {
    const glyph = Math.min(glyphOf(code), metrics - 1); // glyphs after the last metric share it
    return view.getUint16(tables.hmtx + 4 * glyph) / unitsPerEm;
  };
}

/** Code point -> whether a TrueType font can draw it. */
export function glyphCoverage(font: Uint8Array): (code: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const glyphOf = glyphIndex(view, tableOffsets(view).cmap);
  return (code) => glyphOf(code) !== 0;
}

/** Width of a text in pixels, by the widths of `advanceWidths()`. */
export function textWidth(text: string, fontSize: number, advance: (code: number) => number) {
  let width = 0;
  for (const character of text) width += advance(character.codePointAt(0)!);
  return width * fontSize;
}

function tableOffsets(view: DataView): Record<"head" | "hhea" | "hmtx" | "cmap", number> {
  const offsets: Record<string, number> = {};
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
    offsets[tag] = view.getUint32(at + 8);
  }
  for (const tag of ["head", "hhea", "hmtx", "cmap"]) {
    if (!(tag in offsets)) {
      throw new Error(
        `Cannot read a font: expected a table "${tag}" but found ${Object.keys(offsets)}: ` +
          "give the bytes of a TrueType font",
      );
    }
  }
  return offsets as ReturnType<typeof tableOffsets>;
}

function glyphIndex(view: DataView, cmap: number): (code: number) => number {
  const basic = basicGlyph(view, cmap + subtable(view, cmap, { encoding: 1, format: 4 })!);
  const groups = subtable(view, cmap, { encoding: 10, format: 12 });
  const full = groups === undefined ? () => 0 : fullGlyph(view, cmap + groups);
  return (code) => code > 0xffff ? full(code) : basic(code);
}

/** Format 12: groups of three uint32, from the code point, to it, and the first one's glyph. */
function fullGlyph(view: DataView, table: number): (code: number) => number {
  const count = view.getUint32(table + 12);
  return (code) => {
    for (let at = table + 16; at < table + 16 + 12 * count; at += 12) {
      const [from, to, glyph] = [0, 4, 8].map((offset) => view.getUint32(at + offset));
      if (from <= code && code <= to) return glyph + code - from;
    }
    return 0;
  };
}

function basicGlyph(view: DataView, segments: number): (code: number) => number {
  const twice = view.getUint16(segments + 6); // two bytes a segment
  const ends = segments + 14;
  const starts = ends + twice + 2;
  const deltas = starts + twice;
  const ranges = deltas + twice;
  return (code) => {
    for (let i = 0; i < twice; i += 2) {
      if (view.getUint16(ends + i) < code) continue;
      const start = view.getUint16(starts + i);
      if (start > code) return 0;
      const range = view.getUint16(ranges + i);
      const delta = view.getUint16(deltas + i);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(ranges + i + range + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}

/**
 * Offset, within cmap, of a subtable of Windows' platform; the one of the basic plane has to be
 * there.
 */
function subtable(
  view: DataView,
  cmap: number,
  { encoding, format }: { encoding: number; format: number },
): number | undefined {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const record = cmap + 4 + 8 * i;
    const offset = view.getUint32(record + 4);
    const found = view.getUint16(record) === 3 && view.getUint16(record + 2) === encoding;
    if (found && view.getUint16(cmap + offset) === format) return offset;
  }
  if (format !== 4) return undefined;
  throw new Error(
    "Cannot read a font: expected a cmap of format 4 but found none: choose another font",
  );
}

/**
 * SVG -> PDF: shapes and letters stay what they are, the font goes along. Needs `--allow-read` for
 * the font.
 *
 * @module
 */
import { fontFiles } from "./render.ts";

/** Points for a pixel: 96 pixels are an inch, and so are 72 points. */
const POINTS = 72 / 96;

/** The PDF bytes of an SVG that renderSvg() made: one page of its size, the same bytes each time. */
export async function renderPdf(svg: string): Promise<Uint8Array> {
  const [{ default: PDFDocument }, { default: draw }] = await Promise.all([
    import("npm:pdfkit@0.20.2"),
    import("npm:svg-to-pdfkit@0.1.8"),
  ]);
  const [width, height] = ["width", "height"].map((name) =>
    POINTS * Number(new RegExp(`^<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1])
  );
  const info = { CreationDate: new Date(0) };
  const page = new PDFDocument({ size: [width, height], margin: 0, info });
  const [regular, bold] = fontFiles();
  page.registerFont("regular", regular).registerFont("bold", bold);
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    page.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    page.on("end", resolve);
    page.on("error", reject);
  });
  draw(page, svg, 0, 0, {
    width,
    height,
    fontCallback: (_family: string, isBold: boolean) => isBold ? "bold" : "regular",
  });
  page.end();
  await ended;
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

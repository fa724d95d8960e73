/** All pictures of a run on one page, small, each a link to its place in the report. @module */
import { squeezeSvg } from "../../plot/svg/squeeze.ts";
import { escapeHtml } from "./escape.ts";
import { htmlPage } from "./page.ts";

/** Figures under a heading: `pictures` are ids of drawings. */
export type GalleryGroup = {
  title: string;
  figures: readonly { title: string; pictures: readonly string[] }[];
};

/** The page; `svgs` holds the text of each drawing by id, as vega drew it. */
export function galleryPage(
  title: string,
  groups: readonly GalleryGroup[],
  svgs: Record<string, string>,
): string {
  let drawn = 0;
  const told = new Set<string>();
  const card = (id: string, title: string) => {
    const svg = squeezeSvg(svgs[id], { prefix: `g${drawn++}`, told });
    const words = escapeHtml(title), name = escapeHtml(id);
    return `<figure><a href="report.html#${name}">` +
      `${svg.replace("<svg", `<svg role="img" aria-label="${words}"`)}</a>` +
      `<figcaption>${words}<br><code>${name}</code></figcaption></figure>`;
  };
  const parts = groups.map((group) => {
    const cards = group.figures.flatMap(({ title, pictures }) =>
      pictures.map((id) => card(id, title))
    );
    return `<h2>${escapeHtml(group.title)}</h2>\n<div class="gallery">\n${
      cards.join("\n")
    }\n</div>`;
  });
  return htmlPage(title, [`<main class="wide"><h1>${escapeHtml(title)}</h1>`, ...parts, "</main>"]);
}

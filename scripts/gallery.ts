/**
 * Shows all figures of a run on one page.
 *
 *   deno task gallery                     out/small/gallery.html
 *   deno task gallery --run out/smoke
 *
 * Takes the pictures that lie in the run's folder; figures that have none there are drawn.
 */
import { join } from "node:path";
import { exists, readJson, writeWhole } from "../lib/io/files.ts";
import { failureText } from "../lib/report/figure.ts";
import { galleryPage } from "../lib/report/html/gallery.ts";
import { command, runCommand } from "./command_line.ts";
import { drawFigures } from "./figures.ts";
import { noResults, systemsIn } from "./stored_results.ts";
import { print, say } from "./terminal.ts";

const HELP = `Shows all figures of a run on one page, each a link to its place in the report.

  deno task gallery [options]

  --run DIR   the run's folder (default out/small); the page is DIR/gallery.html
  --help      this text

Figures without an SVG there are drawn from the stored results. A figure that was changed
since is drawn again by deno task figures.
`;

/** The command; returns the exit code. */
export const gallery = command(
  { help: HELP, strings: ["run"], bare: 0 },
  async ({ run = join("out", "small") }) => {
    const systems = await systemsIn(run);
    if (systems.length === 0) throw noResults("make a gallery", [run]);
    const numbers = (id: string) => join(run, "figures", `${id}.json`);
    const absent: string[] = [];
    for (const { id } of systems.flatMap(({ figures }) => figures)) {
      if (!await isDrawn(run, id)) absent.push(id);
    }
    const drawn = absent.length > 0 ? await drawFigures(run, absent) : [];
    const failed = drawn.filter(({ error }) => error !== undefined);
    const svgs: Record<string, string> = {};
    const groups = [];
    for (const { title, figures } of systems) {
      const shown = figures.filter(({ id }) => !failed.some((figure) => figure.id === id));
      const entries = [];
      for (const figure of shown) {
        const pictures = await picturesOf(numbers(figure.id));
        for (const id of pictures) {
          svgs[id] = await Deno.readTextFile(join(run, "figures", `${id}.svg`));
        }
        entries.push({ title: figure.title, pictures });
      }
      groups.push({ title, figures: entries });
    }
    const path = join(run, "gallery.html");
    await writeWhole(path, galleryPage("crosslab: all figures", groups, svgs));
    print(path);
    for (const figure of failed) say(`error: ${failureText(figure)}`);
    return failed.length > 0 ? 1 : 0;
  },
);

/** Whether a figure's numbers are there, and every picture as SVG: other formats may stand alone. */
async function isDrawn(run: string, id: string): Promise<boolean> {
  const numbers = join(run, "figures", `${id}.json`);
  if (!await exists(numbers)) return false;
  for (const picture of await picturesOf(numbers)) {
    if (!await exists(join(run, "figures", `${picture}.svg`))) return false;
  }
  return true;
}

async function picturesOf(path: string): Promise<string[]> {
  const { pictures } = await readJson(path) as { pictures: { id: string }[] };
  return pictures.map(({ id }) => id);
}

if (import.meta.main) await runCommand(gallery);

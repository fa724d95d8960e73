/**
 * The path of a latent through the stages: straight on where its vector kept its direction, bent by
 * the angle that it turned.
 *
 * @module
 */
import { formatValue } from "./format.ts";
import { html, type View } from "./preact.ts";
import type { Explorer } from "./explorer.ts";
import type { Axes, Scene } from "./scene.ts";
import { columnOf } from "./unpack.ts";

type Transition = Explorer["path"][number];

/** Chains of steps, from the first stage to each last one. */
function chainsOf(path: readonly Transition[]): Transition[][] {
  const into = (stage: string): Transition[] => {
    const step = path.find(({ to }) => to === stage);
    return step ? [...into(step.from), step] : [];
  };
  const ends = path.filter(({ to }) => !path.some(({ from }) => from === to));
  return ends.map(({ to }) => into(to));
}

const LENGTH = 92;
const WIDTH = 340;
const HEIGHT = 230;
/** The first steps of two chains start so far apart, in degrees. */
const SPREAD = 25;

type PathProps = { scene: Scene; latent: number };

export function PathView({ scene: { explorer, axes }, latent }: PathProps): View {
  const { path } = explorer;
  const cosine = ({ column }: Transition) => columnOf(explorer, column).values[latent];
  const arms = chainsOf(path).map((chain, i) =>
    armOf(chain.map((step) => angleOf(cosine(step))), i)
  );
  const first = path[0].from;
  return html`
    <section aria-labelledby="path-title">
      <h3 id="path-title">Its path through the stages</h3>
      <div class="path">
        <svg viewBox=${viewBox(
          arms,
        )} role="img" aria-labelledby="path-title" aria-describedby="path-table">
          ${arms.map((arm, i) =>
            html`
              ${arm.slice(1).map(({ straight, left, top }, j) =>
                html`
                  <path class="straight" d=${`M${arm[j].left} ${
                    arm[j].top
                  }L${straight.left} ${straight.top}`} />
                  <path class=${`arm arm-${i}`} d=${`M${arm[j].left} ${
                    arm[j].top
                  }L${left} ${top}`} />
                `
              )}
              ${arm.slice(1).map(({ left, top }, j) => node(chainsOf(path)[i][j].to, left, top))}
            `
          )}
          ${node(first, 0, 0)}
        </svg>
        <table id="path-table" aria-label="Steps of its path">
          <thead>
            <tr>
              <th scope="col">step</th>
              <th scope="col">cosine</th>
              <th scope="col">angle</th>
              <th scope="col">what changed</th>
            </tr>
          </thead>
          <tbody>${path.map((step) =>
            html`
              <tr>
                <th scope="row">${step.from} → ${step.to}</th>
                <td class="number">${formatValue(cosine(step))}</td>
                <td class="number">${angleText(cosine(step))}</td>
                <td>${step.about}${axisOf(step, axes)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}

function axisOf({ column }: Transition, axes: Axes): string {
  if (column === axes.x) return " (the x axis)";
  return column === axes.y ? " (the y axis)" : "";
}

/** In degrees; NaN where there is no cosine. */
function angleOf(cosine: number): number {
  return Math.acos(Math.min(1, Math.max(-1, cosine))) * 180 / Math.PI;
}

function angleText(cosine: number): string {
  return Number.isFinite(cosine) ? `${Math.round(angleOf(cosine))}°` : "–";
}

type Node = { left: number; top: number; straight: { left: number; top: number } };

/**
 * Places after each step of a chain, as far as there are angles; `straight`: where the step would have
 * ended without its turn.
 */
function armOf(angles: readonly number[], arm: number): Node[] {
  const side = arm % 2 === 0 ? -1 : 1;
  let heading = side * SPREAD;
  const nodes: Node[] = [{ left: 0, top: 0, straight: { left: 0, top: 0 } }];
  for (const angle of angles) {
    if (!Number.isFinite(angle)) break;
    const { left, top } = nodes.at(-1)!;
    const straight = ahead(left, top, heading);
    heading += side * angle;
    nodes.push({ ...ahead(left, top, heading), straight });
  }
  return nodes;
}

function ahead(left: number, top: number, degrees: number): { left: number; top: number } {
  const angle = degrees * Math.PI / 180;
  return {
    left: Math.round(left + LENGTH * Math.cos(angle)),
    top: Math.round(top + LENGTH * Math.sin(angle)),
  };
}

/** All of it with room for names, and never narrower than a path that goes straight on. */
function viewBox(arms: readonly Node[][]): string {
  const nodes = arms.flat().flatMap(({ left, top, straight }) => [{ left, top }, straight]);
  const [lefts, tops] = [nodes.map(({ left }) => left), nodes.map(({ top }) => top)];
  const [left, top] = [Math.min(...lefts) - 24, Math.min(...tops) - 24];
  const width = Math.max(WIDTH, Math.max(...lefts) + 24 - left);
  const height = Math.max(HEIGHT, Math.max(...tops) + 24 - top);
  return `${left} ${top} ${width} ${height}`;
}

function node(name: string, left: number, top: number): View {
  return html`
    <circle class="node" cx=${left} cy=${top} r="15" />
    <text class="node-name" x=${left} y=${top + 4.5} text-anchor="middle">${name}</text>
  `;
}

/** What a point tells while a pointer, or the keyboard's cursor, is on it. @module */
import { marksOf, numbersOf, topTokens } from "./latent_words.ts";
import type { Point } from "./nearest_point.ts";
import { html, type View } from "./preact.ts";
import type { Scene } from "./scene.ts";

/** `width`, `height`: of the drawing, whose nearer edge it leaves free. */
type TipProps = { scene: Scene; place: Point; width: number; height: number };

export function Tip({ scene, place, width, height }: TipProps): View {
  const { latent, left, top } = place, { explorer } = scene;
  const style = {
    ...(left > width / 2 ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` }),
    ...(top > height / 2 ? { bottom: `${height - top + 12}px` } : { top: `${top + 12}px` }),
  };
  return html`
    <div class="tip" style=${style} aria-hidden="true">
      <strong>Latent ${latent}</strong>
      <div>${numbersOf(scene, latent).join(", ")}</div>
      <div>${marksOf(explorer, latent).join(", ")}</div>
      <dl>${explorer.stages.map(({ name }, stage) =>
        html`
          <dt>${name}</dt>
          <dd>${topTokens(explorer, latent, stage).map((token) =>
            html`<span class="token">${token}</span>`
          )}</dd>
        `
      )}</dl>
    </div>
  `;
}

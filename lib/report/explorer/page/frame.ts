/** The frame of the scatter: axes with their names in words, lines where groups are cut. @module */
import { html, type View } from "./preact.ts";
import type { Scale } from "./scale.ts";
import type { Column } from "./unpack.ts";

/** The edges of the part with the points. */
export type Frame = { left: number; right: number; top: number; bottom: number };
type FrameProps = {
  x: Scale;
  y: Scale;
  frame: Frame;
  columns: { x: Column; y: Column };
  cut: { x: number; y: number } | undefined;
};

export function frameView({ x, y, frame, columns, cut }: FrameProps): View {
  const { left, right, top, bottom } = frame;
  const middle = (top + bottom) / 2;
  const [acrossWords, upWords] = [
    wrapped(columns.x.about, right - left),
    wrapped(columns.y.about, bottom - top),
  ];
  return html`
    <g class="frame" aria-hidden="true">
      <rect class="ground" x=${left} y=${top} width=${right - left} height=${bottom - top} />
      ${x.ticks.map(({ value, text }) =>
        html`
          <line x1=${x.at(value)} x2=${x.at(value)} y1=${top} y2=${bottom} />
          <text x=${x.at(value)} y=${bottom + 15} text-anchor="middle">${text}</text>
        `
      )}
      ${y.ticks.map(({ value, text }) =>
        html`
          <line x1=${left} x2=${right} y1=${y.at(value)} y2=${y.at(value)} />
          <text x=${left - 6} y=${y.at(value) + 4} text-anchor="end">${text}</text>
        `
      )}
      ${cut && html`
        <line class="cut" x1=${x.at(cut.x)} x2=${x.at(cut.x)} y1=${top} y2=${bottom} />
        <line class="cut" x1=${left} x2=${right} y1=${y.at(cut.y)} y2=${y.at(cut.y)} />
      `}
      ${acrossWords.map((words, i) =>
        html`
          <text class="axis-title" x=${(left + right) / 2} y=${bottom + 31 +
            14 * i} text-anchor="middle">${words}</text>
        `
      )}
      ${upWords.map((words, i) =>
        html`
          <text class="axis-title" text-anchor="middle"
            transform=${`translate(${
              upWords.length > 1 ? 10 + 14 * i : 17
            },${middle}) rotate(-90)`}>${words}</text>
        `
      )}
    </g>
  `;
}

/** One line, or two where one is not enough; a letter takes some 6.4 pixels. */
function wrapped(text: string, room: number): string[] {
  if (text.length * 6.4 <= room) return [text];
  const words = text.split(" ");
  const half = words.reduce(
    (best, _, i) => {
      const uneven = Math.abs(words.slice(0, i).join(" ").length - words.slice(i).join(" ").length);
      return uneven < best.uneven ? { i, uneven } : best;
    },
    { i: 0, uneven: Infinity },
  );
  return [words.slice(0, half.i).join(" "), words.slice(half.i).join(" ")];
}

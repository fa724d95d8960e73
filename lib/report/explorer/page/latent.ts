/** One latent: everything that is known of it. @module */
import { browser, type Element } from "./browser.ts";
import { ContextsView } from "./context_view.ts";
import { DensityView } from "./density.ts";
import type { Explorer } from "./explorer.ts";
import { formatP, formatValue } from "./format.ts";
import { marksOf } from "./latent_words.ts";
import { PathView } from "./path.ts";
import { html, useEffect, useRef, useState, type View } from "./preact.ts";
import { ProfileView } from "./profile.ts";
import { RankedView } from "./ranked.ts";
import type { Scene } from "./scene.ts";

type LatentProps = { scene: Scene; latent: number; onClose: () => void };

export function LatentView({ scene, latent, onClose }: LatentProps): View {
  const { explorer, stage } = scene, { lens, nearest, path, tokens } = explorer;
  const heading = useRef<Element | null>(null);
  useEffect(() => {
    heading.current!.focus({ preventScroll: true });
    heading.current!.scrollIntoView({ block: "nearest" });
  }, [latent]);
  return html`
    <article class="latent" id="latent" aria-labelledby="latent-title">
      <header>
        <h2 id="latent-title" tabindex="-1" ref=${heading}>Latent ${latent}</h2>
        <${CopyLink} latent=${latent} />
        <button type="button" id="close" onClick=${onClose}>Close</button>
      </header>
      <ul class="marks" aria-label="Group and marks">${marksOf(explorer, latent).map((mark) =>
        html`
          <li>${mark}</li>
        `
      )}</ul>
      ${path.length > 0 && html`<${PathView} scene=${scene} latent=${latent} />`}
      <${ContextsView} explorer=${explorer} latent=${latent} />
      ${sectionsOf(explorer).map((title) =>
        html`<${NumbersView} explorer=${explorer} title=${title} latent=${latent} />`
      )}
      <${ProfileView} explorer=${explorer} latent=${latent} />
      <${DensityView} explorer=${explorer} latent=${latent} stage=${stage} />
      ${lens && html`
        <${RankedView} explorer=${explorer} ranks=${lens} latent=${latent} id="lens"
          title="Tokens that it makes likelier" show=${(id: number) =>
            html`<span class="token">${tokens[id]}</span>`} />
      `}
      ${nearest && html`
        <${RankedView} explorer=${explorer} ranks=${nearest} latent=${latent} id="nearest"
          title="Nearest latents" show=${(id: number) =>
            html`<a href=${`#latent=${id}`} aria-label=${`Latent ${id}`}>${id}</a>`} />
      `}
    </article>
  `;
}

function sectionsOf({ columns }: Explorer): string[] {
  return [...new Set(columns.flatMap(({ section }) => section ?? []))];
}

type NumbersProps = { explorer: Explorer; title: string; latent: number };

function NumbersView({ explorer: { columns }, title, latent }: NumbersProps): View {
  const listed = columns.filter(({ section }) => section === title);
  return html`
    <section aria-label=${title}>
      <h3>${title}</h3>
      <table class="numbers-table" aria-label=${title}>
        <tbody>${listed.map(({ about, values, digits, p }) =>
          html`
            <tr>
              <th scope="row">${about}</th>
              <td class="number">${formatValue(values[latent], digits)}</td>
              <td class="number">${p && formatP(p[latent])}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </section>
  `;
}

function CopyLink({ latent }: { latent: number }): View {
  const [copied, setCopied] = useState<number | undefined>(undefined);
  const { clipboard } = browser.navigator;
  const link = browser.location.href.split("#")[0] + `#latent=${latent}`;
  return html`
    <a href=${`#latent=${latent}`} class="link">#latent=${latent}</a>
    ${clipboard && html`
      <button type="button" id="copy"
        onClick=${() =>
          clipboard.writeText(link).then(() => setCopied(latent), () => setCopied(undefined))}>
            ${copied === latent ? "Copied" : "Copy link"}</button>
    `}
  `;
}

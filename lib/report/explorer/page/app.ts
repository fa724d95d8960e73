/** The page: filters, scatter and table beside the latent that is open. @module */
import { browser, type KeyInput } from "./browser.ts";
import { Controls } from "./controls.ts";
import { type Filters, firstFilters, type Order, shownLatents } from "./filters.ts";
import { formatValue } from "./format.ts";
import { LatentView } from "./latent.ts";
import { html, useEffect, useMemo, useState, type View } from "./preact.ts";
import { type Axes, Scatter } from "./scatter.ts";
import { LatentTable } from "./table.ts";
import { marksOf, topTokens } from "./tip.ts";
import { columnOf, type Explorer } from "./unpack.ts";
import type { Windows } from "./windows.ts";

type AppProps = { explorer: Explorer; windows: Windows };

export function App({ explorer, windows }: AppProps): View {
  const { title, axes: first, stages } = explorer;
  const [filters, setFilters] = useState<Filters>(() => firstFilters(explorer));
  const [axes, setAxes] = useState<Axes>({ x: first.x, y: first.y });
  const [stage, setStage] = useState(explorer.stage);
  const [order, setOrder] = useState<Order>({ column: first.x, down: false });
  const [selected, close] = useSelected(explorer);
  const shown = useMemo(() => shownLatents(explorer, windows, { filters, axes }), [filters, axes]);
  const onAxes = (next: Axes) => {
    setAxes(next);
    setFilters({ ...filters, region: {} }); // bounds are of the axes that they were drawn on
  };
  const describe = (latent: number) => {
    const numbers = [axes.x, axes.y].map((id) => {
      const { title, values, digits } = columnOf(explorer, id);
      return `${title} ${formatValue(values[latent], digits)}`;
    });
    const fires = `fires on ${topTokens(windows, { latent, stage }).join(", ") || "nothing"}`;
    return [`Latent ${latent}`, ...numbers, ...marksOf(explorer, latent), fires].join(", ");
  };
  return html`
    <header class="page">
      <h1>${title}</h1>
      <p>${first.about}</p>
      <details><summary>What this was made from</summary>
        <dl class="numbers">${explorer.about.map(({ name, value }) =>
          html`
            <dt>${name}</dt>
            <dd>${value}</dd>
          `
        )}
          ${stages.map(({ name, about }) =>
            html`
              <dt>${name}</dt>
              <dd>${about}</dd>
            `
          )}</dl>
      </details>
      ${explorer.missing.length > 0 && html`
        <details>
          <summary>What is not shown here (${explorer.missing.length})</summary>
          <ul>${explorer.missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>
        </details>
      `}
    </header>
    <main class=${selected === undefined ? "" : "open"}>
      <div class="overview">
        <${Controls} explorer=${explorer} filters=${filters} axes=${axes} count=${shown.length}
          onFilters=${setFilters} onAxes=${onAxes} onReset=${() => setFilters(allOf(explorer))} />
        <${Scatter} explorer=${explorer} windows=${windows} axes=${axes} shown=${shown} selected=${selected}
          region=${filters.region} describe=${describe} onOpen=${open}
          onRegion=${(region: Filters["region"]) => setFilters({ ...filters, region })} />
        <${LatentTable} explorer=${explorer} windows=${windows} axes=${axes} shown=${shown} selected=${selected}
          stage=${stage} order=${order} onOrder=${setOrder} onStage=${setStage} />
      </div>
      ${selected !== undefined && html`
        <${LatentView} explorer=${explorer} windows=${windows} axes=${axes}
          latent=${selected} stage=${stage} onClose=${close} />
      `}
    </main>
  `;
}

/** Nothing is left out, dead ones neither. */
function allOf(explorer: Explorer): Filters {
  const { flags, ...others } = firstFilters(explorer);
  return { ...others, flags: Object.fromEntries(Object.keys(flags).map((id) => [id, "any"])) };
}

function open(latent: number): void {
  browser.location.hash = `latent=${latent}`;
}

/** The latent that the address names, which is the one that is open; Escape closes it. */
function useSelected({ size }: Explorer): [number | undefined, () => void] {
  const named = () => {
    const number = /^#latent=(\d+)$/.exec(browser.location.hash)?.[1];
    return number !== undefined && Number(number) < size ? Number(number) : undefined;
  };
  const [selected, setSelected] = useState<number | undefined>(named);
  const close = () => {
    browser.location.hash = "";
    browser.document.getElementById("scatter")?.focus({ preventScroll: true });
  };
  useEffect(() => {
    const follow = () => setSelected(named());
    const onKey = ({ key }: KeyInput) => {
      if (key === "Escape" && named() !== undefined) close();
    };
    browser.addEventListener("hashchange", follow);
    browser.addEventListener("keydown", onKey);
    return () => {
      browser.removeEventListener("hashchange", follow);
      browser.removeEventListener("keydown", onKey);
    };
  }, []);
  return [selected, close];
}

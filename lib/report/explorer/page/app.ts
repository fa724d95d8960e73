/** The page: filters, scatter and table beside the latent that is open. @module */
import { Controls } from "./controls.ts";
import type { Explorer } from "./explorer.ts";
import { type Filters, firstFilters, noFilters, type Order, shownLatents } from "./filters.ts";
import { PageHeading } from "./heading.ts";
import { LatentView } from "./latent.ts";
import { html, useMemo, useState, type View } from "./preact.ts";
import { Scatter } from "./scatter.ts";
import type { Axes } from "./scene.ts";
import { LatentTable } from "./table.ts";
import { open, useSelected } from "./use_selected.ts";

export function App({ explorer }: { explorer: Explorer }): View {
  const { axes: first } = explorer;
  const [filters, setFilters] = useState<Filters>(() => firstFilters(explorer));
  const [axes, setAxes] = useState<Axes>({ x: first.x, y: first.y });
  const [stage, setStage] = useState(explorer.stage);
  const [order, setOrder] = useState<Order>({ column: first.x, down: false });
  const [selected, close] = useSelected(explorer.size);
  const shown = useMemo(() => shownLatents(explorer, { filters, axes }), [filters, axes]);
  const scene = { explorer, axes, stage };
  const onAxes = (next: Axes) => {
    setAxes(next);
    setFilters({ ...filters, region: {} }); // bounds are of the axes that they were drawn on
  };
  return html`
    <${PageHeading} explorer=${explorer} />
    <main class=${selected === undefined ? "" : "open"}>
      <div class="overview">
        <${Controls} scene=${scene} filters=${filters} count=${shown.length}
          onFilters=${setFilters} onAxes=${onAxes} onReset=${() =>
            setFilters(noFilters(explorer))} />
        <${Scatter} scene=${scene} shown=${shown} selected=${selected} region=${filters.region}
          onOpen=${open} onRegion=${(region: Filters["region"]) =>
            setFilters({ ...filters, region })} />
        <${LatentTable} scene=${scene} shown=${shown} selected=${selected}
          order=${order} onOrder=${setOrder} onStage=${setStage} />
      </div>
      ${selected !== undefined && html`
        <${LatentView} scene=${scene} latent=${selected} onClose=${close} />
      `}
    </main>
  `;
}

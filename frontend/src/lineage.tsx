import { useMemo, useState } from "preact/hooks";
import { EVERYTHING, hashOf } from "./filter";
import { NODE } from "./graph";
import type { Page } from "./main";
import { plural, visible } from "./words";

const NEAR = 60;
const ALL = 250;

/** The tables and what flows between them: around what fails, around the table that is filtered for, or all. */
export function Lineage(page: Page) {
  const { document, graph, worst, filter } = page;
  const [whole, setWhole] = useState(false);
  const failing = document.tables.flatMap((_, i) => (worst[i] === 0 || worst[i] === 1 ? [i] : []));
  const asked = document.tables.flatMap((table, i) => (filter.table && table.name === filter.table ? [i] : []));
  const starts = asked.length ? asked : failing;
  const all = whole || !starts.length;
  const count = document.tables.length;
  const shown = useMemo(
    () => (all ? document.tables.map((_, i) => i).slice(0, ALL) : graph.around(starts, NEAR)),
    [all, filter.table],
  );
  if (!document.edges.length) return null;
  const centre = asked.length ? filter.table : `${plural(failing.length, "table")} that keep${failing.length === 1 ? "s" : ""} the gate shut`;
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">Lineage</h2>
      <p class="note">
        {all ? `${plural(shown.length, "table")}${count > shown.length ? ` of ${count}` : ""}` : <>One step around <bdi>{centre}</bdi>: {shown.length} of {plural(count, "table")}</>}
        {starts.length > 0 && (
          <button type="button" aria-pressed={whole} onClick={() => setWhole(!whole)}>
            The whole platform
          </button>
        )}
        {all && count > ALL && ` More than ${ALL} cannot be read at once: filter for a table.`}
      </p>
      <Drawn page={page} shown={shown} label="Tables and what flows between them" />
    </section>
  );
}

/** The drawing, and the same as words for whoever cannot see it. */
export function Drawn({ page, shown, label }: { page: Page; shown: number[]; label: string }) {
  const { document, graph, worst } = page;
  const drawing = useMemo(() => graph.draw(shown), [shown.join()]);
  return (
    <div class="scroll graph" tabIndex={0} role="region" aria-label={label}>
      <svg
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        width={drawing.width}
        style={{ minWidth: `${drawing.width * 0.8}px` }}
        role="group"
        aria-label={label}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 6 6" refX="1" refY="3" markerWidth="6" markerHeight="6" orient="auto">
            <path d="M0 0L6 3L0 6Z" />
          </marker>
        </defs>
        {drawing.edges.map(({ from, to, path }) => (
          <path key={`${from}-${to}`} class="edge" d={path} marker-end="url(#arrow)" aria-hidden="true" />
        ))}
        {drawing.nodes.map(({ index, x, y }) => {
          const table = document.tables[index]!;
          const standing = document.standings[worst[index]!];
          const says = standing ? standing.word : "not checked";
          const made = graph.down[index]!.map((each) => document.tables[each]!.name);
          return (
            <a
              key={index}
              class={`node ${standing?.key ?? "nothing"}`}
              href={hashOf({ ...EVERYTHING, table: table.name }) || "#"}
              aria-label={`${visible(table.name)}, ${table.layer}, ${says}; feeds ${made.join(", ") || "nothing"}`}
            >
              <title>{visible(table.name)}</title>
              <rect x={x} y={y} width={NODE.width} height={NODE.height} rx="4" />
              <rect class="stripe" x={x} y={y} width="5" height={NODE.height} rx="2" />
              <text x={x + 14} y={y + 19}>{short(visible(table.name))}</text>
              <text class="about" x={x + 14} y={y + 36}>
                {standing?.sign ?? "·"} {says}{table.layer && ` \u00b7 ${table.layer}`}
              </text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}

/** A name as long as a node is wide; what tells names apart is more often at the end. */
function short(name: string): string {
  const most = 25;
  return name.length <= most ? name : `${name.slice(0, 9)}…${name.slice(10 - most)}`;
}

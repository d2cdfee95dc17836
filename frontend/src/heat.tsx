import { useState } from "preact/hooks";
import type { Cell, HeatRow, Standing } from "./data";
import { EVERYTHING, NONE } from "./filter";
import type { Page } from "./main";
import { number } from "./words";

/** Layer x dimension: what was measured against target and alert, and what fails there. A layer opens to its tables. */
export function HeatMap({ document, go }: Page) {
  const [open, setOpen] = useState<string[]>([]);
  const layers = document.heat.filter((row) => !row.table);
  if (!layers.length) return null;
  const toggle = (layer: string) =>
    setOpen(open.includes(layer) ? open.filter((each) => each !== layer) : [...open, layer]);
  const show = (row: HeatRow, dimension: string) => {
    go({ ...EVERYTHING, layer: row.layer || NONE, table: row.table, dimension: dimension || NONE });
    window.document.getElementById("results")!.scrollIntoView();
  };
  return (
    <section aria-labelledby="heat">
      <h2 id="heat">Layers and dimensions</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="heat">
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">layer</th>
              {document.dimensions.map((each) => (
                <th scope="col" key={each}>
                  {each || "other"}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.flatMap((layer) => {
              const tables = document.heat.filter((row) => row.table && row.layer === layer.layer);
              const unfolded = open.includes(layer.layer);
              return [layer, ...(unfolded ? tables : [])].map((row) => (
                <tr key={`${row.layer}\n${row.table}`} class={row.table ? "table" : ""}>
                  <th scope="row">
                    {row.table ? (
                      <bdi>{row.table}</bdi>
                    ) : (
                      <button type="button" class="fold" aria-expanded={unfolded} onClick={() => toggle(row.layer)}>
                        <bdi>{row.layer || "no layer"}</bdi>
                      </button>
                    )}
                  </th>
                  {row.cells.map((cell, i) => (
                    <td key={document.dimensions[i]}>
                      {cell ? (
                        <button
                          type="button"
                          class="cell"
                          title={about(cell)}
                          onClick={() => show(row, document.dimensions[i]!)}
                        >
                          {cell.value && <b class={LOOK[cell.standard]}>{cell.value}</b>}
                          <span class={document.standings[cell.standing]!.key}>
                            {stands(cell, document.standings[cell.standing]!)}
                          </span>
                        </button>
                      ) : (
                        <span class="nothing" aria-label="no clause">
                          –
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ));
            })}
          </tbody>
        </table>
      </div>
      <p class="note">
        ✓ meets its target, ! misses it, ✗ is beyond the alert, ? could not tell, ~ holds waived failures.
        {document.targets && ` Targets: ${document.targets}.`} It informs; only the clauses decide.
      </p>
    </section>
  );
}

/** A measured value is coloured by how it stands to its goals, the clauses by how they stand with the gate. */
const LOOK: Record<string, string> = { met: "passed", missed: "warning", alert: "blocks", unknown: "undecided" };

function stands({ count, total }: Cell, { sign, word, words }: Standing): string {
  const many = count === total ? `${total === 1 ? "" : "all "}${number(total)}` : `${number(count)} of ${number(total)}`;
  return `${sign} ${many} ${count === 1 ? word : words}`;
}

function about(cell: Cell): string {
  const parts = [cell.target && `target ${cell.target}`, cell.alert && `alert ${cell.alert}`];
  return parts.filter(Boolean).join(", ");
}

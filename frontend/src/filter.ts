/** What is shown, as the hash of the address says it: a filter can be sent to somebody. */
import type { Document, Row } from "./data";

export interface Filter {
  outcome: string[];
  layer: string;
  table: string;
  owner: string;
  dimension: string;
  text: string;
  /** Id of the result that is unfolded. */
  open: string;
}

export const EVERYTHING: Filter = { outcome: [], layer: "", table: "", owner: "", dimension: "", text: "", open: "" };

/** How the hash writes a field that is empty in the report, such as the owner nobody named. */
export const NONE = "-";

export function parse(hash: string): Filter {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const one = (name: string) => said.get(name) ?? "";
  return {
    outcome: one("outcome").split(",").filter(Boolean),
    layer: one("layer"),
    table: one("table"),
    owner: one("owner"),
    dimension: one("dimension"),
    text: one("text"),
    open: one("open"),
  };
}

export function hashOf(filter: Filter): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (text) said.set(name, text);
  }
  return said.size ? `#${said}` : "";
}

export function isEverything(filter: Filter): boolean {
  return !hashOf({ ...filter, open: "" });
}

/** The rows that a filter keeps, in their order; `sought` is made once, on the first search. */
export function finder(document: Document, rows: Row[]): (filter: Filter) => Row[] {
  let sought: string[] | undefined;
  return (filter) => {
    const wanted = filter.outcome.map((key) => document.standings.findIndex((each) => each.key === key));
    const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) sought ??= rows.map(text);
    return rows.filter(
      (row) =>
        (!wanted.length || wanted.includes(row.standing)) &&
        is(filter.layer, row.layer) &&
        is(filter.table, row.table) &&
        is(filter.owner, row.owner) &&
        is(filter.dimension, row.dimension) &&
        words.every((word) => sought![row.index]!.includes(word)),
    );
  };
}

function is(wanted: string, found: string): boolean {
  return !wanted || found === wanted || (wanted === NONE && !found);
}

function text(row: Row): string {
  const parts = [row.subject, row.rule, row.check, row.message, row.contract, row.owner, row.place, row.id, row.layer];
  return parts.join("\n").toLowerCase();
}

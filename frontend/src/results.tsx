import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Row } from "./data";
import { Details } from "./details";
import type { Page } from "./main";
import { Strip } from "./strip";
import { fraction, number, visible } from "./words";

/** Rows are drawn on demand: a hundred fill any screen, and what stands below the table stays within reach. */
const FIRST = 100;
const MORE = 500;
/** Worst first: what blocks, could not be told, warns or is waived. */
const FAILURES = 4;
const COLUMNS = ["outcome", "check", "layer", "expected", "measured", "units", "pass", "fail", "owner"];
const NUMBERS = ["units", "pass", "fail"];

export function Results(page: Page & { shown: Row[]; printing: boolean }) {
  const { shown, filter, go, printing } = page;
  const [limit, setLimit] = useState(FIRST);
  const [open, setOpen] = useState<string[]>(filter.open ? [filter.open] : []);
  useEffect(() => setLimit(FIRST), [shown]);
  useEffect(() => {
    if (filter.open && !open.includes(filter.open)) setOpen([...open, filter.open]);
  }, [filter.open]);
  const opened = shown.findIndex((row) => row.id === filter.open);
  useLayoutEffect(() => {
    if (opened >= 0) window.document.getElementById(`row-${shown[opened]!.index}`)?.scrollIntoView({ block: "start" });
  }, [filter.open]);
  const toggle = (row: Row) => {
    const unfolded = open.includes(row.id);
    setOpen(unfolded ? open.filter((each) => each !== row.id) : [...open, row.id]);
    go({ open: unfolded ? "" : row.id }, true);
  };
  const drawn = printing ? shown.filter((row) => row.standing < FAILURES) : shown.slice(0, Math.max(limit, opened + 1));
  if (!page.rows.length) return <p class="note">There is nothing to show.</p>;
  const left = printing ? 0 : shown.length - drawn.length;
  const isOpen = (row: Row) => printing || open.includes(row.id);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of results">
        <table class="results" role="table" aria-rowcount={shown.length + 1}>
          <thead role="rowgroup">
            <tr role="row">
              {COLUMNS.map((name) => (
                <th scope="col" role="columnheader" key={name} class={NUMBERS.includes(name) ? "number" : ""}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          {drawn.map((row) => (
            <Line key={row.index} row={row} unfolded={isOpen(row)} page={page} toggle={toggle} />
          ))}
        </table>
      </div>
      {!shown.length && <p class="note">No result is like this: widen the filter.</p>}
      {printing && drawn.length < shown.length && (
        <p class="note">{number(shown.length - drawn.length)} results that passed, inform or were skipped are not printed.</p>
      )}
      {left > 0 && (
        <p class="end">
          <button type="button" onClick={() => setLimit(limit + MORE)}>
            Show {left > MORE ? `${MORE} more` : "the rest"} of {number(left)} further results
          </button>
        </p>
      )}
    </>
  );
}

function Line({ row, unfolded, page, toggle }: { row: Row; unfolded: boolean; page: Page; toggle: (row: Row) => void }) {
  const standing = page.document.standings[row.standing]!;
  const details = `details-${row.index}`;
  const { failed, total } = row;
  const good = failed !== null && total ? total - failed : null;
  return (
    <tbody role="rowgroup" class={standing.key} id={`row-${row.index}`}>
      <tr role="row">
        <td role="cell" class="outcome">
          <span class={`mark ${standing.key}`}>
            <span aria-hidden="true">{standing.sign}</span> {standing.word}
          </span>
          <Strip row={row} document={page.document} />
        </td>
        <td role="cell" class="check">
          <button
            type="button"
            class="fold"
            aria-expanded={unfolded}
            aria-controls={unfolded ? details : undefined}
            onClick={() => toggle(row)}
          >
            <bdi>{row.subject}</bdi> <span class="rule">{row.rule}</span>
          </button>
          {row.standing < FAILURES + 1 && <p class="message"><bdi>{visible(row.message)}</bdi></p>}
          {row.standing < FAILURES && row.past && <p class="message past">{row.past}</p>}
        </td>
        <td role="cell" class="layer">{row.layer ? <bdi>{row.layer}</bdi> : "–"}</td>
        <td role="cell" class="value" data-label="expected"><bdi>{row.expected || "–"}</bdi></td>
        <td role="cell" class="value" data-label="measured"><bdi>{row.actual || "–"}</bdi></td>
        <td role="cell" class="number">{total === null ? "–" : number(total)}</td>
        <Units part={good} whole={total} />
        <Units part={failed} whole={total} />
        <td role="cell" class="owner"><bdi>{row.owner || "–"}</bdi></td>
      </tr>
      {unfolded && (
        <tr role="row" class="details" id={details}>
          <td role="cell" colSpan={COLUMNS.length}>
            <Details row={row} page={page} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Units({ part, whole }: { part: number | null; whole: number | null }) {
  if (part === null) return <td role="cell" class="number">–</td>;
  return (
    <td role="cell" class="number">
      {number(part)}
      {whole ? <small>{fraction(part, whole)}</small> : null}
    </td>
  );
}

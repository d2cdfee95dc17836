/** The report: one page, drawn from the data that Python embeds; it judges nothing. */
import { render } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { type Document, type Row, rowsOf } from "./data";
import { EVERYTHING, type Filter, finder, hashOf, isEverything, parse } from "./filter";
import { Filters } from "./filters";
import { Graph } from "./graph";
import { HeatMap } from "./heat";
import { Incidents, Levels } from "./levels";
import { Lineage } from "./lineage";
import { Blocking, Verdict } from "./verdict";
import { Attempts, Coverage, Footer, Patches, Waivers } from "./panels";
import { usePrinting } from "./print";
import { Results } from "./results";
import { plural } from "./words";

export interface Page {
  document: Document;
  rows: Row[];
  graph: Graph;
  /** Index of the worst standing among a table's results, by table; -1 where there are none. */
  worst: number[];
  filter: Filter;
  /** Shows other rows; `quietly` when no step back should lead here. */
  go: (change: Partial<Filter>, quietly?: boolean) => void;
}

function App({ document: data, rows, graph, worst }: Pick<Page, "document" | "rows" | "graph" | "worst">) {
  const [filter, setFilter] = useState(() => parse(location.hash));
  const find = useMemo(() => finder(data, rows), []);
  const printing = usePrinting();
  useEffect(() => {
    const read = () => setFilter(parse(location.hash));
    addEventListener("hashchange", read);
    addEventListener("popstate", read);
    return () => {
      removeEventListener("hashchange", read);
      removeEventListener("popstate", read);
    };
  }, []);
  const go = (change: Partial<Filter>, quietly = false) => {
    const next = { ...filter, ...change };
    const address = hashOf(next) || location.pathname + location.search;
    if (quietly) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    setFilter(next);
  };
  const page: Page = { document: data, rows, graph, worst, filter, go };
  const { outcome, layer, table, owner, dimension, text } = filter;
  const shown = useMemo(() => find(filter), [outcome.join(), layer, table, owner, dimension, text]);
  // what no filter changes is drawn once, so that a filter costs the rows alone
  const blocking = useMemo(() => <Blocking {...page} />, []);
  const heat = useMemo(() => <HeatMap {...page} />, []);
  const overTime = useMemo(
    () => (
      <>
        <Attempts {...page} />
        <Incidents {...page} />
        <Levels {...page} />
      </>
    ),
    [],
  );
  const lineage = useMemo(() => <Lineage {...page} />, [table]);
  const rest = useMemo(
    () => (
      <>
        <Coverage {...page} />
        <Waivers {...page} />
        <Patches {...page} />
      </>
    ),
    [],
  );
  const footer = useMemo(() => <Footer {...page} />, []);
  useLayoutEffect(() => {
    document.documentElement.dataset.ready = "";
    performance.mark("ready");
  }, []);
  return (
    <>
      <a class="skip" href="#results" onClick={skip}>
        Skip to the results
      </a>
      <header>
        <p class="facts">
          <b>
            <bdi>{data.run.project}</bdi>
          </b>
          <span>harness {data.run.command}</span>
          <span>as of {data.run.asOf}</span>
          <span>took {data.run.took}</span>
        </p>
      </header>
      <main>
        <div class="first">
          <Verdict {...page} />
          {blocking}
        </div>
        {overTime}
        {heat}
        <section aria-labelledby="results">
          <h2 id="results" tabIndex={-1}>
            Results
          </h2>
          <Filters {...page} />
          <p role="status" class="count">
            {isEverything(filter)
              ? plural(rows.length, "result")
              : `${plural(shown.length, "result")} of ${rows.length.toLocaleString("en-US")}`}
            {!isEverything(filter) && (
              <button type="button" onClick={() => go(EVERYTHING)}>
                Show all
              </button>
            )}
          </p>
          <Results {...page} shown={shown} printing={printing} />
        </section>
        {lineage}
        {rest}
      </main>
      {footer}
    </>
  );
}

/** The hash is the filter's, so the skip link moves the focus itself. */
function skip(event: Event) {
  event.preventDefault();
  const heading = document.getElementById("results")!;
  heading.scrollIntoView();
  heading.focus();
}

function start() {
  const data: Document = JSON.parse(document.getElementById("data")!.textContent!);
  const rows = rowsOf(data);
  const worst = data.tables.map(() => -1);
  // standings are ordered worst first
  for (const row of rows) {
    const seen = worst[row.node];
    if (seen !== undefined && (seen < 0 || row.standing < seen)) worst[row.node] = row.standing;
  }
  const root = document.getElementById("app")!;
  const verdict = [...root.childNodes];
  root.replaceChildren();
  try {
    render(<App document={data} rows={rows} graph={new Graph(data)} worst={worst} />, root);
  } catch (error) {
    // the verdict that the page came with is shown, whatever happens to the rest
    root.replaceChildren(...verdict);
    throw error;
  }
}

start();

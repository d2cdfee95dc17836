import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Row } from "./data";
import { type Filter, NONE } from "./filter";
import type { Page } from "./main";

type Field = "layer" | "table" | "owner" | "dimension";

export function Filters(page: Page) {
  const { filter, go, document } = page;
  return (
    <form class="filters" role="search" aria-label="Filter the results" onSubmit={(event) => event.preventDefault()}>
      <Search text={filter.text} go={go} />
      <Choice {...page} field="layer" order={document.layers.map((each) => each.layer)} />
      <Choice {...page} field="table" />
      <Choice {...page} field="owner" />
      <Choice {...page} field="dimension" order={document.dimensions} />
      <label>
        outcome
        <select
          aria-label="outcome"
          value={filter.outcome.length === 1 ? filter.outcome[0] : filter.outcome.length ? "several" : ""}
          onChange={(event) => go({ outcome: event.currentTarget.value ? [event.currentTarget.value] : [] })}
        >
          <option value="">all</option>
          {filter.outcome.length > 1 && (
            <option value="several" disabled>
              {filter.outcome.length} of them
            </option>
          )}
          {document.standings.map((each) => (
            <option key={each.key} value={each.key}>
              {each.sign} {each.word}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

/** The text is shown as it is typed; the rows follow when the typing rests a moment. */
function Search({ text, go }: { text: string; go: Page["go"] }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(text), [text]);
  const type = (value: string) => {
    setTyped(value);
    clearTimeout(timer.current);
    // a step back undoes a search, not a letter
    timer.current = setTimeout(() => go({ text: value.trim() }, text !== ""), 60);
  };
  return (
    <label class="search">
      text
      <input
        type="search"
        aria-label="text"
        value={typed}
        placeholder="column, rule, message, file, id …"
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}

function Choice({ field, order, rows, filter, go }: Page & { field: Field; order?: string[] }) {
  const values = useMemo(() => order ?? [...new Set(rows.map((row: Row) => row[field]))].sort(), []);
  return (
    <label>
      {field}
      <select aria-label={field} value={filter[field]} onChange={(event) => go({ [field]: event.currentTarget.value } as Partial<Filter>)}>
        <option value="">all</option>
        {values.map((value) => (
          <option key={value} value={value || NONE}>
            {value || "none"}
          </option>
        ))}
      </select>
    </label>
  );
}

import type { Row, Sample } from "./data";
import { Drawn } from "./lineage";
import type { Page } from "./main";
import { Copy, plural, visible } from "./words";

const MOST = 12;

/** All that is known of one result: what was expected and found, where it is written, whose it is, what hangs on it. */
export function Details({ row, page }: { row: Row; page: Page }) {
  const { document, graph } = page;
  const table = document.tables[row.node];
  const sample = document.samples[row.index];
  const below = row.node < 0 ? [] : graph.below(row.node);
  const isCalm = row.standing > 3;
  const command = reproduction(row, document.reproduce, !isCalm && row.failed !== null && !sample);
  return (
    <div class="card">
      <dl>
        <dt>says</dt>
        <dd class="said"><bdi>{visible(row.message)}</bdi></dd>
        {row.expected && <Pair name="expected" value={row.expected} />}
        {row.actual && <Pair name="observed" value={row.actual} />}
        {row.waiver && <Pair name="waiver" value={row.waiver} />}
        {row.past && (
          <>
            <dt>earlier runs</dt>
            <dd>
              {row.past}{" "}
              {/^\w+$/.test(row.id) && (
                <>
                  <code>harness history {row.id}</code> <Copy text={`harness history ${row.id}`} what="the command that shows every run" />
                </>
              )}
            </dd>
          </>
        )}
        {row.place && (
          <>
            <dt>clause</dt>
            <dd>
              <code><bdi>{visible(row.place)}</bdi></code> <Copy text={row.place} what="file and line" />
            </dd>
          </>
        )}
        <dt>owner</dt>
        <dd>
          <bdi>{row.owner || "nobody named"}</bdi>{" "}
          {table?.channels.map((channel) => (
            <bdi key={channel} class="channel">{channel}</bdi>
          ))}
        </dd>
        {row.node >= 0 && (
          <>
            <dt>downstream</dt>
            <dd>
              {below.length ? `${plural(below.length, "table")}: ` : "no table is known to be made of this one"}
              {below.slice(0, MOST).map((node, i) => (
                <span key={node}>
                  {i > 0 && ", "}
                  <bdi>{document.tables[node]!.name}</bdi>
                  {document.tables[node]!.owner && <span class="rule"> (<bdi>{document.tables[node]!.owner}</bdi>)</span>}
                </span>
              ))}
              {below.length > MOST && ` and ${below.length - MOST} more`}
            </dd>
          </>
        )}
        <dt>id</dt>
        <dd>
          <code>{visible(row.id)}</code>{" "}
          {row.check && <code class="rule"><bdi>{visible(row.check)}</bdi></code>}{" "}
          <span class="rule">
            {[row.dimension, `severity ${row.severity}`, row.seconds && `${row.seconds.toFixed(3)} s`].filter(Boolean).join(", ")}
          </span>
        </dd>
      </dl>
      {sample && <Rows sample={sample} />}
      {row.query && <Code title="SQL" text={row.query} />}
      <Code title="Run it again, in the folder of harness.yaml" text={command} />
      {!isCalm && row.node >= 0 && (graph.up[row.node]!.length > 0 || graph.down[row.node]!.length > 0) && (
        <Drawn page={page} shown={graph.around([row.node], 30)} label={`What ${row.subject} comes from and what is made of it, one step each way`} />
      )}
    </div>
  );
}

function reproduction(row: Row, how: { select: string; whole: string }, sampled: boolean): string {
  const base = row.select ? how.select.replace("{}", () => row.select) : how.whole;
  return sampled ? `${base} --samples 5` : base;
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd><bdi>{visible(value)}</bdi></dd>
    </>
  );
}

export function Code({ title, text }: { title: string; text: string }) {
  return (
    <figure>
      <figcaption>
        {title} <Copy text={text} what={title} />
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={title}><code>{visible(text)}</code></pre>
    </figure>
  );
}

function Rows({ sample }: { sample: Sample }) {
  return (
    <figure>
      <figcaption>Rows that violate it</figcaption>
      {sample.rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Rows that violate it">
          <table class="rows">
            <thead>
              <tr>{sample.columns.map((name, i) => <th scope="col" key={i}><bdi>{visible(name)}</bdi></th>)}</tr>
            </thead>
            <tbody>
              {sample.rows.map((values, i) => (
                <tr key={i}>
                  {values.map((value, j) => (
                    <td key={j}>{value === null ? <i>NULL</i> : <bdi>{visible(value) || <i>empty</i>}</bdi>}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sample.note && <p class="note">No rows: {visible(sample.note)}</p>}
      {sample.hidden.length > 0 && <p class="note">Not shown: {visible(sample.hidden.join("; "))}</p>}
    </figure>
  );
}

import type { Tally } from "./data";
import { Code } from "./details";
import { EVERYTHING, NONE, hashOf } from "./filter";
import type { Page } from "./main";
import { number, plural, visible } from "./words";

const PARTS = [
  ["passed", "passed", "passed"],
  ["failed", "failed", "blocks"],
  ["errored", "could not tell", "undecided"],
  ["waived", "waived", "waived"],
  ["skipped", "skipped", "skipped"],
] as const;

/** How much of what was promised was held against data, and why the rest was not. */
export function Coverage({ document, rows }: Page) {
  const all = document.coverage;
  const ran = all.passed + all.failed + all.waived;
  const lost = rows.filter((row) => document.standings[row.standing]!.key === "undecided");
  return (
    <section aria-labelledby="coverage">
      <h2 id="coverage">Coverage</h2>
      <p>
        {all.declared
          ? `${plural(all.declared, "clause")} declared: ${number(ran)} held against data, ${number(all.errored)} could not tell, ${number(all.skipped)} skipped.`
          : "No clause was held against data."}
      </p>
      {document.layers.length > 0 && <div class="scroll" tabIndex={0} role="region" aria-labelledby="coverage">
        <table class="coverage">
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col" class="number">declared</th>
              {PARTS.map(([key, word]) => (
                <th scope="col" key={key} class="number">{word}</th>
              ))}
              <th scope="col" class="number">findings</th>
              <th scope="col">share</th>
            </tr>
          </thead>
          <tbody>
            {document.layers.map((each) => (
              <tr key={each.layer}>
                <th scope="row">
                  <a href={hashOf({ ...EVERYTHING, layer: each.layer || NONE })}><bdi>{each.layer || "no layer"}</bdi></a>
                </th>
                <td class="number">{number(each.declared)}</td>
                {PARTS.map(([key]) => (
                  <td key={key} class="number">{each[key] ? number(each[key]) : "–"}</td>
                ))}
                <td class="number">{each.findings ? number(each.findings) : "–"}</td>
                <td><Bar tally={each} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>}
      {document.reasons.length > 0 && (
        <details open={document.reasons.length < 9}>
          <summary>Why {plural(all.skipped, "clause")} {all.skipped === 1 ? "was" : "were"} skipped</summary>
          <ul>
            {document.reasons.map(([reason, count]) => (
              <li key={reason}>{number(count)} × <bdi>{visible(reason)}</bdi></li>
            ))}
          </ul>
        </details>
      )}
      {lost.length > 0 && (
        <p>
          <a href={hashOf({ ...EVERYTHING, outcome: ["undecided"] })}>Why {plural(lost.length, "result")} could not be told</a>
        </p>
      )}
    </section>
  );
}

/** The numbers beside it say the same. */
function Bar({ tally }: { tally: Tally }) {
  if (!tally.declared) return null;
  return (
    <span class="bar" aria-hidden="true">
      {PARTS.map(([key, , look]) => (
        <span key={key} class={look} style={{ width: `${(100 * tally[key]) / tally.declared}%` }} />
      ))}
    </span>
  );
}

/** What failed before, and what was done about it. */
export function Attempts({ document }: Page) {
  if (!document.attempts.length) return null;
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts: {document.healed}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="attempts">
        <table>
          <thead>
            <tr>
              {["attempt", "status", "error", "what was done about it"].map((each) => (
                <th scope="col" key={each}>{each}</th>
              ))}
              <th scope="col" class="number">took</th>
              <th scope="col" class="number">started</th>
            </tr>
          </thead>
          <tbody>
            {document.attempts.map((each) => (
              <tr key={each.attempt}>
                <th scope="row">{each.attempt}</th>
                <td>
                  <span class={`mark ${each.look}`}>
                    <span aria-hidden="true">{each.sign}</span> {each.word}
                  </span>
                </td>
                <td class="said"><bdi>{each.error ? visible(each.error) : "–"}</bdi></td>
                <td class="said"><bdi>{each.fix ? visible(each.fix) : "–"}</bdi></td>
                <td class="number">{each.took}</td>
                <td class="number">{each.started}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Waivers({ document }: Page) {
  if (!document.waivers.length) return null;
  return (
    <section aria-labelledby="waivers">
      <h2 id="waivers">Waivers</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="waivers">
        <table>
          <thead>
            <tr>
              {["names", "state", "covers", "reason", "approved by", "written in"].map((each) => (
                <th scope="col" key={each}>{each}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {document.waivers.map((each, i) => (
              <tr key={i}>
                <th scope="row"><bdi>{visible(each.names)}</bdi></th>
                <td>
                  <span class={`mark ${each.inForce ? "waived" : "blocks"}`}>
                    <span aria-hidden="true">{each.inForce ? "~" : "✗"}</span> {each.days}
                  </span>
                </td>
                <td>{each.covers}</td>
                <td><bdi>{visible(each.reason)}</bdi></td>
                <td><bdi>{visible(each.approver)}</bdi></td>
                <td><code><bdi>{visible(each.place)}</bdi></code></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What would accept the drift, for `git apply`. */
export function Patches({ document }: Page) {
  if (!document.patches.length) return null;
  return (
    <section aria-labelledby="patches">
      <h2 id="patches">Patches that accept the drift</h2>
      {document.patches.map(({ file, headline, diff }) => (
        <details key={file}>
          <summary>
            <code><bdi>{visible(file)}</bdi></code>: <bdi>{visible(headline)}</bdi>
          </summary>
          {diff && <Code title="git apply" text={diff} />}
        </details>
      ))}
    </section>
  );
}

export function Footer({ document }: Page) {
  const { run, tables } = document;
  return (
    <footer>
      <p>
        harness {run.version}, run <code>{run.id}</code>, started {run.started}, as of {run.asOf}
      </p>
      {tables.length > 0 && (
        <details>
          <summary>{plural(tables.length, "table")} under contract</summary>
          <div class="scroll" tabIndex={0} role="region" aria-label="Tables under contract">
            <table>
              <thead>
                <tr>
                  {["table", "layer", "contract", "version", "owner", "channel", "file"].map((each) => (
                    <th scope="col" key={each}>{each}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {tables.map((each, i) => (
                  <tr key={i}>
                    <th scope="row"><bdi>{visible(each.name)}</bdi></th>
                    <td><bdi>{each.layer || "–"}</bdi></td>
                    <td><bdi>{visible(each.contract)}</bdi></td>
                    <td><bdi>{each.version || "–"}</bdi></td>
                    <td><bdi>{each.owner || "–"}</bdi></td>
                    <td><bdi>{each.channels.join(", ") || "–"}</bdi></td>
                    <td><code><bdi>{visible(each.place)}</bdi></code></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </footer>
  );
}

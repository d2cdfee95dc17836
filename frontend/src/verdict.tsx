import type { Row, Standing } from "./data";
import { type Filter, EVERYTHING, NONE, hashOf } from "./filter";
import type { Page } from "./main";
import { number, plural, visible } from "./words";

/** The verdict in words, sign and colour, and how many results stand how: each count is a filter. */
export function Verdict({ document, filter, go }: Page) {
  const { verdict, standings, coverage } = document;
  const toggle = (key: string) =>
    go({ outcome: filter.outcome.includes(key) ? filter.outcome.filter((each) => each !== key) : [...filter.outcome, key] });
  return (
    <section class="verdict" aria-labelledby="verdict">
      <div class={`banner ${verdict.outcome}`}>
        <h1 id="verdict">
          <span class="sign" aria-hidden="true">
            {verdict.sign}
          </span>
          {verdict.word}
        </h1>
        <p>
          <bdi>{verdict.reason}</bdi>
        </p>
        <p class="exit">{verdict.exit}</p>
      </div>
      <div class="tiles" role="group" aria-label="Show only the results that stand so">
        {standings.map((each) => (
          <button
            type="button"
            key={each.key}
            class={`tile ${each.key}${each.count ? "" : " none"}`}
            aria-pressed={filter.outcome.includes(each.key)}
            title={each.about}
            onClick={() => toggle(each.key)}
          >
            <b>
              <span aria-hidden="true">{each.sign} </span>
              {number(each.count)}
            </b>{" "}
            {each.count === 1 ? each.word : each.words}
          </button>
        ))}
      </div>
      <p class="note">
        {plural(coverage.declared, "clause")} declared
        {coverage.findings ? `, and ${plural(coverage.findings, "finding")} that no clause asked for` : ""}
      </p>
    </section>
  );
}

/** Lines that fit beside the verdict. */
const MOST = 12;

/** What keeps the gate shut, by who owns it: whom to talk to comes before what to read. */
export function Blocking({ document, rows }: Page) {
  const shut = rows.filter((row) => row.standing < 2);
  // an open gate still has what somebody should look at: warnings, and what is waived
  const listed = shut.length ? shut : rows.filter((row) => row.standing < 4);
  const outcome = document.standings.slice(...(shut.length ? [0, 2] : [2, 4])).map((each) => each.key);
  const owners = byOwner(listed);
  const link = (change: Partial<Filter>) => hashOf({ ...EVERYTHING, ...change }) || "#";
  const sorted = [...owners].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const most = MOST / 2;
  return (
    <section class="blocking" aria-labelledby="blocking">
      <h2 id="blocking">{shut.length ? "What keeps the gate shut, and who owns it" : "What to look at, and who owns it"}</h2>
      {!shut.length && (
        <p class="note">
          {document.verdict.outcome === "pass" ? "Nothing keeps the gate shut." : <bdi>{document.verdict.reason}</bdi>}
        </p>
      )}
      <ul>
        {sorted.slice(0, most).map(([owner, found]) => {
          const channels = new Set(found.flatMap((row) => document.tables[row.node]?.channels ?? []));
          const each = Math.max(1, Math.floor(MOST / owners.size) - 1);
          return (
            <li key={owner}>
              <p class="owner">
                <a href={link({ owner: owner || NONE, outcome })}>
                  <bdi>{owner || "nobody named"}</bdi>
                </a>{" "}
                <span>{counts(found, document.standings)}</span>{" "}
                {[...channels].map((channel) => (
                  <bdi key={channel} class="channel">
                    {channel}
                  </bdi>
                ))}
              </p>
              <ul>
                {found.slice(0, each).map((row) => (
                  <li key={row.index}>
                    <span class={`mark ${document.standings[row.standing]!.key}`}>
                      <span aria-hidden="true">{document.standings[row.standing]!.sign}</span>
                      <span class="unseen">{document.standings[row.standing]!.word}</span>
                    </span>
                    <a href={link({ open: row.id })}>
                      <bdi>{row.subject}</bdi> <span class="rule">{row.rule}</span>
                    </a>{" "}
                    <bdi class="message">{visible(row.message)}</bdi>
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
        {sorted.length > most && <li class="note">and {plural(sorted.length - most, "more owner")}</li>}
      </ul>
    </section>
  );
}

/** How many of them stand how: `5 block, 6 could not tell`. */
function counts(found: Row[], standings: Standing[]): string {
  return standings
    .map(({ word, words }, i) => [found.filter((row) => row.standing === i).length, word, words] as const)
    .filter(([count]) => count)
    .map(([count, word, words]) => `${number(count)} ${count === 1 ? word : words}`)
    .join(", ");
}

function byOwner(rows: Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (!groups.has(row.owner)) groups.set(row.owner, []);
    groups.get(row.owner)!.push(row);
  }
  return groups;
}

import type { Incident, Level } from "./data";
import type { Page } from "./main";
import { plural, visible } from "./words";

const WIDTH = 240;
const HEIGHT = 40;
/** How high a delivery is drawn, so that its state shows without its colour. */
const HEIGHTS: Record<string, number> = { k: 5, l: 11, m: 18, u: 18, p: 2 };
const LOOKS: Record<string, string> = { k: "passed", l: "warning", m: "blocks", u: "undecided", p: "skipped" };

/** Service levels over time: what has the least budget left comes first. */
export function Levels({ document }: Page) {
  if (!document.levels.length) return null;
  return (
    <section aria-labelledby="levels">
      <h2 id="levels">Service levels over time</h2>
      <p class="faint">
        Each mark is an expected delivery: a low one was kept, a higher one was late, a full one was missed, a hollow one
        is not known. The line above is what was left of the budget; where it falls below the dashed one, the budget was spent.
      </p>
      <div class="levels">
        {document.levels.map((level, index) => (
          <LevelCard key={index} level={level} />
        ))}
      </div>
    </section>
  );
}

function LevelCard({ level }: { level: Level }) {
  return (
    <article class={`level ${level.look}`}>
      <h3>
        <bdi>{visible(level.name)}</bdi>{" "}
        <span class={`badge ${level.look}`} title={level.about}>
          {level.sign} {level.word}
        </span>
      </h3>
      <dl class="three">
        <div>
          <dt>objective</dt>
          <dd>{level.objective}</dd>
        </div>
        <div>
          <dt>now</dt>
          <dd>{level.now}</dd>
        </div>
        <div>
          <dt>budget left</dt>
          <dd class={level.look}>{level.left}</dd>
        </div>
      </dl>
      <Chart level={level} />
      {level.from && (
        <p class="axis faint">
          <time>{level.from}</time>
          <time>{level.to}</time>
        </p>
      )}
      <p class="faint">
        {level.counts} in {level.window}
        {level.burn && <>; burns {level.burn}</>}
      </p>
      {level.note && <p class="faint"><bdi>{visible(level.note)}</bdi></p>}
      <p class="faint">
        {[level.layer, level.owner, level.place].filter(Boolean).map((each, index) => (
          <span key={index}>{index > 0 && " · "}<bdi>{visible(each)}</bdi></span>
        ))}
      </p>
    </article>
  );
}

/** The deliveries as marks, and above them the budget as a line that falls; the sentence below says the same. */
function Chart({ level }: { level: Level }) {
  const count = level.states.length;
  if (!count) return null;
  const step = WIDTH / Math.max(count, 20);
  const x = (index: number) => (index + 0.5) * step;
  const y = (left: number) => 3 + (1 - left) * ((HEIGHT - 6) / 2);
  const points = level.curve.map((left, index) => `${x(index).toFixed(1)},${y(left).toFixed(1)}`).join(" ");
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`} role="img" aria-label={`${level.counts}; budget left ${level.left}`}>
      <line class="zero" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      <polyline class="curve" points={points} />
      {[...level.states].map((state, index) => (
        <rect
          key={index}
          class={`mark ${LOOKS[state]} ${state}`}
          x={(index * step + step * 0.1).toFixed(2)}
          y={HEIGHT + 20 - HEIGHTS[state]!}
          width={(step * 0.8).toFixed(2)}
          height={HEIGHTS[state]}
        >
          <title>{level.when[index]}</title>
        </rect>
      ))}
    </svg>
  );
}

/** What is broken, one for each cause, with everything that happened. */
export function Incidents({ document }: Page) {
  const { incidents } = document;
  if (!incidents.length) return null;
  const open = incidents.filter((each) => each.state === "open").length;
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      <p>{plural(open, "open incident")}, {incidents.length - open} resolved.</p>
      {incidents.map((each) => (
        <IncidentCard key={each.id} incident={each} />
      ))}
    </section>
  );
}

function IncidentCard({ incident }: { incident: Incident }) {
  return (
    <details class={`incident ${incident.look}`} open={incident.state === "open"}>
      <summary>
        <span class={`badge ${incident.look}`}>{incident.state}</span> <bdi>{visible(incident.subject)}</bdi>
        <span class="faint"> · {incident.when} · {incident.severity}, {plural(incident.explains, "failure")}
          {incident.owner && <> · <bdi>{visible(incident.owner)}</bdi></>}
        </span>
      </summary>
      <p class="faint">{incident.times.join(" · ")}</p>
      <ol class="timeline">
        {incident.events.map((event, index) => (
          <li key={index}>
            <time>{event.at}</time> <b>{event.kind}</b> <bdi>{visible(event.text)}</bdi>
          </li>
        ))}
      </ol>
    </details>
  );
}

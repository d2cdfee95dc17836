import type { Document, Row } from "./data";
import { number, plural } from "./words";

/** A bar for each of the last runs, this one last: high where it did not hold, low where it did. */
export function Strip({ row, document }: { row: Row; document: Document }) {
  if (!row.strip) return null;
  const { runs, standings } = document;
  const known = [...row.strip].filter((each) => each !== ".");
  const counts = standings.map((standing, i) => [known.filter((each) => each === `${i}`).length, standing.word] as const);
  const said = counts.filter(([count]) => count).map(([count, word]) => `${number(count)} ${word}`).join(", ");
  return (
    <span class="strip" role="img" aria-label={`last ${plural(known.length, "run")}: ${said}`}>
      {[...row.strip].map((each, i) => {
        const standing = standings[Number(each)];
        return <i key={i} class={standing?.key ?? "none"} title={`${runs[i]}: ${standing?.word ?? "not looked at"}`} />;
      })}
    </span>
  );
}

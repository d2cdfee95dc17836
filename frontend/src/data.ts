/** The document that Python embeds: see harness/reporters/html/data.py, which makes every judgement in it. */

export type Packed = (number | null)[] | { values: string[]; at: number[] };

export interface Standing {
  key: string;
  sign: string;
  word: string;
  words: string;
  count: number;
  about: string;
}

export interface Cell {
  standing: number;
  count: number;
  total: number;
  value: string;
  standard: string;
  target: string;
  alert: string;
  waived: number;
}

export interface HeatRow {
  layer: string;
  table: string;
  cells: (Cell | null)[];
}

export interface Tally {
  layer: string;
  declared: number;
  passed: number;
  failed: number;
  errored: number;
  skipped: number;
  waived: number;
  findings: number;
}

export interface Table {
  layer: string;
  name: string;
  contract: string;
  version: string;
  owner: string;
  channels: string[];
  place: string;
}

export interface Waiver {
  names: string;
  days: string;
  covers: string;
  approver: string;
  expires: string;
  reason: string;
  place: string;
  inForce: boolean;
}

export interface Patch {
  file: string;
  headline: string;
  diff: string;
}

export interface Sample {
  columns: string[];
  rows: (string | null)[][];
  hidden: string[];
  note: string;
}

/** A service level over time; a letter of `states` for each delivery: k(ept), l(ate), m(issed), u(nknown), p(ending). */
export interface Level {
  name: string;
  layer: string;
  table: string;
  owner: string;
  place: string;
  look: string;
  sign: string;
  word: string;
  about: string;
  objective: string;
  window: string;
  now: string;
  left: string;
  burn: string;
  counts: string;
  note: string;
  states: string;
  when: string[];
  curve: number[];
  /** The day of the first mark, and of the last. */
  from: string;
  to: string;
}

export interface Incident {
  id: string;
  subject: string;
  owner: string;
  look: string;
  state: string;
  severity: string;
  explains: number;
  /** When it was, in a few words. */
  when: string;
  times: string[];
  events: { at: string; kind: string; text: string }[];
}

/** One of several attempts of a run: what failed, and what was done about it. */
export interface Attempt {
  attempt: number;
  look: string;
  sign: string;
  word: string;
  error: string;
  fix: string;
  started: string;
  took: string;
}

export interface Document {
  run: { project: string; command: string; version: string; id: string; asOf: string; started: string; took: string };
  verdict: { outcome: string; sign: string; word: string; reason: string; exit: string };
  /** None of a run that was made once. */
  attempts: Attempt[];
  healed: string;
  standings: Standing[];
  coverage: Tally;
  layers: Tally[];
  reasons: [string, number][];
  dimensions: string[];
  heat: HeatRow[];
  targets: string;
  waivers: Waiver[];
  patches: Patch[];
  levels: Level[];
  incidents: Incident[];
  tables: Table[];
  edges: [number, number][];
  reproduce: { select: string; whole: string };
  /** When the runs were that strips show, oldest first and this one last; none when no earlier run is known. */
  runs: string[];
  results: Record<string, Packed>;
  samples: Record<string, Sample>;
}

export interface Row {
  index: number;
  standing: number;
  id: string;
  rule: string;
  check: string;
  subject: string;
  severity: string;
  dimension: string;
  contract: string;
  layer: string;
  table: string;
  owner: string;
  place: string;
  message: string;
  expected: string;
  actual: string;
  failed: number | null;
  total: number | null;
  seconds: number;
  query: string;
  waiver: string;
  select: string;
  /** Of each of `runs` the index of its standing in `standings`, or `.` where the run did not look; "" without any. */
  strip: string;
  /** How it stands to earlier runs, in words. */
  past: string;
  /** Index in `tables`, or -1. */
  node: number;
}

export function rowsOf(document: Document): Row[] {
  const columns = Object.entries(document.results);
  const length = columns.length ? lengthOf(columns[0]![1]) : 0;
  const rows = Array.from({ length }, (_, index) => ({ index }) as unknown as Row);
  for (const [name, packed] of columns) {
    for (let i = 0; i < length; i++) {
      (rows[i] as unknown as Record<string, unknown>)[name] = Array.isArray(packed)
        ? packed[i]
        : packed.values[packed.at[i]!];
    }
  }
  return rows;
}

function lengthOf(packed: Packed): number {
  return Array.isArray(packed) ? packed.length : packed.at.length;
}

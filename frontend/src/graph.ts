/** A layered drawing of the tables: sources on the left, what is made of them on the right. */
import type { Document } from "./data";

export interface Drawing {
  nodes: { index: number; x: number; y: number }[];
  edges: { from: number; to: number; path: string }[];
  width: number;
  height: number;
}

export const NODE = { width: 188, height: 46 };
const GAP = { x: 44, y: 14 };

/** A stop of an edge in a column that it only passes; its number is negative. */
type Stop = number;

export class Graph {
  readonly up: number[][];
  readonly down: number[][];
  /** The column of each table: one further than the furthest of its sources. */
  private readonly rank: number[];

  constructor(document: Document) {
    this.up = document.tables.map(() => []);
    this.down = document.tables.map(() => []);
    for (const [from, to] of document.edges) {
      this.up[to]!.push(from);
      this.down[from]!.push(to);
    }
    this.rank = this.ranks();
  }

  /** All that is made of a table, directly or not, nearest first. */
  below(start: number): number[] {
    const found = new Set([start]);
    for (const node of found) for (const next of this.down[node]!) found.add(next);
    found.delete(start);
    return [...found];
  }

  /** These tables and their direct neighbours, at most `limit` of them. */
  around(starts: number[], limit: number): number[] {
    const found = new Set(starts.slice(0, limit));
    for (const node of starts) {
      for (const next of [...this.up[node]!, ...this.down[node]!]) if (found.size < limit) found.add(next);
    }
    return [...found].sort((a, b) => a - b);
  }

  draw(shown: number[]): Drawing {
    const inside = new Set(shown);
    const used = [...new Set(shown.map((node) => this.rank[node]!))].sort((a, b) => a - b);
    const columns: (number | Stop)[][] = used.map((rank) => shown.filter((node) => this.rank[node] === rank));
    const columnOf = new Map(columns.flatMap((column, i) => column.map((node) => [node, i] as const)));
    const chains: number[][] = [];
    let stop: Stop = 0;
    for (const from of shown) {
      for (const to of this.down[from]!) {
        if (!inside.has(to)) continue;
        const chain = [from];
        for (let i = columnOf.get(from)! + 1; i < columnOf.get(to)!; i++) {
          columns[i]!.push(--stop);
          chain.push(stop);
        }
        chains.push([...chain, to]);
      }
    }
    settle(columns, chains);
    const at = place(columns);
    const height = Math.max(...[...at.values()].map(({ y }) => y), 0) + NODE.height + GAP.y;
    return {
      nodes: shown.map((index) => ({ index, ...at.get(index)! })),
      edges: chains.map((chain) => ({ from: chain[0]!, to: chain.at(-1)!, path: curve(chain, at) })),
      width: columns.length * (NODE.width + GAP.x) - GAP.x + 4,
      height,
    };
  }

  /** A cycle is cut where it closes. */
  private ranks(): number[] {
    const rank: number[] = [];
    const path = new Set<number>();
    const walk = (node: number): number => {
      if (rank[node] === undefined) {
        path.add(node);
        rank[node] = Math.max(0, ...this.up[node]!.filter((each) => !path.has(each)).map((each) => walk(each) + 1));
        path.delete(node);
      }
      return rank[node]!;
    };
    this.up.forEach((_, node) => walk(node));
    return rank;
  }
}

/** Sorts each column by where its neighbours stand, to and fro, so that few lines cross. */
function settle(columns: number[][], chains: number[][]): void {
  const up = new Map<number, number[]>();
  const down = new Map<number, number[]>();
  const add = (map: Map<number, number[]>, key: number, value: number) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i++) {
      add(up, chain[i]!, chain[i - 1]!);
      add(down, chain[i - 1]!, chain[i]!);
    }
  }
  const position = new Map<number, number>();
  const fix = (column: number[]) => column.forEach((node, i) => position.set(node, (i + 0.5) / column.length));
  columns.forEach(fix);
  for (let sweep = 0; sweep < 8; sweep++) {
    const neighbours = sweep % 2 ? down : up;
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const middle = new Map(
        column.map((node) => {
          const near = (neighbours.get(node) ?? []).map((each) => position.get(each)!);
          return [node, near.length ? near.reduce((a, b) => a + b) / near.length : position.get(node)!];
        }),
      );
      column.sort((a, b) => middle.get(a)! - middle.get(b)!);
      fix(column);
    }
  }
}

function place(columns: number[][]): Map<number, { x: number; y: number }> {
  const size = (node: number) => (node < 0 ? 0 : NODE.height) + GAP.y;
  const heights = columns.map((column) => column.reduce((sum, node) => sum + size(node), 0));
  const tallest = Math.max(0, ...heights);
  const at = new Map<number, { x: number; y: number }>();
  columns.forEach((column, i) => {
    let y = GAP.y + (tallest - heights[i]!) / 2;
    for (const node of column) {
      at.set(node, { x: 2 + i * (NODE.width + GAP.x), y });
      y += size(node);
    }
  });
  return at;
}

function curve(chain: number[], at: Map<number, { x: number; y: number }>): string {
  const middle = (node: number) => at.get(node)!.y + (node < 0 ? 0 : NODE.height / 2);
  let path = `M${at.get(chain[0]!)!.x + NODE.width} ${middle(chain[0]!)}`;
  for (let i = 1; i < chain.length; i++) {
    const node = chain[i]!;
    const [x1, y1] = [at.get(chain[i - 1]!)!.x + NODE.width, middle(chain[i - 1]!)];
    const [x2, y2] = [at.get(node)!.x - (node < 0 ? 0 : 5), middle(node)];
    const bend = Math.max(20, (x2 - x1) / 2);
    path += `C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    // it passes the column in a straight line
    if (node < 0) path += `L${x2 + NODE.width} ${y2}`;
  }
  return path;
}

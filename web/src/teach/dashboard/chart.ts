/** What is drawn, without how: `draw.ts` turns it into a Chart.js chart. */

export interface Line {
  name: string;
  values: readonly number[];
  /** How a value reads beside the end of the line. */
  say: (value: number) => string;
}

/** Two lines over the same days, one above the other, each with a scale of its own. */
export interface LinesSpec {
  kind: 'lines';
  labels: readonly string[];
  upper: Line;
  /** The highest value that the upper scale shows. */
  ceiling: number;
  lower: Line;
}

export interface BarsSpec {
  kind: 'bars';
  labels: readonly string[];
  values: readonly number[];
  say: (value: number) => string;
  tone: 'action' | 'help';
  /** The bars lie, and their labels stand before them. */
  lying?: boolean;
  /** The labels are parts of a whole: all of them are shown, on two lines where there is little room. */
  parts?: boolean;
}

export type ChartSpec = LinesSpec | BarsSpec;

/** Words on as many lines as they need, each at most `width` letters long where a word allows it. */
export function wrap(text: string, width: number, most = 3): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most).map((line) => (line.length > width + 2 ? `${line.slice(0, width)}…` : line));
  if (lines.length > most) kept[most - 1] = `${kept[most - 1]?.replace(/…$/, '') ?? ''}…`;
  return kept;
}

/** Sorting and searching for Table. */
import { finder } from '../search';
import { isBlank } from '../text';

export interface Column<Row> {
  key: string;
  label: string;
  /** What the cell says, also what is searched. */
  text: (row: Row) => string;
  /** What rows are sorted by; the text when absent. */
  sort?: (row: Row) => number | string;
  /** Numbers stand right-aligned. */
  numeric?: boolean;
}

export interface Sorting {
  key: string;
  down: boolean;
}

const words = new Intl.Collator('ko', { numeric: true, sensitivity: 'base' });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return words.compare(String(a), String(b));
}

/** Rows that contain the text in any column, in the order asked for (stable). */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  search: string,
  sorting: Sorting | null,
): Row[] {
  const isWanted = finder(search);
  const found = isBlank(search) ? [...rows] : rows.filter((row) => columns.some((c) => isWanted(c.text(row))));
  const column = sorting && columns.find((c) => c.key === sorting.key);
  if (!column) return found;
  const by = column.sort ?? column.text;
  const sign = sorting.down ? -1 : 1;
  return found.sort((a, b) => sign * compare(by(a), by(b)));
}

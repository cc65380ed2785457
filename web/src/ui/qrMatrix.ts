/**
 * A QR code made in the browser: for what is nobody else's to know, the Wi-Fi password of a hall above all.
 * Byte mode, error correction M, versions 1 to 10 (ISO/IEC 18004): up to 213 bytes.
 */

/** By version: codewords of correction per block, and the data codewords of each block. */
const BLOCKS: readonly (readonly [number, readonly number[]])[] = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
];
const ALIGNMENT: readonly (readonly number[])[] = [
  [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];
const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

type Grid = (boolean | null)[][];
export type QrMatrix = readonly (readonly boolean[])[];

/** Rows of modules, true where dark, without the quiet zone. @throws RangeError for more than 213 bytes */
export function qrMatrix(text: string): QrMatrix {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  const grid = emptyGrid(version);
  const reserved = grid.map((row) => row.map((cell) => cell !== null));
  place(grid, interleaved(dataCodewords(bytes, version), version));
  const candidates = MASKS.map((mask, number) => masked(grid, reserved, mask, number));
  return candidates.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}

const capacity = (version: number): number => (BLOCKS[version - 1]?.[1] ?? []).reduce((sum, size) => sum + size, 0);
const countBits = (version: number): number => (version < 10 ? 8 : 16);

function versionFor(length: number): number {
  for (let version = 1; version <= BLOCKS.length; version += 1) {
    if (4 + countBits(version) + 8 * length <= 8 * capacity(version)) return version;
  }
  throw new RangeError('too long for a QR code');
}

function dataCodewords(bytes: Uint8Array, version: number): number[] {
  let bits = '0100' + bytes.length.toString(2).padStart(countBits(version), '0');
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const total = 8 * capacity(version);
  bits += '0'.repeat(Math.min(4, total - bits.length));
  bits += '0'.repeat((8 - (bits.length % 8)) % 8);
  const words = (bits.match(/.{8}/g) ?? []).map((word) => parseInt(word, 2));
  for (let pad = 0xec; words.length < capacity(version); pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

// --- error correction: Reed-Solomon over GF(256) with 0x11d

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function generator(degree: number): number[] {
  const factors: number[] = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let step = 0; step < degree; step += 1) {
    for (let at = 0; at < degree; at += 1) {
      factors[at] = multiply(factors[at] ?? 0, root) ^ (factors[at + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return factors;
}

function correction(block: readonly number[], degree: number): number[] {
  const factors = generator(degree);
  const rest: number[] = Array<number>(degree).fill(0);
  for (const word of block) {
    const lead = word ^ (rest.shift() ?? 0);
    rest.push(0);
    factors.forEach((factor, at) => (rest[at] = (rest[at] ?? 0) ^ multiply(factor, lead)));
  }
  return rest;
}

/** The blocks' codewords column by column, then those of their correction. */
function interleaved(words: readonly number[], version: number): number[] {
  const [degree, sizes] = BLOCKS[version - 1] ?? [0, []];
  let start = 0;
  const blocks = sizes.map((size) => words.slice(start, (start += size)));
  const checks = blocks.map((block) => correction(block, degree));
  const columns = (parts: number[][]): number[] =>
    Array.from({ length: Math.max(...parts.map((part) => part.length)) }, (_, at) =>
      parts.flatMap((part) => part.slice(at, at + 1)),
    ).flat();
  return [...columns(blocks), ...columns(checks)];
}

// --- the grid

function emptyGrid(version: number): Grid {
  const size = 17 + 4 * version;
  const grid: Grid = Array.from({ length: size }, () => Array<boolean | null>(size).fill(null));
  const set = (row: number, column: number, dark: boolean): void => {
    const line = grid[row];
    if (line && column in line) line[column] = dark;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [row, column] of [[3, 3], [3, size - 4], [size - 4, 3]] as const) {
    square(row, column, 4, (distance) => distance !== 2 && distance !== 4, set);
  }
  const centres = ALIGNMENT[version - 1] ?? [];
  for (const row of centres) {
    for (const column of centres) {
      if (!isFinder(row, column, size)) square(row, column, 2, (distance) => distance !== 1, set);
    }
  }
  formatCells(size).forEach(([row, column]) => set(row, column, false));
  set(size - 8, 8, true);
  if (version >= 7) placeVersion(version, size, set);
  return grid;
}

/** Three corners have the large squares already. */
function isFinder(row: number, column: number, size: number): boolean {
  return Math.min(row, column) === 6 && [6, size - 7].includes(Math.max(row, column));
}

function square(
  row: number,
  column: number,
  reach: number,
  dark: (distance: number) => boolean,
  set: (row: number, column: number, dark: boolean) => void,
): void {
  for (let down = -reach; down <= reach; down += 1) {
    for (let right = -reach; right <= reach; right += 1) {
      set(row + down, column + right, dark(Math.max(Math.abs(down), Math.abs(right))));
    }
  }
}

/** Where the 15 bits of the format stand, lowest first; each twice. */
function formatCells(size: number): [row: number, column: number][] {
  const beside: [number, number][] = [];
  for (let bit = 0; bit < 15; bit += 1) beside.push(bit < 6 ? [bit, 8] : bit < 8 ? [bit + 1, 8] : [8, bit === 8 ? 7 : 14 - bit]);
  const apart: [number, number][] = [];
  for (let bit = 0; bit < 15; bit += 1) apart.push(bit < 8 ? [8, size - 1 - bit] : [size - 15 + bit, 8]);
  return [...beside, ...apart];
}

function placeVersion(version: number, size: number, set: (row: number, column: number, dark: boolean) => void): void {
  const bits = (version << 12) | remainder(version, 12, 0x1f25);
  for (let bit = 0; bit < 18; bit += 1) {
    const [near, far] = [Math.floor(bit / 3), size - 11 + (bit % 3)];
    set(near, far, ((bits >> bit) & 1) === 1);
    set(far, near, ((bits >> bit) & 1) === 1);
  }
}

function remainder(value: number, degree: number, divisor: number): number {
  let rest = value;
  for (let step = 0; step < degree; step += 1) rest = (rest << 1) ^ ((rest >> (degree - 1)) * divisor);
  return rest;
}

/** In pairs of columns from the right, up and down in turn, around the column of the timing pattern. */
function place(grid: Grid, words: readonly number[]): void {
  const size = grid.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const upwards = ((right + 1) & 2) === 0;
      const line = grid[upwards ? size - 1 - step : step];
      for (const column of [right, right - 1]) {
        if (!line || line[column] !== null) continue;
        line[column] = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
      }
    }
  }
}

function masked(
  grid: Grid,
  reserved: boolean[][],
  mask: (row: number, column: number) => boolean,
  number: number,
): boolean[][] {
  const made = grid.map((line, row) =>
    line.map((cell, column) => (reserved[row]?.[column] ? cell === true : (cell === true) !== mask(row, column))),
  );
  // The level M is 00 in front of the mask's number.
  const format = ((number << 10) | remainder(number, 10, 0x537)) ^ 0x5412;
  formatCells(grid.length).forEach(([row, column], at) => {
    const line = made[row];
    if (line) line[column] = ((format >> (at % 15)) & 1) === 1;
  });
  return made;
}

// --- which mask is read best

function penalty(grid: QrMatrix): number {
  const size = grid.length;
  const lines = [
    ...grid.map((line) => line.map(Number)),
    ...grid.map((_, column) => grid.map((line) => Number(line[column]))),
  ].map((line) => line.join(''));
  let sum = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
    // What looks like a corner's square: the margin around the code is light, too.
    sum += 40 * [...`0000${line}0000`.matchAll(/(?<=0000)1011101|1011101(?=0000)/g)].length;
  }
  for (let row = 0; row + 1 < size; row += 1) {
    for (let column = 0; column + 1 < size; column += 1) {
      const [cell, below] = [grid[row]?.[column], grid[row + 1]];
      if (cell === grid[row]?.[column + 1] && cell === below?.[column] && cell === below?.[column + 1]) sum += 3;
    }
  }
  const dark = grid.flat().filter(Boolean).length;
  return sum + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}

/** Draws a ChartSpec with Chart.js; a chunk of its own, loaded when the first chart is shown. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import { wrap, type BarsSpec, type ChartSpec, type Line, type LinesSpec } from './chart';
import { readPalette, watchPalette, type Palette } from './palette';

Chart.register(
  BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement, Tooltip,
);

type Kind = 'line' | 'bar';
type Config = ChartConfiguration<Kind, number[], string | string[]>;

export interface Drawing {
  /** The same chart with other numbers, at once. */
  update: (spec: ChartSpec) => void;
  destroy: () => void;
}

/** From so many days on only the last one of a line has its shape. */
const MANY_POINTS = 14;
/** What the names before lying bars may take of the width. */
const NAMES_SHARE = 0.4;
/** A part such as 76-100% on one line. */
const LETTERS_OF_A_PART = 6;
const GAP = 6;

export function draw(canvas: HTMLCanvasElement, spec: ChartSpec): Drawing {
  let shown = spec;
  let palette = readPalette();
  let width = widthOf(canvas);
  const chart = new Chart<Kind, number[], string | string[]>(canvas, {
    ...configure(shown, palette, width),
    plugins: [directLabels(() => shown, () => palette)],
  });
  const redraw = (): void => {
    const next = configure(shown, palette, width);
    chart.data = next.data;
    chart.options = next.options ?? {};
    chart.update('none');
  };
  const stopWatching = watchPalette(() => {
    palette = readPalette();
    redraw();
  });
  // Chart.js follows the size by itself; how names are broken into lines does not.
  const watch = new ResizeObserver(() => {
    const wide = widthOf(canvas);
    if (Math.abs(wide - width) < palette.size) return;
    width = wide;
    redraw();
  });
  if (canvas.parentElement) watch.observe(canvas.parentElement);
  return {
    update: (next) => {
      shown = next;
      redraw();
    },
    destroy: () => {
      stopWatching();
      watch.disconnect();
      chart.destroy();
    },
  };
}

function widthOf(canvas: HTMLCanvasElement): number {
  return canvas.parentElement?.clientWidth ?? canvas.clientWidth;
}

function configure(spec: ChartSpec, palette: Palette, width: number): Config {
  return spec.kind === 'lines' ? lines(spec, palette) : bars(spec, palette, width);
}

function common(palette: Palette): ChartOptions<Kind> {
  return {
    responsive: true,
    maintainAspectRatio: false,
    // Numbers that change while one reads them are enough of movement.
    animation: false,
    color: palette.ink,
    font: { family: palette.family, size: palette.size },
    interaction: { mode: 'index', intersect: false },
  };
}

function tooltip(palette: Palette, say: (series: number, value: number) => string): NonNullable<ChartOptions<Kind>['plugins']> {
  const font = { family: palette.family, size: palette.size };
  return {
    tooltip: {
      backgroundColor: palette.ink,
      titleColor: palette.card,
      bodyColor: palette.card,
      titleFont: font,
      bodyFont: font,
      displayColors: false,
      callbacks: { label: (item) => say(item.datasetIndex, Number(item.raw)) },
    },
  };
}

function ticks(palette: Palette): { color: string; font: { family: string; size: number } } {
  return { color: palette.soft, font: { family: palette.family, size: palette.size } };
}

/** A scale of counts ends above its largest number, and has no halves. */
function countScale(palette: Palette, values: readonly number[]): Record<string, unknown> {
  return {
    min: 0,
    suggestedMax: Math.max(1, ...values) * 1.15,
    ticks: { ...ticks(palette), precision: 0, maxTicksLimit: 4 },
    grid: { color: palette.line },
    border: { display: false },
  };
}

// --- lines

function lines(spec: LinesSpec, palette: Palette): Config {
  const series = [spec.upper, spec.lower];
  const end = { padding: { right: endWidth(series, palette), top: palette.size } };
  return {
    type: 'line',
    data: {
      labels: [...spec.labels],
      datasets: [
        line(spec.upper, 'upper', palette.actionInk, palette.card, 'circle', []),
        line(spec.lower, 'lower', palette.helpInk, palette.card, 'triangle', [7, 5]),
      ],
    },
    options: {
      ...common(palette),
      layout: end,
      scales: {
        x: {
          ticks: { ...ticks(palette), maxRotation: 0, autoSkipPadding: 12 },
          grid: { display: false },
          border: { color: palette.soft },
        },
        // The first of a stack is the lowest.
        lower: { ...countScale(palette, spec.lower.values), stack: 'y', stackWeight: 2, offset: true },
        upper: {
          stack: 'y',
          stackWeight: 3,
          offset: true,
          min: 0,
          max: spec.ceiling,
          ticks: { ...ticks(palette), stepSize: spec.ceiling / 2, callback: (value) => spec.upper.say(Number(value)) },
          grid: { color: palette.line },
          border: { display: false },
        },
      },
      plugins: tooltip(palette, (index, value) => `${series[index]?.name ?? ''} ${series[index]?.say(value) ?? ''}`),
    },
  };
}

function line(
  of: Line,
  yAxisID: string,
  colour: string,
  inside: string,
  pointStyle: 'circle' | 'triangle',
  borderDash: number[],
): ChartDataset<'line', number[]> {
  const last = of.values.length - 1;
  return {
    label: of.name,
    data: [...of.values],
    yAxisID,
    borderColor: colour,
    borderWidth: 3,
    borderDash,
    pointStyle,
    pointRadius: of.values.map((_, index) => (index === last || last < MANY_POINTS ? 5 : 0)),
    pointHoverRadius: 7,
    pointBackgroundColor: inside,
    pointHoverBackgroundColor: colour,
    pointBorderColor: colour,
    pointBorderWidth: 2,
    clip: false,
  };
}

/** Name and value stand at the end of a line, on two lines of text. */
function endLabel(of: Line): [string, string] {
  return [of.name, of.say(of.values.at(-1) ?? 0)];
}

function endWidth(series: readonly Line[], palette: Palette): number {
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) return 0;
  pen.font = `bold ${palette.size}px ${palette.family}`;
  return GAP * 3 + Math.max(...series.flatMap(endLabel).map((text) => pen.measureText(text).width));
}

// --- bars

function bars(spec: BarsSpec, palette: Palette, width: number): Config {
  const help = spec.tone === 'help';
  const border = help ? palette.helpInk : palette.actionInk;
  const fill = help ? stripes(palette) : palette.action;
  const names = {
    ticks: { ...ticks(palette), autoSkip: !spec.lying && !spec.parts, maxRotation: 0, autoSkipPadding: 12 },
    grid: { display: false },
    border: { color: palette.soft },
  };
  const numbers = countScale(palette, spec.values);
  return {
    type: 'bar',
    data: {
      labels: namesOf(spec, palette, width),
      datasets: [
        {
          data: [...spec.values],
          backgroundColor: fill,
          hoverBackgroundColor: fill,
          borderColor: border,
          hoverBorderColor: border,
          borderWidth: 2,
          borderRadius: 4,
          maxBarThickness: spec.lying ? 36 : 72,
        },
      ],
    },
    options: {
      ...common(palette),
      indexAxis: spec.lying ? 'y' : 'x',
      layout: { padding: spec.lying ? { right: palette.size * 3 } : { top: palette.size * 1.5 } },
      scales: spec.lying ? { y: names, x: { ...numbers, display: false } } : { x: names, y: numbers },
      plugins: tooltip(palette, (_, value) => spec.say(value)),
    },
  };
}

function namesOf(spec: BarsSpec, palette: Palette, width: number): (string | string[])[] {
  if (spec.lying) {
    const letters = Math.max(4, Math.floor((width * NAMES_SHARE) / palette.size));
    return spec.labels.map((label) => wrap(label, letters));
  }
  const narrow = width / spec.labels.length < LETTERS_OF_A_PART * palette.size;
  return spec.parts && narrow ? spec.labels.map((label) => label.split(/(?<=-)/)) : [...spec.labels];
}

/** Told from the other bars without seeing colours. */
function stripes(palette: Palette): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const pen = tile.getContext('2d');
  if (!pen) return palette.help;
  pen.fillStyle = palette.card;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = palette.helpInk;
  pen.lineWidth = 3;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, 'repeat') ?? palette.help;
}

// --- numbers where they are looked for

function directLabels(spec: () => ChartSpec, palette: () => Palette): Plugin<Kind> {
  return {
    id: 'directLabels',
    afterDatasetsDraw: (chart) => {
      const now = spec();
      const pen = chart.ctx;
      pen.save();
      pen.font = `bold ${palette().size}px ${palette().family}`;
      pen.textBaseline = 'middle';
      if (now.kind === 'lines') labelEnds(chart, now, palette());
      else labelBars(chart, now, palette());
      pen.restore();
    },
  };
}

function labelEnds(chart: Chart<Kind>, spec: LinesSpec, palette: Palette): void {
  for (const [index, of] of [spec.upper, spec.lower].entries()) {
    const end = chart.getDatasetMeta(index).data.at(-1);
    if (!end) continue;
    const [name, value] = endLabel(of);
    const { x, y } = end.getProps(['x', 'y'], true);
    chart.ctx.textAlign = 'left';
    chart.ctx.fillStyle = index === 0 ? palette.actionInk : palette.helpInk;
    chart.ctx.fillText(name, x + GAP * 2, y - palette.size * 0.65);
    chart.ctx.fillText(value, x + GAP * 2, y + palette.size * 0.65);
  }
}

function labelBars(chart: Chart<Kind>, spec: BarsSpec, palette: Palette): void {
  const most = Math.max(...spec.values);
  const widest = chart.ctx.measureText(spec.say(most)).width;
  const crowded = !spec.lying && widest > chart.chartArea.width / spec.values.length;
  chart.ctx.textAlign = 'left';
  for (const [index, bar] of chart.getDatasetMeta(0).data.entries()) {
    const value = spec.values[index] ?? 0;
    if (crowded && (value === 0 || value !== most)) continue;
    const { x, y } = bar.getProps(['x', 'y'], true);
    const text = spec.say(value);
    const wide = chart.ctx.measureText(text).width;
    const left = spec.lying ? x + GAP : Math.min(x - wide / 2, chart.width - wide);
    const middle = spec.lying ? y : y - palette.size * 0.8;
    // The lines of the scale do not cross the number.
    chart.ctx.fillStyle = palette.card;
    if (!spec.lying) chart.ctx.fillRect(left - 2, middle - palette.size / 2, wide + 4, palette.size);
    chart.ctx.fillStyle = palette.ink;
    chart.ctx.fillText(text, left, middle);
  }
}

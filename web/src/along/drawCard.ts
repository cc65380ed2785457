/** The class at a glance as a drawing, for a window that is no bigger than a matchbox. */
import type { Card } from './card';
import { drawPart, type Part } from './around';

export const WIDTH = 540;
export const HEIGHT = 860;
const MARGIN = 26;
/** Of a title or guide that is too long for the window, down to this. */
const SMALLEST = 0.6;
const PICTURE = 0.44;
const LINE = 1.28;

export interface Colours {
  paper: string;
  ink: string;
  soft: string;
  bubble: string;
  bubbleInk: string;
}

/** The page's own, light, dark or of high contrast. */
export function coloursOfPage(): Colours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    paper: token('--paper', '#fbfaf7'),
    ink: token('--ink', '#1b1f24'),
    soft: token('--ink-soft', '#4a535c'),
    bubble: token('--action-soft', '#e7efff'),
    bubbleInk: token('--action-ink', '#003fb0'),
  };
}

type Measure = (text: string) => number;

/** Lines of at most `width`: broken at spaces, and within a word that is wider than a line. */
export function lines(text: string, width: number, measure: Measure): string[] {
  const found: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/\s+/).filter(Boolean)) {
      const longer = line ? `${line} ${word}` : word;
      if (measure(longer) <= width) {
        line = longer;
        continue;
      }
      if (line) found.push(line);
      line = '';
      for (const letter of word) {
        if (line && measure(line + letter) > width) {
          found.push(line);
          line = '';
        }
        line += letter;
      }
    }
    if (line) found.push(line);
  }
  return found;
}

/** At most so many of them; the last says that there is more. */
export function shortened(all: readonly string[], most: number): string[] {
  if (all.length <= most) return [...all];
  const kept = all.slice(0, Math.max(most, 1));
  return [...kept.slice(0, -1), `${(kept.at(-1) ?? '').slice(0, -1)}…`];
}

interface Block {
  lines: string[];
  size: number;
  bold: boolean;
  colour: string;
  /** Of the bubble behind it. */
  behind?: string;
}

/** Title, guide and message as large as they fit into `height`; from the smallest size on the guide is cut. */
function blocksOf(pen: CanvasRenderingContext2D, card: Card, colours: Colours, font: string, height: number): Block[] {
  const width = WIDTH - 2 * MARGIN;
  for (let scale = 1; ; scale -= 0.08) {
    const block = (text: string, size: number, bold: boolean, colour: string, behind?: string): Block => {
      const scaled = Math.round(size * scale);
      pen.font = `${bold ? 'bold ' : ''}${scaled}px ${font}`;
      const most = width - (behind ? MARGIN : 0);
      const found = lines(text, most, (part) => pen.measureText(part).width);
      return { lines: found, size: scaled, bold, colour, ...(behind && { behind }) };
    };
    const title = block(card.title, 62, true, colours.ink);
    const message = block(card.message, 46, true, colours.bubbleInk, colours.bubble);
    const guide = block(card.guide, 50, false, colours.ink);
    const all = [title, message, guide].filter((each) => each.lines.length);
    const high = (some: readonly Block[]): number => some.reduce((sum, each) => sum + heightOf(each), 0);
    if (high(all) <= height) return all;
    if (scale - 0.08 >= SMALLEST) continue;
    title.lines = shortened(title.lines, 3);
    message.lines = shortened(message.lines, 4);
    const left = height - high([title, message].filter((each) => each.lines.length)) - GAP;
    guide.lines = shortened(guide.lines, Math.max(Math.floor(left / (guide.size * LINE)), 1));
    return all;
  }
}

const GAP = 18;
const heightOf = (block: Block): number => block.lines.length * block.size * LINE + GAP + (block.behind ? MARGIN : 0);

/** `source` is the card's picture, null while it is not there: the words never wait for it. */
export function drawCard(
  pen: CanvasRenderingContext2D,
  card: Card,
  source: CanvasImageSource | null,
  colours: Colours,
  font: string,
): void {
  pen.fillStyle = colours.paper;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.textBaseline = 'top';
  let top = MARGIN;
  if (card.place) {
    pen.font = `bold 52px ${font}`;
    pen.fillStyle = colours.soft;
    pen.fillText(card.place, MARGIN, top);
    top += 52 * LINE + 6;
  }
  const bottom = source && card.image ? HEIGHT * (1 - PICTURE) : HEIGHT - MARGIN;
  for (const block of blocksOf(pen, card, colours, font, bottom - top)) {
    const inner = block.behind ? MARGIN / 2 : 0;
    if (block.behind) {
      pen.fillStyle = block.behind;
      pen.fillRect(MARGIN, top, WIDTH - 2 * MARGIN, heightOf(block) - GAP);
    }
    pen.font = `${block.bold ? 'bold ' : ''}${block.size}px ${font}`;
    pen.fillStyle = block.colour;
    block.lines.forEach((line, index) => {
      pen.fillText(line, MARGIN + inner, top + inner + index * block.size * LINE);
    });
    top += heightOf(block);
  }
  if (!source || !card.image) return;
  const place: Part = { x: 0, y: top, width: WIDTH, height: HEIGHT - top };
  drawPart(pen, source, card.image, place);
}

/**
 * What a recorded event shows: what was done, where on the screen, and in which app. Phones
 * name things as they like; the same words are understood as on the server (recordings/acts.py).
 */
import type { RecordedEventBody } from '../../api.gen';
import { isBlank, tidy } from '../../text';

export const KINDS = ['tap', 'long', 'scroll', 'text', 'screen', 'back', 'other'] as const;
export type Kind = (typeof KINDS)[number];

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface Element extends Box {
  label: string;
}

/** A picture of the whole screen; its size in pixels of the picture, not of the phone. */
export interface Screenshot extends Size {
  url: string;
}

export interface Happening {
  /** Milliseconds since 1970, on the phone's clock. */
  at: number;
  kind: Kind;
  /** What the person saw or did; may be empty. */
  label: string;
  screen: string;
  app: string;
  point: Point | null;
  /** Where a scroll ended, or where it points to. */
  to: Point | null;
  box: Box | null;
  /** Everything on the screen, where the event tells it. */
  elements: readonly Element[] | null;
  /** The screen as a picture, where the recording carries one. */
  screenshot: Screenshot | null;
  /** Done in an app of which nothing is kept. */
  masked: boolean;
}

type Data = Record<string, unknown>;

const WORDS: readonly [Kind, readonly string[]][] = [
  ['long', ['long']],
  ['scroll', ['scroll', 'swipe', 'fling', 'drag']],
  ['text', ['input', 'text', 'type', 'key']],
  ['back', ['back']],
  ['screen', ['screen', 'window', 'navigat', 'activity', 'app_', 'open', 'launch', 'page']],
  ['tap', ['touch', 'tap', 'click', 'press']],
];
const LABELS = ['label', 'text', 'element_text', 'content_description', 'contentDescription', 'description', 'hint'];
const FIELDS = ['hint', 'field', 'field_name', 'content_description'];
const NAMES = ['element_id', 'element', 'resource_id', 'view_id', 'id', 'target', 'node_id'];
const SCREENS = ['screen', 'screen_name', 'activity', 'activity_name', 'class_name', 'current_screen', 'page', 'title'];
const APPS = ['app', 'app_name', 'package', 'package_name', 'packageName'];
const MOST_ELEMENTS = 80;

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

function word(data: Data, names: readonly string[]): string {
  for (const name of names) {
    let value = data[name];
    if (isData(value)) value = value['name'] ?? value['text'] ?? value['id'];
    if (typeof value === 'string' && !isBlank(value)) return tidy(value).replace(/\s+/g, ' ').slice(0, 120);
  }
  return '';
}

function number(data: Data, ...names: string[]): number | null {
  for (const name of names) {
    const value = data[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return null;
}

export function kindOf(eventType: string): Kind {
  const type = eventType.toLowerCase().replace(/^type_/, '');
  return WORDS.find(([, parts]) => parts.some((part) => type.includes(part)))?.[0] ?? 'other';
}

function pointAt(data: Data, x: string[], y: string[]): Point | null {
  const left = number(data, ...x);
  const top = number(data, ...y);
  return left === null || top === null ? null : { x: left, y: top };
}

function fromEdges(edges: readonly (number | null)[]): Box | null {
  const [left, top, right, bottom] = edges;
  if (left == null || top == null || right == null || bottom == null) return null;
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/** `{left,top,right,bottom}`, `{x,y,width,height}`, `[l,t,r,b]` or Android's `[l,t][r,b]`. */
export function boxFrom(value: unknown): Box | null {
  if (typeof value === 'string') return fromEdges((value.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number));
  if (Array.isArray(value)) return fromEdges(value.map((one) => (typeof one === 'number' ? one : null)));
  if (!isData(value)) return null;
  const edges = fromEdges(['left', 'top', 'right', 'bottom'].map((name) => number(value, name)));
  if (edges) return edges;
  const start = pointAt(value, ['x'], ['y']);
  const width = number(value, 'width', 'w');
  const height = number(value, 'height', 'h');
  return start && width && height && width > 0 && height > 0 ? { ...start, width, height } : null;
}

function elementsOf(data: Data): Element[] | null {
  const listed = data['elements'] ?? data['nodes'] ?? data['views'];
  if (!Array.isArray(listed)) return null;
  const found: Element[] = [];
  for (const one of listed.slice(0, MOST_ELEMENTS)) {
    const box = isData(one) ? boxFrom(one['bounds'] ?? one['rect'] ?? one) : null;
    if (box) found.push({ ...box, label: word(one as Data, LABELS).slice(0, 40) });
  }
  return found;
}

/** The widest of its files, which come first (contract 8.5). */
function screenshotOf(data: Data): Screenshot | null {
  const sizes: unknown = data['screenshot'];
  const first: unknown = Array.isArray(sizes) ? sizes[0] : null;
  if (!isData(first) || typeof first['file'] !== 'string') return null;
  const width = number(first, 'width');
  const height = number(first, 'height');
  return width && height ? { url: `/media/lessons/${first['file']}`, width, height } : null;
}

function pointedTo(data: Data, from: Point | null): Point | null {
  const end = pointAt(data, ['end_x', 'to_x', 'x2'], ['end_y', 'to_y', 'y2']);
  if (end) return end;
  const across = number(data, 'delta_x', 'dx');
  const along = number(data, 'delta_y', 'dy');
  if (from && (across !== null || along !== null)) return { x: from.x - (across ?? 0), y: from.y - (along ?? 0) };
  return null;
}

function labelOf(kind: Kind, data: Data): string {
  // What somebody typed is their own; only the field that it went into is of interest.
  const label = kind === 'text' ? word(data, FIELDS) : word(data, LABELS);
  if (label) return label.slice(0, 60);
  const name = word(data, NAMES);
  return (name.split(/[#/]/).pop() ?? '').slice(0, 60);
}

export const DIRECTIONS = { up: '↑', down: '↓', left: '←', right: '→' } as const;

/** `before` is the event before it: who names no screen or app is on the last one that was named. */
export function happeningOf(event: RecordedEventBody, before: Happening | null): Happening {
  const data: Data = event.data;
  const kind = kindOf(event.event_type);
  const point = pointAt(data, ['x', 'start_x', 'from_x', 'x1', 'touch_x'], ['y', 'start_y', 'from_y', 'y1', 'touch_y']);
  const direction = DIRECTIONS[word(data, ['direction']).toLowerCase() as keyof typeof DIRECTIONS] ?? '';
  const masked = data['redacted'] === true;
  const label = masked ? '' : labelOf(kind, data);
  return {
    at: Date.parse(event.timestamp),
    kind,
    label: kind === 'scroll' && direction ? `${direction} ${label}`.trim() : label || (kind === 'other' ? event.event_type : ''),
    screen: word(data, SCREENS) || before?.screen || '',
    app: word(data, APPS) || before?.app || '',
    point,
    to: kind === 'scroll' ? pointedTo(data, point) : null,
    box: boxFrom(data['bounds'] ?? data['element_bounds'] ?? data['rect'] ?? data['element']),
    elements: elementsOf(data),
    screenshot: screenshotOf(data),
    masked,
  };
}

export interface Size {
  width: number;
  height: number;
}

/** Screens of phones, in dp and in pixels. */
const USUAL: readonly Size[] = [
  { width: 360, height: 800 },
  { width: 720, height: 1600 },
  { width: 1080, height: 2340 },
  { width: 1440, height: 3200 },
];

/** The size that an event gives for the screen, else null. */
export function sizeGiven(event: RecordedEventBody): Size | null {
  const data: Data = event.data;
  const inside = [data['screen_size'], data['display'], data['screen'], data].filter(isData);
  for (const one of inside) {
    const top = one === data;
    const width = number(one, 'screen_width', ...(top ? [] : ['width']));
    const height = number(one, 'screen_height', ...(top ? [] : ['height']));
    if (width && height && width > 0 && height > 0) return { width, height };
  }
  return null;
}

/** The smallest usual screen on which everything seen has its place. */
export function sizeFor(seen: Size): Size {
  if (!seen.width || !seen.height) return { width: 1080, height: 2340 };
  return USUAL.find((one) => seen.width <= one.width && seen.height <= one.height) ?? seen;
}

/** The apps of the lessons, as the server calls them in its drafts. */
const APP_NAMES: Readonly<Record<string, string>> = {
  'com.google.android.youtube': '유튜브',
  'com.kakao.talk': '카카오톡',
  'com.nhn.android.search': '네이버',
  'com.android.chrome': '크롬',
  'com.android.settings': '설정',
  'com.samsung.android.dialer': '전화',
  'com.google.android.dialer': '전화',
  'com.samsung.android.messaging': '문자 메시지',
  'com.google.android.apps.messaging': '문자 메시지',
  'com.sec.android.app.camera': '카메라',
  'com.google.android.gm': '지메일',
  'com.google.android.apps.maps': '구글 지도',
  'com.android.vending': '플레이 스토어',
};

/** How people call an app; the last word of its package's name when nothing else is known. */
export function appName(app: string): string {
  const known = APP_NAMES[app];
  if (known) return known;
  return /^[a-zA-Z]\w*(\.\w+)+$/.test(app) ? (app.split('.').pop() ?? app) : app;
}

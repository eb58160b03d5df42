/** Pictures of pages, made small: a page has few colours, and a PNG with a palette needs a byte for each of its pixels. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Three bytes a pixel, row after row. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

/** A colour as one number, and how many pixels have it. */
type Counted = readonly [color: number, count: number];

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MAX_COLORS = 256;

/**
 * The same picture in as many colours as fit into so many bytes.
 * @param png as a browser writes it: eight bits, RGB or RGBA, not interlaced
 * @throws Error where it does not fit in 16 colours
 */
export function smallPng(png: Buffer, maxBytes: number): Buffer {
  const pixels = decode(png);
  for (let colors = MAX_COLORS; colors >= 16; colors = Math.floor(colors * 0.75)) {
    const small = encode(pixels, paletteOf(pixels, colors));
    if (small.length <= maxBytes) return small;
  }
  throw new Error(`a picture of ${pixels.width} by ${pixels.height} does not fit into ${maxBytes} bytes`);
}

function decode(png: Buffer): Pixels {
  const [width, height, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(25)];
  const channels = type === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
  }
  const rows = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1)
    rows.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3);
  return { width, height, rgb };
}

/** PNG, third edition, section 9: each byte is the difference to what its neighbours foretell. */
function unfiltered(raw: Buffer, stride: number, height: number, channels: number): Buffer {
  const rows = Buffer.alloc(stride * height);
  const byte = (row: number, at: number) => (row < 0 || at < 0 ? 0 : (rows[row * stride + at] ?? 0));
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * (stride + 1)];
    for (let at = 0; at < stride; at += 1) {
      const [left, above] = [byte(row, at - channels), byte(row - 1, at)];
      const diagonal = at < channels ? 0 : byte(row - 1, at - channels);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, diagonal)][filter ?? 0] ?? 0;
      rows[row * stride + at] = (raw[row * (stride + 1) + 1 + at] ?? 0) + guess;
    }
  }
  return rows;
}

function paeth(left: number, above: number, diagonal: number): number {
  const guess = left + above - diagonal;
  const [toLeft, toAbove, toDiagonal] = [left, above, diagonal].map((one) => Math.abs(guess - one)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toAbove && toLeft <= toDiagonal) return left;
  return toAbove <= toDiagonal ? above : diagonal;
}

const colorAt = (rgb: Buffer, pixel: number) => rgb.readUIntBE(pixel * 3, 3);
const channel = (color: number, which: number) => (color >> (16 - 8 * which)) & 255;

/** Median cut: the box of colours that is widest, weighed by its pixels, is cut where half of them are on each side. */
function paletteOf({ width, height, rgb }: Pixels, most: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const color = colorAt(rgb, pixel);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  let boxes: Counted[][] = [[...counts]];
  while (boxes.length < most) {
    const widest = boxes
      .map(weightOf)
      .reduce((best, weight, at, all) => (weight > (all[best] ?? 0) ? at : best), 0);
    const box = boxes[widest] ?? [];
    if (box.length < 2) break;
    boxes = [...boxes.filter((_, at) => at !== widest), ...cut(box)];
  }
  return new Map(boxes.flatMap((box) => box.map(([color]) => [color, commonOf(box)] as const)));
}

function rangeOf(box: readonly Counted[]): readonly [which: number, range: number] {
  const ranges = [0, 1, 2].map((which) => {
    const values = box.map(([color]) => channel(color, which));
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const range = Math.max(...ranges);
  return [ranges.indexOf(range), range];
}

/** Edges of letters are few pixels and many colours: their number counts less than how far they are apart. */
function weightOf(box: readonly Counted[]): number {
  const pixels = box.reduce((sum, [, count]) => sum + count, 0);
  return box.length < 2 ? 0 : rangeOf(box)[1] ** 2 * pixels ** 0.55;
}

function cut(box: readonly Counted[]): Counted[][] {
  const [which] = rangeOf(box);
  const sorted = box.toSorted(([one], [other]) => channel(one, which) - channel(other, which));
  const weights = sorted.map(([, count]) => count ** 0.5);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let [at, sum] = [0, 0];
  while (at < sorted.length - 1 && sum + (weights[at] ?? 0) <= half) sum += weights[at++] ?? 0;
  const place = Math.max(at, 1);
  return [sorted.slice(0, place), sorted.slice(place)];
}

/** The one that most pixels have, so that flat grounds stay exactly what they are. */
function commonOf(box: readonly Counted[]): number {
  return box.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function encode({ width, height, rgb }: Pixels, palette: Map<number, number>): Buffer {
  const colors = [...new Set(palette.values())];
  const indexOf = new Map(colors.map((color, index) => [color, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const color = palette.get(colorAt(rgb, pixel)) ?? 0;
    rows[Math.floor(pixel / width) + pixel + 1] = indexOf.get(color) ?? 0;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits, with a palette.
  head.set([8, 3, 0, 0, 0], 8);
  const entries = Buffer.from(colors.flatMap((color) => [0, 1, 2].map((which) => channel(color, which))));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', entries),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

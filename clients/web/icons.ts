// The icons that phones want as PNG, drawn from the same figure as public/icon.svg: two rings on the accent; the
// badge of a notification is the rings alone.
import { crc32, deflateSync } from 'node:zlib';
import type { Plugin } from 'vite';

const GROUND = [0x0b, 0x5c, 0xad] as const;
const SAMPLES = 4;
// Of the figure's 64 by 64: centres of the rings, their radius, half their line.
const RINGS = [[25, 32], [39, 32]] as const;
const RADIUS = 14;
const HALF_LINE = 2.5;

const onRing = (x: number, y: number) =>
  RINGS.some(([cx, cy]) => Math.abs(Math.hypot(x - cx, y - cy) - RADIUS) <= HALF_LINE);

/** Share of a pixel that the rings cover. */
function cover(px: number, py: number, scale: number): number {
  const [x, y] = [(px + 0.5) * scale, (py + 0.5) * scale];
  const onEdge = RINGS.some(([cx, cy]) => {
    const fromMiddle = Math.abs(Math.hypot(x - cx, y - cy) - RADIUS);
    return Math.abs(fromMiddle - HALF_LINE) < scale;
  });
  return onEdge ? sampled(px, py, scale) : Number(onRing(x, y));
}

function sampled(px: number, py: number, scale: number): number {
  let hits = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const x = (px + ((i % SAMPLES) + 0.5) / SAMPLES) * scale;
    const y = (py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * scale;
    if (onRing(x, y)) hits++;
  }
  return hits / (SAMPLES * SAMPLES);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

/** RGBA, square and to the edge (each system cuts its own corners); without ground the rings alone, in white. */
function png(size: number, ground: boolean): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ring = cover(x, y, 64 / size);
      const at = y * (1 + size * 4) + 1 + x * 4;
      for (let c = 0; c < 3; c++) rows[at + c] = ground ? GROUND[c]! + (255 - GROUND[c]!) * ring : 255;
      rows[at + 3] = ground ? 255 : 255 * ring;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

export function icons(): Plugin {
  return {
    name: 'icons',
    apply: 'build',
    generateBundle() {
      for (const size of [180, 192, 512]) {
        this.emitFile({ type: 'asset', fileName: `icon-${size}.png`, source: png(size, true) });
      }
      this.emitFile({ type: 'asset', fileName: 'badge.png', source: png(96, false) });
    },
  };
}

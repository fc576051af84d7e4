/**
 * An HLS VOD stream of darkness, made here: one VP9 key frame over and over in
 * fragmented MP4, which browsers play whatever else is installed.
 *
 * https://www.rfc-editor.org/rfc/rfc8216#section-3.3, ISO/IEC 14496-12 (boxes),
 * https://www.webmproject.org/vp9/mp4/ (VP9 in them)
 */

/** 64 × 64 dark pixels, as Chromium's VideoEncoder gives them for `vp09.00.10.08`. */
const FRAME = Buffer.from('824983424003f003f60638241c183a00002040006b43ffffebdb2bee7df704f3f83bf2dca3a6377ab5e8' +
  '9f50db62d342cd4dce2d489f6e25597ffff7ed9679b7c412be3d5f2faa041b18aabaf44fa86db169a166a6e716a44fb712ac9b5c1b40f8a100', 'hex');
const SIDE = 64;
/** Units a second of all times here. */
const TIMESCALE = 25;
const FRAMES = 100;
const TRACK = 1;
/** Bytes behind the frames, so that a segment is worth asking peers for. */
const FILLER = 120_000;

export const SEGMENTS = 4;
export const SEGMENT_SECONDS = FRAMES / TIMESCALE;

const u8 = (...values) => Buffer.from(values);

/** @param {number} size bytes each @param {number[]} values */
function unsigned(size, values) {
  const bytes = Buffer.alloc(size * values.length);
  values.forEach((value, i) => bytes.writeUIntBE(value, i * size, size));
  return bytes;
}
const u16 = (...values) => unsigned(2, values);
const u32 = (...values) => unsigned(4, values);

function box(type, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length + 8), Buffer.from(type, 'latin1'), content]);
}

/** @param {string} type @param {number} version @param {number} flags @param {Buffer[]} parts */
const fullBox = (type, version, flags, ...parts) => box(type, u8(version), unsigned(3, [flags]), ...parts);

const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function sampleEntry() {
  const profile0Level1EightBits420 = u8(0, 10, 8 << 4 | 1 << 1, 1, 1, 1);
  const description = fullBox('vpcC', 1, 0, profile0Level1EightBits420, u16(0));
  return box('vp09', Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(SIDE, SIDE), u32(0x480000, 0x480000, 0), u16(1),
    Buffer.alloc(32), u16(24, 0xffff), description);
}

function track() {
  const table = box('stbl', fullBox('stsd', 0, 0, u32(1), sampleEntry()), fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)), fullBox('stsz', 0, 0, u32(0, 0)), fullBox('stco', 0, 0, u32(0)));
  const data = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  return box('trak',
    fullBox('tkhd', 0, 7, u32(0, 0, TRACK, 0, 0, 0, 0), u16(0, 0, 0, 0), IDENTITY, u32(SIDE << 16, SIDE << 16)),
    box('mdia', fullBox('mdhd', 0, 0, u32(0, 0, TIMESCALE, 0), u16(0x55c4, 0)),
      fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide'), u32(0, 0, 0), u8(0)),
      box('minf', fullBox('vmhd', 0, 1, u32(0, 0)), data, table)));
}

/** What each segment needs before it. */
export function initSegment() {
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), u32(0), Buffer.from('iso6mp41')),
    box('moov', fullBox('mvhd', 0, 0, u32(0, 0, TIMESCALE, 0, 0x10000), u16(0x100, 0), u32(0, 0), IDENTITY, u32(0, 0, 0, 0, 0, 0, TRACK + 1)),
      track(), box('mvex', fullBox('trex', 0, 0, u32(TRACK, 1, 0, 0, 0)))),
  ]);
}

/** @param {number} index */
export function segment(index) {
  const DEFAULT_BASE_IS_MOOF = 0x20000;
  const DURATION_AND_SIZE = 0x18;
  const header = fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF | DURATION_AND_SIZE, u32(TRACK, 1, FRAME.length));
  const time = fullBox('tfdt', 0, 0, u32(index * FRAMES));
  const moof = (offset) => box('moof', fullBox('mfhd', 0, 0, u32(index + 1)),
    box('traf', header, time, fullBox('trun', 0, 1, u32(FRAMES, offset))));
  return Buffer.concat([moof(moof(0).length + 8), box('mdat', ...Array(FRAMES).fill(FRAME), Buffer.alloc(FILLER, index))]);
}

/** @param {string} init URL @param {(index: number) => string} urlOf */
export function playlist(init, urlOf) {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXT-X-TARGETDURATION:${Math.ceil(SEGMENT_SECONDS)}`,
    `#EXT-X-MAP:URI="${init}"`];
  for (let i = 0; i < SEGMENTS; i++) lines.push(`#EXTINF:${SEGMENT_SECONDS.toFixed(3)},`, urlOf(i));
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

/**
 * An HLS VOD stream of silence, made here: MP3 needs no encoder for that. A
 * frame whose side information is all zeros decodes to 1,152 zero samples.
 * ISO/IEC 11172-3, 2.4.1; https://www.rfc-editor.org/rfc/rfc8216#section-3.4
 */

/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, stereo, no CRC, no padding. */
const HEADER = [0xff, 0xfb, 0x90, 0x00];
const FRAME_BYTES = Math.floor(144 * 128_000 / 44_100);
const FRAME_SECONDS = 1152 / 44_100;

const FRAMES = 150;
export const SEGMENTS = 4;
export const SEGMENT_SECONDS = FRAMES * FRAME_SECONDS;

/** An ID3 tag whose PRIV frame says where in the stream (90 kHz) the segment starts. */
function timestampTag(seconds) {
  const owner = Buffer.from('com.apple.streaming.transportStreamTimestamp\0');
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.round(seconds * 90_000)));
  const data = Buffer.concat([owner, time]);
  const frame = Buffer.concat([Buffer.from('PRIV'), Buffer.from([0, 0, 0, data.length, 0, 0]), data]);
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0, 0, 0, 0, frame.length]), frame]);
}

/** @param {number} index */
export function segment(index) {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.set(HEADER);
  return Buffer.concat([timestampTag(index * SEGMENT_SECONDS), ...Array(FRAMES).fill(frame)]);
}

/** @param {(index: number) => string} urlOf */
export function playlist(urlOf) {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXT-X-TARGETDURATION:${Math.ceil(SEGMENT_SECONDS)}`];
  for (let i = 0; i < SEGMENTS; i++) lines.push(`#EXTINF:${SEGMENT_SECONDS.toFixed(3)},`, urlOf(i));
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

// Twilsock's packets, one in each WebSocket message: a line with the header's length in bytes, the header as JSON, and a payload whose length the header gives.

import { parseKeeping } from '../json/raw.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const prefix = 'TWILSOCK V3.0 ';
const lineFeed = 10;

/** Data in events is kept as the text that was sent. */
const rawNames = new Set(['document_data', 'item_data', 'message_data']);

/**
 * @param {{ [member: string]: unknown }} header
 * @param {object} [payload]
 */
export function encode(header, payload) {
  const body = payload ? encoder.encode(JSON.stringify(payload)) : new Uint8Array();
  const head = encoder.encode(JSON.stringify({ ...header, payload_size: body.length, ...(payload ? { payload_type: 'application/json' } : {}) }));
  const line = encoder.encode(`${prefix}${head.length}\r\n`);
  const packet = new Uint8Array(line.length + head.length + 2 + body.length);
  packet.set(line);
  packet.set(head, line.length);
  packet.set([13, 10], line.length + head.length);
  packet.set(body, line.length + head.length + 2);
  return packet;
}

/**
 * @param {ArrayBuffer} message
 * @returns {{ header: any, payload: any } | null} `null` if the message is not a packet
 */
export function decode(message) {
  const bytes = new Uint8Array(message);
  const line = bytes.indexOf(lineFeed) + 1;
  const length = Number(decoder.decode(bytes.subarray(prefix.length, line)));
  if (line === 0 || !Number.isInteger(length) || decoder.decode(bytes.subarray(0, prefix.length)) !== prefix) return null;
  try {
    const header = JSON.parse(decoder.decode(bytes.subarray(line, line + length)));
    const start = line + length + 2;
    const size = header.payload_size ?? 0;
    return { header, payload: size ? parseKeeping(decoder.decode(bytes.subarray(start, start + size)), rawNames) : null };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

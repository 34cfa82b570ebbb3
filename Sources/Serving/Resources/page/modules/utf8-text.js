/**
 * A text as bytes in UTF-8, cut into blocks. The server counts places in bytes, JavaScript strings in units of UTF-16: so nothing is
 * decoded but what is shown, and places stay places in bytes.
 */

const LINE_FEED = 0x0a
const SPACE = 0x20

/** Blocks are short enough to be laid out at once, and few enough to be kept as elements. */
const SMALLEST_BLOCK = 3000
const MOST_BLOCKS = 4000

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** Whether a byte goes on with a character that began before it. */
const continues = (byte) => (byte & 0xc0) === 0x80

/** The start of the character that the byte at `place` belongs to. */
export function characterStart(bytes, place) {
  let start = Math.max(0, Math.min(place, bytes.length))
  while (start > 0 && start < bytes.length && continues(bytes[start])) start--
  return start
}

/** The string of the bytes from `start` to `end`, both places between characters. */
export const decoded = (bytes, start, end) => decoder.decode(bytes.subarray(start, end))

/** Ends of blocks that cover the text: after a paragraph where one ends nearby, else after a line, a word, or a character. */
export function blockEnds(bytes) {
  const size = Math.max(SMALLEST_BLOCK, Math.ceil(bytes.length / MOST_BLOCKS))
  const ends = []
  let start = 0
  while (start < bytes.length) {
    const end = start + size >= bytes.length ? bytes.length : goodEnd(bytes, start + (size >> 1), start + size)
    ends.push(end)
    start = end
  }
  return ends
}

/** The best place for a block to end between `from` and `to`. */
function goodEnd(bytes, from, to) {
  let line = 0
  let word = 0
  for (let place = to; place > from; place--) {
    const byte = bytes[place - 1]
    if (byte === LINE_FEED) {
      if (bytes[place - 2] === LINE_FEED) return place
      line ||= place
    } else if (byte === SPACE) {
      word ||= place
    }
  }
  return line || word || characterStart(bytes, to)
}

/**
 * The part of a block that begins at byte `start` and ends at `end`, cut where sources begin and end.
 * @param {{start: number, end: number, number: number}[]} sources in order, none overlapping another
 * @returns {{text: string, source: ?number, begins: boolean}[]} `source` is the number of the source that a piece belongs to, and
 *   `begins` whether that starts with it
 */
export function pieces(bytes, start, end, sources) {
  const result = []
  let place = start
  const add = (to, source = null) => {
    if (to > place) result.push({ text: decoded(bytes, place, to), source: source?.number ?? null, begins: source?.start === place })
    place = Math.max(place, to)
  }
  for (const source of sources) {
    if (source.end <= place || source.start >= end) continue
    add(source.start)
    add(Math.min(source.end, end), source)
  }
  add(end)
  return result
}

/**
 * Sources of one file in the order of the text, moved to the bounds of characters, without overlaps: the earlier one keeps what two claim.
 * @param {{start: number, end: number, number: number}[]} sources
 */
export function ordered(bytes, sources) {
  const result = []
  let covered = 0
  for (const source of [...sources].sort((one, other) => one.start - other.start || one.number - other.number)) {
    const start = Math.max(covered, characterStart(bytes, source.start))
    let end = Math.max(start, Math.min(source.end, bytes.length))
    while (end < bytes.length && continues(bytes[end])) end++
    if (end > start) result.push({ ...source, start, end })
    covered = Math.max(covered, end)
  }
  return result
}

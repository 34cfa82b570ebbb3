/** A whole text as a thin strip: how far it has been read, what is in view, and where the sources of an answer lie. */

import { draw } from "./elements.js"
import { wholePercent } from "./figures.js"

const WIDTH = 1000
const HEIGHT = 28
/** Pixels that a source takes at least. */
const NARROWEST = 3

export class Strip {
  #place
  #files = []
  #total = 0
  #band

  /** @param {HTMLElement} place where it is drawn @param {?function(number)} chosen told the share of the text that was clicked on */
  constructor(place, chosen = null) {
    this.#place = place
    if (!chosen) return
    place.addEventListener("click", (event) => {
      const box = place.getBoundingClientRect()
      chosen((event.clientX - box.left) / box.width)
    })
  }

  /**
   * Draws it anew.
   * @param {{name: string, bytes: number}[]} files in the order of the reading
   * @param {{file: string, start: number, end: number, weight: number, number: number}[]} sources
   * @param {number} read the share of the text that has been read
   */
  update(files, sources, read = 1) {
    this.#files = files
    this.#total = Math.max(1, files.reduce((sum, file) => sum + file.bytes, 0))
    const heaviest = Math.max(...sources.map((source) => source.weight), 0)
    this.#band = draw("rect", { class: "strip-view", y: 0, height: HEIGHT, x: 0, width: 0 })
    const shape = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": this.#words(sources, read) }
    const drawing = draw("svg", shape,
      draw("rect", { class: "strip-all", x: 0, y: 0, width: WIDTH, height: HEIGHT }),
      draw("rect", { class: "strip-read", x: 0, y: 0, width: WIDTH * read, height: HEIGHT }),
      this.#band,
      ...this.#borders(),
      ...sources.map((source) => this.#tick(source, heaviest)).filter(Boolean))
    this.#place.replaceChildren(drawing)
  }

  /** Shows which part is in view, as shares of the text. */
  showView({ from, to }) {
    this.#band?.setAttribute("x", from * WIDTH)
    this.#band?.setAttribute("width", Math.max(this.#narrowest, (to - from) * WIDTH))
  }

  get #narrowest() {
    return (NARROWEST / (this.#place.clientWidth || WIDTH)) * WIDTH
  }

  #offsetOf(name) {
    let offset = 0
    for (const file of this.#files) {
      if (file.name === name) return offset
      offset += file.bytes
    }
    return null
  }

  #shareOf(source) {
    const offset = this.#offsetOf(source.file)
    return offset === null ? null : (offset + source.start) / this.#total
  }

  #borders() {
    return this.#files.slice(1).map((file) => {
      const x = (this.#offsetOf(file.name) / this.#total) * WIDTH
      return draw("rect", { class: "strip-border", x, y: 0, width: 1, height: HEIGHT })
    })
  }

  #tick(source, heaviest) {
    const share = this.#shareOf(source)
    if (share === null) return null
    const height = HEIGHT * (0.25 + 0.75 * (heaviest > 0 ? source.weight / heaviest : 1))
    const width = Math.max(this.#narrowest, ((source.end - source.start) / this.#total) * WIDTH)
    const x = Math.min(share * WIDTH, WIDTH - width)
    return draw("rect", { class: "strip-source", x, y: HEIGHT - height, width, height })
  }

  #words(sources, read) {
    if (read < 1) return `${wholePercent(read)} of the text has been read`
    if (!sources.length) return "The whole text, from its beginning to its end"
    const places = sources.map((source) => `source ${source.number} at ${wholePercent(this.#shareOf(source))}`)
    return `Where the sources lie in the text: ${places.join(", ")}`
  }
}

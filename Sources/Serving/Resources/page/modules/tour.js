/** Going from source to source in the text, and back to the answer. */

import { byID, show } from "./elements.js"
import { counted } from "./figures.js"

export class Tour {
  #sources = []
  #current = null
  #origin = null
  #goTo

  /** @param {function(number)} goTo shows the source of that number */
  constructor(goTo) {
    this.#goTo = goTo
    byID("tour-previous").addEventListener("click", () => this.#step(-1))
    byID("tour-next").addEventListener("click", () => this.#step(1))
    byID("tour-back").addEventListener("click", () => this.#back())
    byID("text").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#origin) this.#back()
    })
  }

  /** @param {object[]} sources those that are marked @param {?HTMLElement} origin the answer they belong to */
  show(sources, origin) {
    this.#sources = sources
    this.#origin = origin
    this.#current = null
    show(byID("tour"), sources.length > 0)
    this.#draw()
  }

  setCurrent(number) {
    this.#current = number
    this.#draw()
  }

  #step(by) {
    const index = this.#sources.findIndex(({ number }) => number === this.#current)
    const next = (index + by + this.#sources.length) % this.#sources.length
    this.#goTo(this.#sources[index < 0 && by < 0 ? this.#sources.length - 1 : next].number)
  }

  #back() {
    this.#origin?.focus()
    this.#origin?.scrollIntoView({ block: "nearest" })
  }

  #draw() {
    const all = this.#sources.length
    byID("tour-place").textContent = this.#current === null ? `${counted(all, "source")} marked` : `Source ${this.#current} of ${all}`
    show(byID("tour-back"), this.#origin !== null)
  }
}

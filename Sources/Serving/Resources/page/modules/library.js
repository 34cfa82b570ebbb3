/** The list of readings: open one, delete one. Readings live on the server, so the list is there after reloading. */

import { bytes, count, wholePercent } from "./figures.js"
import { byID, make } from "./elements.js"
import { showProblem } from "./failure.js"
import { confirmRemoval } from "./dialogs.js"
import { parts } from "./methods.js"
import { say } from "./announcer.js"
import * as server from "./server.js"

const POLL = 2000

export class Library {
  #readings = []
  #entries = new Map() // by id: the elements of an entry
  #open = null
  #timer = null
  #removed

  /** @param {function(object)} removed told of a reading that was deleted */
  constructor(removed) {
    this.#removed = removed
    document.addEventListener("visibilitychange", () => document.hidden || this.#pollIfNeeded())
  }

  /** Asks the server for the list. Throws what the server answers. */
  async refresh() {
    this.#readings = await server.readings()
    this.#draw()
    this.#pollIfNeeded()
  }

  /** Takes over a newer state of a reading. */
  update(reading) {
    const index = this.#readings.findIndex(({ id }) => id === reading.id)
    if (index < 0) this.#readings.push(reading)
    else this.#readings[index] = reading
    this.#draw()
  }

  /** Shows which reading is open. */
  setOpen(id) {
    this.#open = id
    this.#draw()
  }

  /** Readings that are being read beside the open one are looked at now and then: browsers have few connections for streams of events. */
  #pollIfNeeded() {
    clearTimeout(this.#timer)
    if (document.hidden || this.#readings.every((reading) => server.isFinal(reading) || reading.id === this.#open)) return
    this.#timer = setTimeout(() => this.refresh().catch((error) => this.showProblem(error)), POLL)
  }

  showProblem(error) {
    const retry = () => this.refresh().then(() => this.showProblem(null), (again) => this.showProblem(again))
    showProblem(byID("library-problem"), error, [{ words: "Try again", run: retry }])
  }

  /** Entries stay the elements that they are while a text is read: one that is clicked on must not be replaced under the pointer. */
  #draw() {
    const list = byID("readings")
    const newest = [...this.#readings].sort((one, other) => other.created_at - one.created_at)
    const entries = newest.map((reading) => this.#entry(reading))
    if (entries.length === list.children.length && entries.every((entry, index) => entry === list.children[index])) return
    const focused = list.contains(document.activeElement) ? document.activeElement.id : null
    list.replaceChildren(...entries)
    if (focused) byID(focused)?.focus()
  }

  #entry(reading) {
    const { element, link, facts } = this.#entries.get(reading.id) ?? this.#newEntry(reading)
    facts.textContent = summary(reading)
    if (reading.id === this.#open) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
    return element
  }

  #newEntry({ id, name }) {
    const facts = make("span", { class: "facts" })
    const link = make("a", { id: `open-${id}`, href: `#${id}` }, make("span", { class: "name" }, name), facts)
    const removal = make("button", {
      type: "button", id: `remove-${id}`, class: "quiet remove", "aria-label": `Delete ${name}`, title: "Delete",
      onclick: () => this.#remove(this.#readings.find((reading) => reading.id === id)),
    }, "×")
    const entry = { element: make("li", {}, link, removal), link, facts }
    this.#entries.set(id, entry)
    return entry
  }

  async #remove(reading) {
    if (!(await confirmRemoval(reading))) return
    try {
      await server.remove(reading.id)
    } catch (error) {
      // Deleted elsewhere is deleted.
      const again = { words: "Try again", run: () => this.#remove(reading) }
      if (error.status !== 404) return showProblem(byID("library-problem"), error, [again])
    }
    this.showProblem(null)
    this.#readings = this.#readings.filter(({ id }) => id !== reading.id)
    this.#draw()
    say(`${reading.name} is deleted.`)
    this.#removed(reading)
  }
}

const sizeOf = (reading) => reading.files.reduce((sum, file) => sum + file.bytes, 0)

function summary(reading) {
  const { total, read } = reading.tokens
  switch (reading.status) {
    case "queued": return `waiting · ${bytes(sizeOf(reading))}`
    case "reading": return total ? `being read, ${wholePercent(read / total)}` : "being read"
    case "failed": return "could not be read"
    case "cancelled": return "stopped"
    default: return `${count(total)} tokens · ${parts(reading.method).name}`
  }
}

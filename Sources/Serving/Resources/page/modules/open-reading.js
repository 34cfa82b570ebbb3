/** The reading that is open: its title, how far it is read, its text, and the sources that are marked in it. */

import { DocumentView } from "./document-view.js"
import { Mistake, isAbort, showProblem } from "./failure.js"
import { Strip } from "./strip.js"
import { Tour } from "./tour.js"
import { byID, make } from "./elements.js"
import { bytes, count, counted } from "./figures.js"
import { follow, hideProgress } from "./reading-progress.js"
import { say } from "./announcer.js"
import * as server from "./server.js"

/** From this size on the text is fetched only when somebody wants to see it. */
const LARGE = 48 * 1024 * 1024

export class OpenReading {
  #reading = null
  #view
  #strip
  #tour
  #leaving = new AbortController()
  #textState = "missing" // "coming", "here"
  #sources = []
  #changed

  /** @param {function(object)} changed told of each new state of the reading */
  constructor(changed) {
    this.#changed = changed
    this.#view = new DocumentView(byID("text"), () => this.#strip.showView(this.#view.view))
    this.#strip = new Strip(byID("strip"), (share) => this.#view.scrollToShare(share))
    this.#tour = new Tour((number) => this.goTo(number))
  }

  get reading() {
    return this.#reading
  }

  close() {
    this.#leaving.abort()
    this.#reading = null
    this.#view.clear()
  }

  /** Shows a reading, and follows it while it is being read. */
  open(reading) {
    this.close()
    this.#leaving = new AbortController()
    this.#textState = "missing"
    this.showSources([])
    showProblem(byID("document-problem"), null)
    this.#take(reading)
    byID("document-title").textContent = reading.name
    byID("text").setAttribute("aria-label", `Text of ${reading.name}`)
    hideProgress()
    this.#showText()
    if (!server.isFinal(reading)) this.#follow(this.#leaving.signal)
  }

  /**
   * Marks the sources of an answer in the text.
   * @param {object[]} sources with their numbers
   * @param {?HTMLElement} origin what to go back to
   */
  showSources(sources, origin = null) {
    this.#sources = sources
    this.#view.highlight(sources)
    this.#tour.show(sources, origin)
    if (this.#reading) this.#drawStrip()
  }

  /** Shows a source in the text; with `focus` the keyboard follows. */
  goTo(number, options) {
    if (this.#view.goTo(number, options)) this.#tour.setCurrent(number)
  }

  #take(reading) {
    const { status, files, tokens, method, positions, notes } = reading
    this.#reading = reading
    const facts = [bytes(byteCount(reading)), tokens.total ? counted(tokens.total, "token") : null, `read with ${method}`]
    if (files.length > 1) facts.unshift(counted(files.length, "file"))
    if (positions && positions !== "model") facts.push(`positions ${positions}`)
    const remarks = (notes ?? []).map((note) => make("span", { class: "note" }, note))
    byID("document-facts").replaceChildren(facts.filter(Boolean).join(" · "), ...remarks)
    if (status === "failed" || status === "cancelled") this.#showFailure(reading)
    this.#drawStrip()
    this.#changed(reading)
  }

  #showFailure({ status, error }) {
    const reason = error?.message ?? (status === "cancelled" ? "Reading was stopped." : "The text could not be read.")
    showProblem(byID("document-problem"), new Mistake(`${reason} Delete it, and add it again once that is mended.`))
  }

  #drawStrip() {
    const { total, read } = this.#reading.tokens
    const isRead = this.#reading.status === "ready"
    this.#strip.update(this.#reading.files, this.#sources, isRead ? 1 : total ? read / total : 0)
    if (this.#textState === "here") this.#strip.showView(this.#view.view)
  }

  async #follow(signal) {
    const trouble = (error) => showProblem(byID("document-problem"), error)
    try {
      await follow(this.#reading, { trouble, changed: (state) => signal.aborted || this.#take(state) }, signal)
    } catch (error) {
      return signal.aborted || this.#showProblem(error, () => this.#follow(signal))
    }
    if (signal.aborted || this.#reading.status !== "ready") return
    say(`The text has been read, ${count(this.#reading.tokens.total)} tokens. You can ask now.`)
    if (this.#textState === "missing") this.#showText()
  }

  #showProblem(error, action) {
    const run = () => {
      showProblem(byID("document-problem"), null)
      action()
    }
    showProblem(byID("document-problem"), error, [{ words: "Try again", run }])
  }

  #showText() {
    const size = byteCount(this.#reading)
    if (size < LARGE) return this.#fetchText(this.#leaving.signal)
    const fetchText = () => this.#fetchText(this.#leaving.signal)
    byID("text").replaceChildren(make("button", { type: "button", onclick: fetchText }, `Show the whole text (${bytes(size)})`))
  }

  /** Fetches and shows the text, file by file. */
  async #fetchText(signal) {
    const { id, files } = this.#reading
    this.#textState = "coming"
    this.#view.clear()
    try {
      for (const { name } of files) {
        const content = await server.text(id, name, signal)
        if (signal.aborted) return
        this.#view.addFile(name, content, files.length > 1)
      }
    } catch (error) {
      if (isAbort(error) || signal.aborted) return
      this.#textState = "missing"
      // While a text is being read the server may not have it ready; then it is asked for again at the end.
      if (!server.isFinal(this.#reading)) return
      return this.#showProblem(error, () => this.#fetchText(signal))
    }
    this.#textState = "here"
    this.#view.highlight(this.#sources)
    this.#drawStrip()
  }
}

const byteCount = (reading) => reading.files.reduce((sum, file) => sum + file.bytes, 0)

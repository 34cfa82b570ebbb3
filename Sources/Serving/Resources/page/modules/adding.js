/** Adding a text: dropped, chosen or pasted. */

import { byID, show } from "./elements.js"
import { bytes, counted, wholePercent } from "./figures.js"
import { Mistake, mayPass, showProblem } from "./failure.js"
import { explainMethod, fillMethods } from "./methods.js"
import * as server from "./server.js"

export class Adding {
  #files = []
  #added
  #sending = false

  /** @param {function(object)} added told of the new reading */
  constructor(added) {
    this.#added = added
    byID("files").addEventListener("change", (event) => this.#choose([...event.target.files]))
    byID("adding-form").addEventListener("submit", (event) => {
      event.preventDefault()
      this.#send()
    })
    explainMethod(byID("adding-method"), byID("adding-method-hint"))
    this.#takeDrops()
  }

  methodsChanged() {
    fillMethods(byID("adding-method"), "the server’s")
  }

  /** Files may be dropped anywhere on the page: a near miss must not make the browser leave it. */
  #takeDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files")
    addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      document.body.classList.add("dragging")
    })
    addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("dragging"))
    addEventListener("drop", (event) => {
      document.body.classList.remove("dragging")
      if (!hasFiles(event)) return
      event.preventDefault()
      if (location.hash.length > 1) location.hash = ""
      this.#choose([...event.dataTransfer.files])
      this.#send()
    })
  }

  #choose(files) {
    this.#files = files
    showProblem(byID("adding-problem"), null)
    const size = files.reduce((sum, file) => sum + file.size, 0)
    byID("chosen").textContent = files.length ? `${files.length === 1 ? files[0].name : counted(files.length, "file")}, ${bytes(size)}` : ""
  }

  async #send() {
    if (this.#sending) return
    this.#setSending(true)
    showProblem(byID("adding-problem"), null)
    try {
      const reading = await this.#begin()
      this.#reset()
      this.#added(reading)
    } catch (error) {
      showProblem(byID("adding-problem"), error, mayPass(error) ? [{ words: "Try again", run: () => this.#send() }] : [])
    } finally {
      this.#setSending(false)
    }
  }

  async #begin() {
    const pasted = byID("pasted").value
    const options = this.#options()
    if (!this.#files.length) {
      if (!pasted.trim()) throw new Mistake("There is no text yet. Choose a file, drop one, or paste a text.")
      return server.addText({ name: "Pasted text", ...options, text: pasted })
    }
    const empty = this.#files.find((file) => file.size === 0)
    if (empty) throw new Mistake(`“${empty.name}” is empty. Choose a file that has a text in it.`)
    const files = pasted.trim() ? [...this.#files, new File([pasted], "pasted.txt")] : this.#files
    show(byID("sending"))
    return server.addFiles(files, options, (share) => this.#showSent(share))
  }

  /** What was filled in; what was not is left to the server. */
  #options() {
    const context = byID("adding-context").value.trim()
    if (context && !(Number(context) >= 1)) throw new Mistake("The context length is a number of tokens, such as 16384.")
    const options = {
      name: byID("adding-name").value.trim(),
      method: byID("adding-method").value,
      positions: byID("adding-positions").value.trim(),
      cache_type: byID("adding-cache").value,
      context_length: context && Number(context),
    }
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ""))
  }

  #showSent(share) {
    byID("sending-bar").value = share
    byID("sending-words").textContent = share < 1 ? `Sent ${wholePercent(share)}` : "Sent; the server looks at it"
  }

  #setSending(sending) {
    this.#sending = sending
    byID("adding-form").setAttribute("aria-busy", String(sending))
    byID("adding-form").querySelector("[type=submit]").disabled = sending
    if (!sending) show(byID("sending"), false)
  }

  #reset() {
    byID("adding-form").reset()
    byID("adding-method-hint").textContent = ""
    this.#choose([])
  }
}

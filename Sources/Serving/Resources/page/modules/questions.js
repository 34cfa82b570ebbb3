/** The form that asks the open reading. */

import { Answers } from "./answers.js"
import { Mistake, showProblem } from "./failure.js"
import { byID, show } from "./elements.js"
import { explainMethod, fillMethods } from "./methods.js"

export class Questions {
  #reading = null
  #answers
  #busy = false
  #explain

  /** @param {object} hooks of `Answers`, but `busy` */
  constructor(hooks) {
    this.#answers = new Answers({ ...hooks, busy: (busy) => this.#setBusy(busy) })
    this.#explain = explainMethod(byID("question-method"), byID("question-method-hint"), () => this.#reading?.method ?? "")
    byID("question-form").addEventListener("submit", (event) => {
      event.preventDefault()
      this.#ask()
    })
    byID("question").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
      event.preventDefault()
      byID("question-form").requestSubmit()
    })
    byID("stop").addEventListener("click", () => this.#answers.stop())
  }

  open(reading) {
    this.#reading = reading
    showProblem(byID("question-problem"), null)
    byID("question-method").value = ""
    this.#answers.open(reading)
    this.update(reading)
  }

  close() {
    this.#answers.stop()
    this.#reading = null
  }

  /** Takes over a newer state of the reading: only what has been read can be asked. */
  update(reading) {
    if (reading.id !== this.#reading?.id) return
    const isNew = reading.status !== this.#reading.status || !byID("question-method").options.length
    this.#reading = reading
    this.#answers.update(reading)
    if (isNew || byID("question-method").options[0].text !== reading.method) this.methodsChanged()
    this.#setBusy(this.#busy)
  }

  methodsChanged() {
    if (!this.#reading) return
    fillMethods(byID("question-method"), this.#reading.method, this.#reading.method)
    this.#explain()
  }

  forget(reading) {
    this.#answers.forget(reading)
  }

  #ask() {
    const question = byID("question").value.trim()
    if (this.#busy) return
    const mistake = this.#mistake(question)
    showProblem(byID("question-problem"), mistake)
    if (mistake) return
    byID("question").value = ""
    this.#answers.ask(question, this.#options())
  }

  #mistake(question) {
    if (!question) return new Mistake("There is no question yet. Write one, then ask.")
    if (this.#reading.status !== "ready") return new Mistake("The text has not been read to its end yet. Ask when it has.")
    return null
  }

  /** What was filled in, by the names that the server has for it. */
  #options() {
    const values = { method: byID("question-method").value, sources: number("source-count"), max_tokens: number("token-limit"),
      temperature: number("temperature"), seed: number("seed") }
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== null))
  }

  #setBusy(busy) {
    const held = document.activeElement
    this.#busy = busy
    show(byID("stop"), busy)
    show(byID("ask"), !busy)
    byID("ask").disabled = this.#reading?.status !== "ready"
    // The focus does not vanish with the button that had it.
    if (held === byID("ask") && busy) byID("stop").focus()
    if (held === byID("stop") && !busy) byID("ask").focus()
  }
}

/** The number in a field; null where it is empty or none. */
const number = (id) => (Number.isNaN(byID(id).valueAsNumber) ? null : byID(id).valueAsNumber)

/** One answer: what was said, where it stands in the text, and what was done for it. */

import { Strip } from "./strip.js"
import { bar, make } from "./elements.js"
import { count, percent, seconds, wholePercent } from "./figures.js"
import { mayPass, showProblem } from "./failure.js"
import { parts } from "./methods.js"

const LONGEST_QUOTE = 220

const STATES = {
  asking: "The text is being asked …",
  stopped: "Stopped before its end.",
}

/** The whole text that a source has, short enough for a list. */
const quote = (text) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE).trimEnd()} …` : text).replace(/\s+/g, " ")

export class AnswerCard {
  #hooks
  #record
  #text = make("p", { class: "answer-text" })
  #state = make("p", { class: "hint" })
  #problem = make("div")
  #aside = make("div", {}, this.#state, this.#problem)
  #strip = make("div", { class: "strip small" })
  #sources = make("ol", { class: "sources" })
  #figures = make("dl", { class: "figures" })
  #title = make("h4")
  #marked = make("span", { class: "hint" }, "marked in the text")
  #mark = make("button", { type: "button", class: "quiet", onclick: () => this.#choose(null, this.element) }, "Mark in the text")
  #files

  /**
   * @param {object} record of answers.js
   * @param {{name: string, bytes: number}[]} files of the reading
   * @param {{chosen: function(AnswerCard, ?number, HTMLElement), retry: function()}} hooks
   */
  constructor(record, files, hooks) {
    this.#record = record
    this.#files = files
    this.#hooks = hooks
    this.element = make("section", { class: "answer", tabIndex: -1 },
      make("header", {}, this.#title, this.#mark, this.#marked), this.#text, this.#aside, this.#strip, this.#sources, this.#figures)
    this.update()
  }

  get record() {
    return this.#record
  }

  /** Says whether the text shows the sources of this answer. */
  setMarked(marked) {
    this.#marked.hidden = !marked
    this.#mark.hidden = marked || !this.#record.result?.sources.length
  }

  /** Adds to an answer that is on its way: the rest of the card does not change. */
  append(text) {
    this.#text.append(text)
    this.#state.textContent = ""
  }

  /** Says how far the text is read with this answer's method, where it has to be read first. */
  showReading({ tokens: { total, read }, method }) {
    const share = total ? `: ${wholePercent(read / total)}` : ""
    this.#state.textContent = `The text is read with ${method} first${share} …`
  }

  /** Draws everything anew. */
  update() {
    const { method, state, text, result, failure } = this.#record
    const { name, details } = parts(result?.method ?? method)
    const positions = result?.positions === "model" ? null : result?.positions
    this.#title.replaceChildren(name, make("small", {}, [details, positions].filter(Boolean).map((word) => ` ${word}`).join("")))
    this.element.setAttribute("aria-label", `Answer with ${name}`)
    this.element.setAttribute("aria-busy", String(state === "asking"))
    this.#text.textContent = text
    this.#state.textContent = result?.stop_reason === "length" ? "Cut off: the answer is as long as it may get." : (STATES[state] ?? "")
    showProblem(this.#problem, failure ?? null, mayPass(failure) ? [{ words: "Try again", run: () => this.#hooks.retry() }] : [])
    this.#showSources(result?.sources ?? [])
    this.setMarked(false)
    this.#figures.replaceChildren(...(result ? figures(result) : []))
  }

  #showSources(sources) {
    const numbered = sources.map((source, index) => ({ ...source, number: index + 1 }))
    this.#strip.hidden = numbered.length === 0
    if (numbered.length) new Strip(this.#strip).update(this.#files, numbered)
    this.#sources.replaceChildren(...numbered.map((source) => this.#source(source)))
  }

  #choose(number, origin) {
    this.#hooks.chosen(this, number, origin)
  }

  #source(source) {
    const length = this.#files.find(({ name }) => name === source.file)?.bytes ?? Infinity
    const button = make("button", { type: "button", class: "source", onclick: () => this.#choose(source.number, button) },
      make("span", { class: "quote" }, quote(source.text)),
      this.#files.length > 1 ? make("span", { class: "facts file-name" }, source.file) : null,
      make("span", { class: "facts" }, `at ${percent(source.start / length)}`),
      bar(source.weight),
      make("span", { class: "weight" }, percent(source.weight), make("span", { class: "unseen" }, " of the weight")))
    return make("li", {}, button)
  }
}

/** What was done for an answer, each kind of token beside a bar: its share of all tokens before the answer. */
function figures({ tokens, timing }) {
  const row = (name, value, share) => [make("dt", {}, name), make("dd", {}, share === null ? "" : bar(share), make("span", {}, value))]
  const tokenRow = (name, number) => row(name, count(number), tokens.prompt > 0 ? number / tokens.prompt : 0)
  return [
    ...tokenRow("read for it", Math.max(0, tokens.prompt - tokens.reused)),
    ...tokenRow("read before", tokens.reused),
    ...tokenRow("visited per token", tokens.visited),
    ...tokenRow("given up", tokens.dropped),
    ...row("first token after", seconds(timing.first_token_seconds), null),
    ...row("generated", `${count(tokens.generated)} at ${count(timing.tokens_per_second)}/s`, null),
  ]
}

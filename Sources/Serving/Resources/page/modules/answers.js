/** The answers to a reading's questions, newest question first; answers of several methods to one question stand side by side. */

import { AnswerCard } from "./answer-card.js"
import { byID, make } from "./elements.js"
import { fillMethods } from "./methods.js"
import { isAbort } from "./failure.js"
import { say } from "./announcer.js"
import { sibling } from "./siblings.js"
import { tabStore } from "./tab-store.js"
import * as server from "./server.js"

/**
 * @typedef {object} Answer one method's answer
 * @property {string} method how it was asked
 * @property {boolean} asked whether that was somebody's choice, not the reading's own method
 * @property {"asking"|"done"|"stopped"|"failed"} state
 * @property {string} text as far as it has come
 * @property {?object} result the server's whole answer
 * @property {?Error} failure
 */

export class Answers {
  #reading = null
  #exchanges = [] // {question, options, answers: Answer[]}
  #running = null
  #marked = null
  #hooks

  /**
   * @param {object} hooks `busy` is told whether an answer is on its way, `sources` which are to be marked and what to go back to,
   *   `goTo` which of them to show, and `changed` of other readings that come about
   */
  constructor(hooks) {
    this.#hooks = hooks
  }

  /** Shows what was asked of a reading. */
  open(reading) {
    this.stop()
    this.#marked = null
    this.#reading = reading
    this.#exchanges = tabStore.get(storeName(reading)) ?? []
    byID("answers").replaceChildren(...this.#exchanges.map((exchange) => this.#draw(exchange)))
  }

  /** Takes over a newer state of the reading that is open. */
  update(reading) {
    this.#reading = reading
  }

  forget(reading) {
    tabStore.remove(storeName(reading))
  }

  /** Asks a new question. @param {object} options of the request, `method` among them if one was chosen */
  ask(question, options) {
    const exchange = { question, options, answers: [] }
    this.#exchanges.unshift(exchange)
    byID("answers").prepend(this.#draw(exchange))
    return this.#answer(exchange, options.method)
  }

  stop() {
    this.#running?.abort()
  }

  #draw(exchange) {
    const id = `question-${this.#exchanges.length - this.#exchanges.indexOf(exchange)}`
    const columns = make("div", { class: "columns" })
    exchange.columns = columns
    exchange.answers.forEach((answer) => columns.append(this.#card(exchange, answer).element))
    const title = make("h3", { id }, exchange.question)
    return make("article", { class: "exchange", "aria-labelledby": id }, title, columns, this.#again(exchange, id))
  }

  /** The row that asks the same with another method. */
  #again(exchange, id) {
    const select = make("select", { id: `${id}-again` })
    fillMethods(select, this.#reading.method, this.#reading.method)
    const button = make("button", { type: "button", class: "quiet", onclick: () => this.#answer(exchange, select.value) }, "Ask again")
    return make("p", { class: "again" }, button, " ", make("label", { htmlFor: select.id }, "with"), " ", select)
  }

  #card(exchange, answer) {
    return new AnswerCard(answer, this.#reading.files, {
      chosen: (card, number, origin) => {
        this.#mark(card, origin)
        this.#hooks.goTo(number ?? 1, { focus: true })
      },
      retry: () => this.#repeat(exchange, answer),
    })
  }

  /** Marks the sources of an answer in the text, instead of those of another. */
  #mark(card, origin = card.element) {
    this.#marked?.setMarked(false)
    this.#marked = card
    const sources = card.record.result?.sources ?? []
    card.setMarked(sources.length > 0)
    this.#hooks.sources(sources.map((source, index) => ({ ...source, number: index + 1 })), origin)
  }

  /** Asks once more what failed, in its place. */
  #repeat(exchange, answer) {
    const index = exchange.answers.indexOf(answer)
    exchange.answers.splice(index, 1)
    exchange.columns.children[index].remove()
    return this.#answer(exchange, answer.asked ? answer.method : undefined)
  }

  async #answer(exchange, method) {
    if (this.#running) return
    const answer = { ...newAnswer, method: method || this.#reading.method, asked: Boolean(method) }
    const card = this.#card(exchange, answer)
    exchange.answers.push(answer)
    exchange.columns.append(card.element)
    if (exchange.answers.length > 1) card.element.scrollIntoView({ block: "nearest" })
    this.#running = new AbortController()
    this.#hooks.busy(true)
    const reading = this.#reading
    try {
      await this.#askWith(method, answer, card, { ...exchange.options, question: exchange.question })
      answer.state = "done"
    } catch (error) {
      answer.state = isAbort(error) ? "stopped" : "failed"
      answer.failure = isAbort(error) ? null : error
    }
    this.#running = null
    this.#hooks.busy(false)
    this.#keep(reading)
    card.update()
    if (reading.id === this.#reading.id) this.#tell(answer, card)
  }

  /** Asks the reading; where it cannot be asked with that method, one that was read with it. */
  async #askWith(method, answer, card, question) {
    const { signal } = this.#running
    const reading = this.#reading
    try {
      await this.#stream(reading.id, answer, card, { ...question, method: method || undefined }, signal)
    } catch (error) {
      if (!method || error.status !== 400) throw error
      const other = await sibling(reading, method, (state) => {
        card.showReading(state)
        this.#hooks.changed(state)
      }, signal)
      this.#hooks.changed(other)
      await this.#stream(other.id, answer, card, { ...question, method: undefined }, signal)
    }
  }

  async #stream(id, answer, card, question, signal) {
    for await (const { text, answer: whole } of server.ask(id, question, signal)) {
      if (whole) {
        answer.result = whole
        answer.text = whole.text
      } else {
        answer.text += text
        card.append(text)
      }
    }
  }

  /** Shows the sources in the text and says the answer. A failure is said by its own alert. */
  #tell(answer, card) {
    if (answer.state === "stopped") return say("Stopped.")
    if (answer.state !== "done") return
    const number = answer.result.sources.length
    this.#mark(card)
    if (number) this.#hooks.goTo(1)
    say(`Answer: ${answer.text}. ${number} ${number === 1 ? "source" : "sources"} marked in the text.`)
  }

  #keep(reading) {
    if (reading.id !== this.#reading.id) return
    const kept = this.#exchanges.map(({ question, options, answers }) => ({ question, options, answers: answers.filter(isWorthKeeping) }))
    tabStore.set(storeName(reading), kept.filter(({ answers }) => answers.length))
  }
}

const newAnswer = { state: "asking", text: "", result: null, failure: null }
const isWorthKeeping = ({ state }) => state !== "failed"
const storeName = (reading) => `answers.${reading.id}`

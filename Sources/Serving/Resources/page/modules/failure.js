/** What went wrong, as a sentence and what to do about it. */

import { make } from "./elements.js"

/** An answer of the server that says no. */
export class ServerFailure extends Error {
  /** @param {number} status the HTTP status @param {object} error what the server says of it @param {?string} retryAfter seconds */
  constructor(status, error, retryAfter) {
    super(error?.message || `The server answered with status ${status}.`)
    this.status = status
    this.param = error?.param ?? null
    this.retryAfter = retryAfter
  }

  /** The failure that a response tells of, whatever its body looks like. */
  static async from(response) {
    const text = await response.text().catch(() => "")
    return ServerFailure.of(response.status, text, response.headers.get("Retry-After"))
  }

  static of(status, text, retryAfter) {
    let error = null
    try {
      error = JSON.parse(text).error
    } catch {
      // Something between the page and the server answered; the status has to do.
    }
    return new ServerFailure(status, error, retryAfter)
  }
}

/** The server ended a stream before it was through. */
export class BrokenStream extends Error {
  constructor() {
    super("The connection to the server broke off.")
  }
}

/** Something that the page itself finds amiss: a sentence is all there is to it. */
export class Mistake extends Error {}

/** Whether the same once more may go well. */
export function mayPass(error) {
  if (error instanceof ServerFailure) return error.status >= 500 || [401, 408, 409, 425, 429].includes(error.status)
  return error !== null && !(error instanceof Mistake)
}

/** Whether somebody pressed Stop, or left. */
export const isAbort = (error) => error?.name === "AbortError"

const ADVICE = {
  401: "Give the right key, then try again.",
  404: "It may have been deleted elsewhere; open another reading, or add the text again.",
  413: "Start the server with a larger limit, or add the text in parts.",
  503: "The server is shutting down; start it again, then try once more.",
}

/** What happened and what to do, in plain sentences. */
export function sentences(error) {
  if (error instanceof ServerFailure) {
    const wait = error.retryAfter ? `Try again in ${error.retryAfter} s.` : "Try again in a moment."
    return [error.message, error.status === 429 ? wait : (ADVICE[error.status] ?? "")]
  }
  if (error instanceof Mistake) return [error.message, ""]
  if (error instanceof BrokenStream) return [error.message, "See that the server is running, then try again."]
  if (error instanceof TypeError) return ["The server does not answer.", "See that it is running at this address, then try again."]
  return [String(error?.message ?? error), ""]
}

/**
 * Shows a failure in `place`, read out at once; null takes it away.
 * @param {{words: string, run: function()}[]} remedies buttons
 */
export function showProblem(place, error, remedies = []) {
  place.replaceChildren()
  if (!error) return
  const text = sentences(error).filter(Boolean).map((sentence) => make("p", {}, sentence))
  const buttons = remedies.map(({ words, run }) => make("button", { type: "button", onclick: run }, words))
  place.append(make("div", { class: "problem", role: "alert" }, ...text, buttons.length ? make("p", { class: "row" }, ...buttons) : null))
}

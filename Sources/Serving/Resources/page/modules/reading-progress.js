/** Watching a text being read: tokens, rate, time left. */

import { BrokenStream, isAbort } from "./failure.js"
import { byID, show } from "./elements.js"
import { count, counted, remaining } from "./figures.js"
import { say } from "./announcer.js"
import * as server from "./server.js"

/** The rate is that of the last seconds: methods slow down or speed up as a text grows. */
const RATE_WINDOW = 8
const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 15000

/** Tokens a second over the last moments of a reading. */
class Rate {
  #samples = []

  /** Takes in how many tokens had been read at `now` (seconds), and gives the rate; null while it cannot be told. */
  after(tokens, now) {
    this.#samples.push({ tokens, now })
    while (this.#samples.length > 2 && now - this.#samples[0].now > RATE_WINDOW) this.#samples.shift()
    const [first] = this.#samples
    return now - first.now > 0.5 && tokens > first.tokens ? (tokens - first.tokens) / (now - first.now) : null
  }
}

/**
 * Follows a reading to its end, through interruptions of the connection.
 * @param {object} reading where it stands
 * @param {{changed: function(object), trouble: function(?Error)}} listener `trouble` is told of an interruption, and with null of its end
 * @param {AbortSignal} signal
 */
export async function follow(reading, { changed, trouble }, signal) {
  const rate = new Rate()
  let quarter = 0
  let pause = FIRST_PAUSE
  while (!signal.aborted) {
    try {
      for await (const state of server.progressEvents(reading.id, signal)) {
        if (pause > FIRST_PAUSE) trouble(null)
        pause = FIRST_PAUSE
        showProgress(state, rate)
        quarter = sayQuarter(state, quarter)
        changed(state)
      }
      return
    } catch (error) {
      if (isAbort(error)) return
      if (!(error instanceof TypeError || error instanceof BrokenStream)) throw error
      trouble(error)
      await new Promise((resolve) => setTimeout(resolve, pause))
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    }
  }
}

function showProgress(state, rate) {
  const { total, read } = state.tokens
  const bar = byID("progress-bar")
  show(byID("document-progress"), !server.isFinal(state))
  if (total > 0 && state.status === "reading") {
    bar.max = total
    bar.value = read
  } else {
    bar.removeAttribute("value")
  }
  byID("progress-words").textContent = words(state, rate.after(read, performance.now() / 1000))
}

function words({ status, tokens: { total, read } }, rate) {
  if (status === "queued") return "Waiting for its turn"
  if (!total) return read > 0 ? `${counted(read, "token")} so far` : "The text is being cut into tokens"
  const parts = [`${count(read)} of ${counted(total, "token")}`]
  if (rate) parts.push(`${count(rate)} tokens/s`, remaining((total - read) / rate))
  return parts.join(" · ")
}

/** Says out loud when another quarter has been read; returns how many have. */
function sayQuarter({ status, tokens: { total, read } }, before) {
  const quarters = total > 0 ? Math.floor((read / total) * 4) : 0
  if (status === "reading" && quarters > before && quarters < 4) say(`${quarters * 25}% of the text has been read.`)
  return Math.max(before, quarters)
}

export const hideProgress = () => show(byID("document-progress"), false)

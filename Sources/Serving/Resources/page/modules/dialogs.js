/** The page's two dialogs: the API key, and whether to delete a reading for good. */

import { byID } from "./elements.js"
import { apiKey, isFinal } from "./server.js"

/** Opens `dialog` and waits for what it was closed with; "" where it was dismissed. */
function outcome(dialog) {
  dialog.returnValue = ""
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }))
}

const usualWords = byID("key-words").textContent

/**
 * Asks for the key. Returns whether one was given (or taken away), not whether it is right.
 * @param {string} words what the server said, if it asked for a key
 */
export async function askForKey(words = "") {
  byID("key-words").textContent = `${words} ${usualWords}`.trim()
  const field = byID("key")
  field.value = apiKey.get()
  const done = outcome(byID("key-dialog"))
  field.select()
  if ((await done) !== "use") return false
  apiKey.set(field.value.trim())
  return true
}

/** Lets the key's dialog be opened and closed. @param {function()} changed called when there is another key */
export function prepareKey(changed) {
  byID("key-open").addEventListener("click", async () => (await askForKey()) && changed())
  byID("key-cancel").addEventListener("click", () => byID("key-dialog").close(""))
  byID("key-form").addEventListener("submit", (event) => {
    event.preventDefault()
    byID("key-dialog").close("use")
  })
}

/** Whether a reading is to be deleted. */
export async function confirmRemoval(reading) {
  byID("removal-title").textContent = `Delete “${reading.name}”?`
  byID("removal-words").textContent = isFinal(reading)
    ? "What was read of it leaves the server. To ask it again, it has to be read again."
    : "It is still being read: that stops, and what was read is gone."
  return (await outcome(byID("removal-dialog"))) === "remove"
}

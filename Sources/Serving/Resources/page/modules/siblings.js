/** The same text read with another method: where the server cannot ask a reading with a method, the text is read with it first. */

import { Mistake } from "./failure.js"
import { parts } from "./methods.js"
import * as server from "./server.js"

/** Whether two readings are of one text. Names and sizes have to do: both were most likely made from one file. */
function isSibling(one, other) {
  const sameFile = (file, index) => file.name === other.files[index].name && file.bytes === other.files[index].bytes
  return one.name === other.name && one.files.length === other.files.length && one.files.every(sameFile)
}

/**
 * A reading of the same text with another method, ready to be asked: one that is there, or a new one.
 * @param {object} reading
 * @param {string} method
 * @param {function(object)} changed told how far it is
 * @param {AbortSignal} signal ends the waiting; what is being read is read on
 */
export async function sibling(reading, method, changed, signal) {
  const known = (await server.readings()).filter((other) => isSibling(reading, other) && parts(other.method).name === method)
  const usable = known.find(({ status }) => status === "ready") ?? known.find((other) => !server.isFinal(other))
  let found = usable ?? (await readAnew(reading, method, signal))
  if (!server.isFinal(found)) {
    for await (const state of server.progressEvents(found.id, signal)) {
      found = state
      changed(state)
    }
  }
  if (found.status !== "ready") throw new Mistake(found.error?.message ?? "The text could not be read with this method.")
  return found
}

async function readAnew({ id, name, files }, method, signal) {
  const copies = []
  for (const file of files) copies.push(new File([await server.text(id, file.name, signal)], file.name))
  return server.addFiles(copies, { name, method }, () => {}, signal)
}

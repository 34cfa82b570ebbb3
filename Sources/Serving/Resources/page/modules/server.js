/** The server's interface, as far as the page uses it. All paths are relative, so that the page works below any address. */

import { BrokenStream, ServerFailure } from "./failure.js"
import { eventData } from "./event-stream.js"
import { tabStore } from "./tab-store.js"

const KEY = "key"
const FINAL = ["ready", "failed", "cancelled"]

/** Whether a reading will not change any more. */
export const isFinal = (reading) => FINAL.includes(reading.status)

export const apiKey = {
  get: () => tabStore.get(KEY) ?? "",
  set: (value) => (value ? tabStore.set(KEY, value) : tabStore.remove(KEY)),
}

const authorization = () => (apiKey.get() ? { Authorization: `Bearer ${apiKey.get()}` } : {})
const readingPath = (id, rest = "") => `v1/readings/${encodeURIComponent(id)}${rest}`

async function request(path, { headers, ...options } = {}) {
  const response = await fetch(path, { ...options, headers: { ...authorization(), ...headers } })
  if (!response.ok) throw await ServerFailure.from(response)
  return response
}

const requestJSON = async (path, options) => (await request(path, options)).json()
const posted = (body, signal) => ({ method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal })

export const models = async () => (await requestJSON("v1/models")).data
export const methods = async () => (await requestJSON("v1/methods")).data
export const readings = async () => (await requestJSON("v1/readings")).data
export const reading = (id) => requestJSON(readingPath(id))
export const remove = (id) => requestJSON(readingPath(id), { method: "DELETE" })

/** Begins to read a text that was pasted. @param {object} fields name, text and options */
export const addText = (fields) => requestJSON("v1/readings", posted(fields))

/**
 * Begins to read files. Not by `fetch`, which cannot tell how much has been sent.
 * @param {File[]} files
 * @param {Object<string, string>} fields options
 * @param {function(number)} progress told the share that has been sent
 */
export function addFiles(files, fields, progress, signal) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const file of files) form.append("file", file, file.name)
  return new Promise((resolve, reject) => {
    const transfer = new XMLHttpRequest()
    transfer.open("POST", "v1/readings")
    for (const [name, value] of Object.entries(authorization())) transfer.setRequestHeader(name, value)
    transfer.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    transfer.onerror = () => reject(new TypeError("no connection"))
    transfer.onabort = () => reject(new DOMException("stopped", "AbortError"))
    transfer.onload = () => {
      if (transfer.status < 300) resolve(JSON.parse(transfer.responseText))
      else reject(ServerFailure.of(transfer.status, transfer.responseText, transfer.getResponseHeader("Retry-After")))
    }
    signal?.addEventListener("abort", () => transfer.abort())
    transfer.send(form)
  })
}

/** The states of a reading, until it is read or has failed. */
export async function* progressEvents(id, signal) {
  for await (const data of eventData(await request(readingPath(id, "/events"), { signal }))) {
    const state = JSON.parse(data)
    yield state
    if (isFinal(state)) return
  }
  throw new BrokenStream()
}

/** A file of a reading as bytes in UTF-8: places of sources are counted in them. */
export async function text(id, file, signal) {
  const response = await request(readingPath(id, `/text?file=${encodeURIComponent(file)}`), { signal })
  return new Uint8Array(await response.arrayBuffer())
}

/** Asks a reading: yields the pieces of the answer as `{text}`, and at last the whole answer as `{answer}`. */
export async function* ask(id, question, signal) {
  let whole = false
  for await (const data of eventData(await request(readingPath(id, "/ask"), posted({ ...question, stream: true }, signal)))) {
    if (data === "[DONE]") return
    const event = JSON.parse(data)
    if (event.error) throw new ServerFailure(200, event.error, null)
    if (event.object === "reading.answer.delta") yield { text: event.text }
    else {
      yield { answer: event }
      whole = true
    }
  }
  if (!whole) throw new BrokenStream()
}

/** The page as a whole: which of its parts is shown. The address says which reading is open, so that going back and reloading work. */

import { Adding } from "./adding.js"
import { Library } from "./library.js"
import { OpenReading } from "./open-reading.js"
import { Questions } from "./questions.js"
import { askForKey, prepareKey } from "./dialogs.js"
import { byID, show } from "./elements.js"
import { setMethods } from "./methods.js"
import { showProblem } from "./failure.js"
import * as server from "./server.js"

const opened = new OpenReading((reading) => {
  library.update(reading)
  questions.update(reading)
})

const library = new Library((reading) => {
  questions.forget(reading)
  if (reading.id === openID()) location.hash = ""
  else byID("library-title").focus()
})

const questions = new Questions({
  sources: (sources, origin) => opened.showSources(sources, origin),
  goTo: (number, options) => opened.goTo(number, options),
  changed: (reading) => library.update(reading),
})

const adding = new Adding((reading) => {
  library.update(reading)
  location.hash = reading.id
})

const openID = () => decodeURIComponent(location.hash.slice(1))

/** Shows what the address names: a reading, or the form to add one. */
async function route({ moveFocus = true } = {}) {
  const id = openID()
  library.setOpen(id)
  const reading = id ? await find(id) : null
  if (id !== openID()) return
  show(byID("adding"), !reading)
  show(byID("document"), Boolean(reading))
  show(byID("questions"), Boolean(reading))
  document.title = reading ? `${reading.name} · Apus` : "Apus"
  if (reading) {
    questions.open(reading)
    opened.open(reading)
  } else {
    opened.close()
    questions.close()
  }
  if (moveFocus) (reading ? byID("document-title") : byID("main")).focus()
}

async function find(id) {
  try {
    const reading = await server.reading(id)
    showProblem(byID("adding-problem"), null)
    return reading
  } catch (error) {
    if (!(await keyGiven(error))) showProblem(byID("adding-problem"), error, [{ words: "Try again", run: () => route() }])
    else if (id === openID()) return find(id)
    return null
  }
}

/** Asks for the key if that is what the server misses. Returns whether one was given. */
async function keyGiven(error) {
  return error.status === 401 && !byID("key-dialog").open && askForKey(error.message)
}

async function start() {
  try {
    const [models, methods] = await Promise.all([server.models(), server.methods(), library.refresh()])
    byID("model").textContent = models.length ? `reads with ${models[0].id}` : ""
    setMethods(methods)
    adding.methodsChanged()
    questions.methodsChanged()
    library.showProblem(null)
  } catch (error) {
    if (await keyGiven(error)) return start()
    showProblem(byID("library-problem"), error, [{ words: "Try again", run: begin }])
  }
}

/** Key first: without it nothing else is answered, and one dialog is enough. */
async function begin() {
  await start()
  await route({ moveFocus: false })
}

// The part of the address behind # names readings; it is not for jumps within the page.
byID("skip").addEventListener("click", (event) => {
  event.preventDefault()
  byID("main").focus()
})
prepareKey(begin)
addEventListener("hashchange", () => route())
begin()

/** The methods that the server knows, in the page's lists of them. */

import { make } from "./elements.js"

let known = []

export const setMethods = (methods) => {
  known = methods
}

/** The name of a method as people wrote it, "streaming:4:1020", and its settings. */
export function parts(method) {
  const [name, ...settings] = method.split(":")
  return { name, details: settings.join(":") }
}

const describe = (method) => known.find(({ id }) => id === parts(method).name)?.description ?? ""

/**
 * Fills a list with all methods.
 * @param {string} first what the first entry says, which stands for "" (no choice)
 * @param {?string} without a method to leave out, because the first entry already means it
 */
export function fillMethods(select, first, without = null) {
  const chosen = select.value
  const options = known.filter(({ id }) => id !== without).map(({ id }) => make("option", { value: id }, id))
  select.replaceChildren(make("option", { value: "" }, first), ...options)
  select.value = chosen
  if (select.selectedIndex < 0) select.selectedIndex = 0
}

/** Keeps `place` saying what the chosen method does. @param {function(): string} standing the method that "" stands for */
export function explainMethod(select, place, standing = () => "") {
  const explain = () => {
    place.textContent = describe(select.value || standing())
  }
  select.addEventListener("change", explain)
  explain()
  return explain
}

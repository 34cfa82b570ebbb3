/** Short ways to make and find elements. Text goes in as text nodes, never as markup. */

/** The element of the page with this id. */
export const byID = (id) => document.getElementById(id)

/**
 * A new element. Properties that begin with "on" are listeners, `class` and names with a hyphen are attributes, null and undefined
 * are left out, and all else is set as a property.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (name === "class" || name.includes("-")) element.setAttribute(name, value)
    else element[name] = value
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

/** A new element of a drawing. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Shows or hides an element; true shows it. */
export const show = (element, shown = true) => {
  element.hidden = !shown
}

/** A drawn bar that is as long as `share` of its row; figures beside it say the same in words. */
export function bar(share) {
  const filled = make("span", { class: "bar-filled" })
  filled.style.inlineSize = `${Math.max(0, Math.min(1, share)) * 100}%`
  return make("span", { class: "bar", "aria-hidden": "true" }, filled)
}

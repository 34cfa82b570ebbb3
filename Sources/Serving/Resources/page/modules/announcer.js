/** Words for screen readers. What changes many times a second is shown but not said; this says what matters, and not too often. */

import { byID } from "./elements.js"

const SPACING = 4000

let lastSaid = -Infinity

/** Says something now. */
export function say(words) {
  const place = byID("polite")
  lastSaid = performance.now()
  place.textContent = ""
  // The same words twice in a row are a change only if something else stood there between them.
  requestAnimationFrame(() => {
    place.textContent = words
  })
}

/** Says something unless something was said a moment ago. */
export function mention(words) {
  if (performance.now() - lastSaid > SPACING) say(words)
}

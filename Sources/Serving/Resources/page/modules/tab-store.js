/** What is kept as long as the tab is open, and survives reloading. A browser that forbids it keeps nothing. */

const PREFIX = "apus."

export const tabStore = {
  get(name) {
    try {
      return JSON.parse(sessionStorage.getItem(PREFIX + name))
    } catch {
      return null
    }
  },

  set(name, value) {
    try {
      sessionStorage.setItem(PREFIX + name, JSON.stringify(value))
    } catch {
      // Full or forbidden: then it lasts until the page is left.
    }
  },

  remove(name) {
    try {
      sessionStorage.removeItem(PREFIX + name)
    } catch {
      // Forbidden: then nothing was kept.
    }
  },
}

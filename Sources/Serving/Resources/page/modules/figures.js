/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 })
const tenths = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 })

/** 228580 as "228,580". */
export const count = (number) => (Number.isFinite(number) ? whole.format(number) : "–")

/** "1 token", "12 tokens". */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`

/** A share of one in percent, to a tenth. */
export const percent = (share) => (Number.isFinite(share) ? tenths.format(share) : "–")

/** A share of one in whole percent, rounded down: what is not done yet is never called 100%. */
export const wholePercent = (share) => percent(Math.floor(share * 100) / 100)

/** Bytes in the largest unit that leaves a number above one. */
export function bytes(number) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
  let unit = 0
  for (; number >= 1024 && unit < units.length - 1; unit++) number /= 1024
  return `${unit === 0 ? whole.format(number) : three.format(number)} ${units[unit]}`
}

/** Seconds: "31 ms", "2.4 s", "3 min 20 s", "2 h 5 min". */
export function seconds(number) {
  if (!Number.isFinite(number)) return "–"
  if (number < 1) return `${three.format(number * 1000)} ms`
  if (number < 60) return `${three.format(number)} s`
  if (number < 3600) return `${Math.floor(number / 60)} min ${Math.round(number % 60)} s`
  return `${Math.floor(number / 3600)} h ${Math.round((number % 3600) / 60)} min`
}

/** How long something still takes, no more exactly than anybody can know. */
export function remaining(number) {
  if (number < 2) return "almost done"
  if (number < 90) return `about ${Math.ceil(number / 5) * 5} s left`
  if (number < 5400) return `about ${Math.ceil(number / 60)} min left`
  return `about ${Math.ceil(number / 3600)} h left`
}

/**
 * The text of a reading. Of a text of any length only the blocks around the place that is looked at are filled; the others are empty and
 * as tall as they were, or as their bytes make one expect.
 */

import { make } from "./elements.js"
import { blockEnds, ordered, pieces } from "./utf8-text.js"

/** How far around what is seen blocks are filled, in heights of the view. */
const MARGIN = 1.5

/** Expected height of a byte of text in pixels, until blocks have been measured. */
const FIRST_HEIGHT_OF_BYTE = 0.4

export class DocumentView {
  #scroller
  #files = []
  #blocks = new Map() // by element
  #observer
  #heightOfByte = FIRST_HEIGHT_OF_BYTE
  #current = null
  #width = 0
  #top = 0 // where the view begins, as a share of all bytes

  /**
   * @param {HTMLElement} scroller what scrolls
   * @param {function()} moved called when another part of the text has come into view
   */
  constructor(scroller, moved) {
    this.#scroller = scroller
    scroller.addEventListener("scroll", () => this.#scrolled(moved), { passive: true })
    const rootMargin = `${MARGIN * 100}% 0px`
    this.#observer = new IntersectionObserver((entries) => this.#sawChange(entries), { root: scroller, rootMargin })
    new ResizeObserver(() => this.#resized()).observe(scroller)
  }

  #scrolled(moved) {
    if (this.#scroller.clientWidth === this.#width) this.#top = this.view.from
    moved()
  }

  /** Lines break elsewhere now: what stood at the top of the view stays there. */
  #resized() {
    if (this.#scroller.clientWidth === this.#width) return
    this.#width = this.#scroller.clientWidth
    if (!this.#width || !this.#files.length) return
    this.#files.forEach((file) => this.#expectHeights(file))
    this.scrollToShare(this.#top, { middle: false })
  }

  clear() {
    this.#observer.disconnect()
    this.#blocks.clear()
    this.#files = []
    this.#current = null
    this.#top = 0
    this.#heightOfByte = FIRST_HEIGHT_OF_BYTE
    this.#scroller.replaceChildren()
    this.#scroller.scrollTop = 0
  }

  /** Adds a file after those that are shown. `heading` names it where there are several. */
  addFile(name, bytes, heading) {
    const file = { name, bytes, blocks: [], sources: [] }
    const parts = []
    let start = 0
    for (const end of blockEnds(bytes)) {
      const element = make("div", { class: "block" })
      const block = { file, start, end, element, filled: false }
      file.blocks.push(block)
      this.#blocks.set(element, block)
      parts.push(element)
      start = end
    }
    this.#scroller.append(make("article", { class: "file" }, heading ? make("h2", {}, name) : null, ...parts))
    this.#files.push(file)
    this.#expectHeights(file)
    parts.forEach((element) => this.#observer.observe(element))
  }

  /**
   * Marks the sources of an answer.
   * @param {{file: string, start: number, end: number, number: number}[]} sources
   */
  highlight(sources) {
    this.#current = null
    for (const file of this.#files) {
      const before = file.sources
      file.sources = ordered(file.bytes, sources.filter((source) => source.file === file.name))
      const touched = [...before, ...file.sources]
      file.blocks
        .filter((block) => block.filled && touched.some((source) => source.start < block.end && source.end > block.start))
        .forEach((block) => this.#fill(block))
    }
  }

  /** Brings a source into view, and with `focus` moves the keyboard's focus to it. Returns whether it is there. */
  goTo(number, { focus = false } = {}) {
    const found = this.#place(number)
    if (!found) return false
    const { file, source } = found
    const shown = file.blocks.filter((block) => block.start < source.end && block.end > source.start)
    shown.forEach((block) => block.filled || this.#fill(block))
    this.#setCurrent(number)
    const mark = shown[0]?.element.querySelector(`[data-source="${number}"]`)
    if (!mark) return false
    this.#centre(mark)
    if (focus) {
      this.#scroller.scrollIntoView({ block: "nearest" })
      mark.focus({ preventScroll: true })
    }
    return true
  }

  /** Scrolls the text, not the page, and at once: what lies between is not laid out, so there is no way to glide along. */
  #centre(element) {
    const distance = element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top
    this.#scroller.scrollTop += distance - (this.#scroller.clientHeight - element.offsetHeight) / 2
  }

  /** Scrolls to a place: a share of all bytes, at the top of the view or in its middle. */
  scrollToShare(share, { middle = true } = {}) {
    let place = share * this.byteCount
    for (const file of this.#files) {
      if (place >= file.bytes.length) {
        place -= file.bytes.length
        continue
      }
      const block = file.blocks.find((candidate) => candidate.end > place)
      if (!block) return
      this.#fill(block)
      const within = (place - block.start) / (block.end - block.start)
      const top = this.#topOf(block) + within * block.element.offsetHeight
      this.#scroller.scrollTop = middle ? top - this.#scroller.clientHeight / 2 : top
      return
    }
  }

  /** Bytes of all files that are shown. */
  get byteCount() {
    return this.#files.reduce((sum, file) => sum + file.bytes.length, 0)
  }

  /** The part of the text that is in view, as shares of all bytes. */
  get view() {
    const top = this.#scroller.scrollTop
    return { from: this.#shareAt(top), to: this.#shareAt(top + this.#scroller.clientHeight) }
  }

  #shareAt(height) {
    let before = 0
    for (const file of this.#files) {
      const last = file.blocks.at(-1)
      if (last && this.#topOf(last) + last.element.offsetHeight > height) {
        const block = blockAt(file.blocks, (candidate) => this.#topOf(candidate) + candidate.element.offsetHeight > height)
        const within = Math.max(0, (height - this.#topOf(block)) / Math.max(1, block.element.offsetHeight))
        return (before + block.start + within * (block.end - block.start)) / this.byteCount
      }
      before += file.bytes.length
    }
    return 1
  }

  #topOf(block) {
    return block.element.offsetTop
  }

  #place(number) {
    for (const file of this.#files) {
      const source = file.sources.find((candidate) => candidate.number === number)
      if (source) return { file, source }
    }
    return null
  }

  #setCurrent(number) {
    this.#current = number
    for (const mark of this.#scroller.querySelectorAll("mark")) {
      mark.classList.toggle("current", mark.dataset.source === String(number))
    }
  }

  #sawChange(entries) {
    for (const { target, isIntersecting } of entries) {
      const block = this.#blocks.get(target)
      if (!block) continue
      if (isIntersecting && !block.filled) this.#fill(block)
      else if (!isIntersecting && block.filled) this.#empty(block)
    }
  }

  /** Lays a block out. What is in view stays where it is, even if a block above it turns out taller than expected. */
  #fill(block) {
    const { element, file } = block
    const before = element.offsetHeight
    const isAbove = element.offsetTop + before <= this.#scroller.scrollTop
    element.replaceChildren(...pieces(file.bytes, block.start, block.end, file.sources).map((piece) => this.#node(piece)))
    element.style.blockSize = ""
    block.filled = true
    if (isAbove) this.#scroller.scrollTop += element.offsetHeight - before
  }

  #empty(block) {
    // The keyboard's focus is not thrown out of the text.
    if (block.element.contains(document.activeElement)) return
    block.element.style.blockSize = `${block.element.offsetHeight}px`
    block.element.replaceChildren()
    block.filled = false
  }

  #node({ text, source, begins }) {
    if (source === null) return document.createTextNode(text)
    const mark = make("mark", { tabIndex: -1, "data-source": String(source) }, text)
    mark.classList.toggle("begins", begins)
    mark.classList.toggle("current", source === this.#current)
    return mark
  }

  /** Gives blocks that are not filled the height that the first one makes one expect. */
  #expectHeights(file) {
    const [first] = file.blocks
    if (!first) return
    this.#fill(first)
    if (first.element.offsetHeight > 0) this.#heightOfByte = first.element.offsetHeight / (first.end - first.start)
    for (const { element, start, end, filled } of file.blocks) {
      if (!filled) element.style.blockSize = `${(end - start) * this.#heightOfByte}px`
    }
  }
}

/** The first block for which `holds`, which is false up to some block and true from there on. */
function blockAt(blocks, holds) {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(blocks[middle])) high = middle
    else low = middle + 1
  }
  return blocks[low]
}

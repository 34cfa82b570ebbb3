/**
 * Server-sent events over `fetch`: `EventSource` cannot send an Authorization header, nor a body.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

/** The data of each event of a response's body, in order. Fields other than "data" are not used here. */
export async function* eventData(response) {
  let data = []
  for await (const line of lines(response.body)) {
    if (line === "") {
      if (data.length) yield data.join("\n")
      data = []
    } else if (line.startsWith("data:")) {
      data.push(line.slice(line[5] === " " ? 6 : 5))
    }
  }
}

/** Lines of a stream of bytes, without their ends: LF, CR LF or CR. */
async function* lines(stream) {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ""
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += decoder.decode(value, { stream: !done })
      // A CR at the end of a piece may be half of a line's end.
      const whole = rest.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/)
      rest = whole.pop()
      yield* whole
      if (done) return
    }
  } finally {
    // Whoever stops listening lets the server know.
    reader.cancel().catch(() => {})
  }
}

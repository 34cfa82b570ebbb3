#!/usr/bin/env python3
"""Uses the server's page in headless Chromium as people do, by mouse and by keyboard, and says what does not hold.

  check-page.py --apus .build/release/apus [--model MODEL] [--screenshots FOLDER] [--axe axe.min.js] [WORD ...]
  check-page.py --url http://127.0.0.1:8080/ [--key KEY] …

With --apus it starts servers of its own, with a key and without, and ends them; with --url it uses a running one and leaves out what
would need another. WORDs choose checks whose names have one of them. With --axe (the file that npm's axe-core brings, and PyPI's
axe-core-python) its rules for accessibility are held, too. Without Chromium nothing is checked, and a line says so.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
import urllib.error
from pathlib import Path

from chromium import Browser, BrowserError, program
from page_session import LOG, METHOD, QUESTION, READ_SECONDS, STEADY_METHOD, Session, Skipped, expect

BYTE_ORDER_MARK = "\ufeff".encode()
KEY = "a key for the check"
CHECKS = []
NAMES = "[...document.querySelectorAll('#readings .name')].map((name) => name.textContent)"
ROLES_WITH_NAMES = ("button", "link", "textbox", "combobox", "spinbutton", "progressbar", "img", "region", "dialog")


def check(sentence):
    """Registers a check; they run in the order in which they are written, and later ones find what earlier ones left."""
    return lambda function: CHECKS.append((sentence, function)) or function


# The modules by themselves


BLOCKS = """(async () => {
    const { blockEnds, ordered, pieces, decoded } = await import(new URL('modules/utf8-text.js', location.href));
    let state = 1;
    const random = (below) => (state = (state * 48271) % 2147483647) % below;
    const letters = ['a', ' ', '\\n', '\\n\\n', 'ä', '港', '🐦', '👩🏽‍✈️', '\\r\\n', '. ', '\\ufeff'];
    for (let round = 0; round < 60; round++) {
        // Every other text has no place where a block would better end than between any two characters.
        const some = letters.filter((letter) => random(2) && (round % 2 || letter.trim() === letter));
        const text = Array.from({ length: random(20000) }, () => some[random(some.length)] ?? '').join('');
        const bytes = new TextEncoder().encode(text);
        const sources = ordered(bytes, Array.from({ length: 6 }, (_, number) => {
            const start = random(bytes.length + 1);
            return { start, end: start + random(4000), number };
        }));
        let start = 0, joined = '', marked = sources.map(() => '');
        for (const end of blockEnds(bytes)) {
            for (const piece of pieces(bytes, start, end, sources)) {
                joined += piece.text;
                if (piece.source !== null) marked[sources.findIndex(({ number }) => number === piece.source)] += piece.text;
            }
            start = end;
        }
        if (joined !== text) return `round ${round}: blocks do not make up the text`;
        const wrong = sources.findIndex((source, index) => marked[index] !== decoded(bytes, source.start, source.end));
        if (wrong >= 0) return `round ${round}: source ${wrong} is marked wrongly`;
        if (marked.join('').includes('\\ufffd')) return `round ${round}: a character was cut`;
    }
    return '';
})()"""

EVENTS = """(async () => {
    const { eventData } = await import(new URL('modules/event-stream.js', location.href));
    const bytes = new TextEncoder().encode(': hello\\r\\ndata: ä🐦\\r\\n\\r\\ndata:b\\r\\ndata: c\\n\\nevent: x\\ndata: d\\r\\rdata: [DONE]\\n\\n');
    for (let size = 1; size <= bytes.length; size++) {
        const body = new ReadableStream({ start(stream) {
            for (let at = 0; at < bytes.length; at += size) stream.enqueue(bytes.slice(at, at + size));
            stream.close();
        } });
        const found = [];
        for await (const data of eventData({ body })) found.push(data);
        if (found.join('|') !== 'ä🐦|b\\nc|d|[DONE]') return `in pieces of ${size} bytes: ${found.join('|')}`;
    }
    return '';
})()"""


@check("Texts of all kinds are cut between characters, and marked at their bytes")
def blocks(session):
    session.open()
    problem = session.page.evaluate(BLOCKS)
    expect(not problem, problem)


@check("Events are understood wherever a stream is cut")
def events(session):
    problem = session.page.evaluate(EVENTS)
    expect(not problem, problem)


# Reading and asking


@check("The page loads nothing from elsewhere and offers to add a text")
def first_sight(session):
    session.open()
    session.page.wait_for("!document.querySelector('#adding').hidden")
    foreign = session.page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith(location.origin))")
    expect(not foreign, f"loaded from elsewhere: {foreign}")
    expect(session.page.evaluate("document.querySelectorAll('#adding-method option').length > 1"), "methods cannot be chosen")
    session.picture("add")


@check("A text is watched being read")
def watched(session):
    page = session.page
    page.set_files("#files", [LOG])
    session.choose("#adding-method", STEADY_METHOD)
    page.click("#adding-form [type=submit]")
    page.wait_for("!document.querySelector('#document').hidden")
    seen = set()
    deadline = time.monotonic() + READ_SECONDS
    while page.evaluate("document.querySelector('#ask').disabled"):
        seen.add(page.evaluate("document.querySelector('#progress-words').textContent"))
        if len(seen) == 3:
            session.picture("reading")
        expect(time.monotonic() < deadline, "it was not read in time")
        time.sleep(0.05)
    expect(any(re.search(r"[\d,]+ of [\d,]+ tokens", words) for words in seen), f"no progress in tokens: {seen}")
    session.wait_until_read()
    expect(page.evaluate("document.querySelector('#document-progress').hidden"), "progress is still shown")


@check("Of a long text only what is looked at is laid out")
def laid_out(session):
    blocks, filled = session.page.evaluate(
        "[document.querySelectorAll('.block').length, [...document.querySelectorAll('.block')].filter((block) => block.firstChild).length]")
    expect(blocks > 50 and filled < blocks / 2, f"{filled} of {blocks} blocks")
    place = "(() => { const text = document.querySelector('#text'); text.scrollTop = text.scrollHeight * 0.6; })()"
    session.page.evaluate(place)
    session.page.wait_for("""(() => {
        const box = document.querySelector('#text').getBoundingClientRect();
        return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest('.block')?.textContent;
    })()""", what="text in the middle of the view after scrolling")


@check("An answer streams, and can be stopped")
def stopped(session):
    page = session.page
    session.choose("#question-method", METHOD)  # which takes its time for a long text
    page.click("#question")
    page.type("slowly, what is the password for the north gate?")
    page.press("Enter")
    page.wait_for("!document.querySelector('#stop').hidden", what="the Stop button")
    page.click("#stop")
    page.wait_for("document.querySelector('#stop').hidden", what="the stop")
    expect("Stopped" in page.evaluate("document.querySelector('.answer').textContent"), "the answer does not say that it was stopped")
    session.choose("#question-method", "")


def expect_marked(session, number, source, content):
    """That what is marked, what the server says of the source, and what stands at its bytes are the same."""
    there, marked = content[source["start"]:source["end"]].decode(errors="replace"), session.marked(number)
    expect(marked == there == source["text"], f"source {number} is {source['text']!r}, {there!r} stands there, and {marked!r} is marked")


@check("Sources are marked at their bytes, behind characters of several bytes")
def marks(session):
    session.short_id = session.add(session.short, method=METHOD)
    record = session.page.evaluate("""(() => {
        window.lengths = [];
        new MutationObserver(() => window.lengths.push(document.querySelector('.answer-text')?.textContent.length ?? 0))
            .observe(document.querySelector('#answers'), { subtree: true, childList: true, characterData: true });
        window.said = [];
        new MutationObserver(() => window.said.push(document.querySelector('#polite').textContent))
            .observe(document.querySelector('#polite'), { childList: true, characterData: true, subtree: true });
        return true;
    })()""")
    expect(record, "cannot watch")
    answer = session.ask()
    expect(answer["state"] == "done" and answer["text"], f"no answer: {answer}")
    shown = session.page.evaluate("document.querySelector('.answer-text').textContent")
    expect(shown == answer["text"], f"shown {shown!r}, answered {answer['text']!r}")
    lengths = session.page.evaluate("new Set(window.lengths.filter(Boolean)).size")
    expect(lengths >= min(2, answer["result"]["tokens"]["generated"] - 1), "it did not stream")
    content, sources = session.text(session.short.name), answer["result"]["sources"]
    expect(content == session.short.read_bytes().removeprefix(BYTE_ORDER_MARK), "the server's text is another one")
    expect(sources, "the answer has no sources")
    session.page.wait_for("document.querySelector('mark')", what="a mark")
    for number, source in enumerate(sources, start=1):
        session.page.click(f".answer .sources li:nth-child({number}) button")
        expect_marked(session, number, source, content)
        where = session.page.evaluate("""(() => {
            const mark = document.activeElement.getBoundingClientRect(), text = document.querySelector('#text').getBoundingClientRect();
            return document.activeElement.localName === 'mark' && mark.top >= text.top && mark.bottom <= text.bottom;
        })()""")
        expect(where, f"source {number} is not in view, or has not the focus")
    said = [words for words in session.page.evaluate("window.said") if words]
    expect(len(set(said)) <= 3 and any(answer["text"] in words for words in said), f"said to screen readers: {said}")
    session.page.click(".answer .sources li:first-child button")
    session.picture("answer")


@check("What was done for an answer is shown")
def visited(session):
    figures = session.page.evaluate("[...document.querySelectorAll('.figures')].at(0).innerText")
    for words in ("read for it", "read before", "visited per token", "given up", "first token after", "generated"):
        expect(words in figures, f"{words!r} is missing in {figures!r}")
    label = session.page.evaluate("document.querySelector('#strip svg').getAttribute('aria-label')")
    expect("source 1 at" in label, f"the strip says {label!r}")


@check("Sources of several files are marked in their files")
def several_files(session):
    other = session.file("second.txt", "Ein zweiter Text: ändert nichts.\n".encode())
    session.add(other, session.short, method=METHOD)
    answer = session.ask()
    contents = {path.name: session.text(path.name) for path in (other, session.short)}
    for number, source in enumerate(answer["result"]["sources"], start=1):
        session.page.click(f".answer .sources li:nth-child({number}) button")
        expect_marked(session, number, source, contents[source["file"]])


@check("Another method answers beside the first")
def compared(session):
    page = session.page
    session.choose(".again select", STEADY_METHOD)
    page.click(".again button")
    page.wait_for("document.querySelectorAll('.exchange:first-child .answer').length === 2")
    page.wait_for("!document.querySelector('.answer[aria-busy=true]')", READ_SECONDS, "the second answer")
    boxes = page.evaluate("""[...document.querySelectorAll('.exchange:first-child .answer')]
        .map((answer) => answer.getBoundingClientRect().toJSON())""")
    expect(abs(boxes[0]["top"] - boxes[1]["top"]) < 2 and boxes[0]["right"] <= boxes[1]["left"], "they do not stand side by side")
    words = page.evaluate("document.querySelector('.exchange:first-child .answer:last-child').innerText")
    expect("visited per token" in words, f"the second answer says {words!r}")
    session.picture("compared")


@check("Readings and answers are there after reloading, and a reading opens by its address")
def reloaded(session):
    page = session.page
    page.evaluate(f"location.hash = {json.dumps(session.short_id)}")
    page.wait_for(f"document.querySelector('#document-title').textContent === {json.dumps(session.short.name)}")
    names = page.evaluate(NAMES)
    page.reload()
    page.wait_for("document.querySelector('.exchange') && document.querySelector('.block')?.textContent", what="answers and the text")
    expect(page.evaluate(NAMES) == names, "other readings than before")
    page.click(".answer .sources button")
    page.wait_for("document.querySelector('mark.current')", what="a mark from an answer of before")


@check("Dropped files are read")
def dropped(session):
    page = session.page
    page.evaluate("""(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['The gate is green. The boat is blue.'], 'dropped.txt', { type: 'text/plain' }));
        for (const type of ['dragover', 'drop'])
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    })()""")
    page.wait_for("document.querySelector('#document-title').textContent === 'dropped.txt'", what="the dropped text")
    session.wait_until_read()


@check("A reading is deleted after a question, and is gone on the server")
def deleted(session):
    page = session.page
    identifier = page.evaluate("location.hash.slice(1)")
    page.click(f"#remove-{identifier}")
    page.wait_for("document.querySelector('#removal-dialog').open")
    session.picture("delete")
    page.press("Escape")
    page.wait_for("!document.querySelector('#removal-dialog').open")
    expect(json.loads(session.request(f"v1/readings/{identifier}"))["id"] == identifier, "it was deleted though nobody said so")
    page.click(f"#remove-{identifier}")
    page.click("#removal-dialog [value=remove]")
    page.wait_for("!document.querySelector('#adding').hidden", what="the form after the deletion")
    try:
        session.request(f"v1/readings/{identifier}")
    except urllib.error.HTTPError as error:
        expect(error.code == 404, f"status {error.code}")
    else:
        raise AssertionError("the server still has it")
    expect(not page.evaluate(f"Boolean(document.getElementById('open-{identifier}'))"), "it is still in the list")


# Failures


@check("Empty and damaged files are refused in plain words")
def refused(session):
    page = session.page
    page.evaluate("location.hash = ''")
    page.click("#adding-form [type=submit]")
    expect("no text yet" in session.problem(), session.problem())
    page.set_files("#files", [session.file("empty.txt", b"")])
    page.click("#adding-form [type=submit]")
    expect("empty" in session.problem(), session.problem())
    page.set_files("#files", [session.file("weird.txt", b"abc\xff\xfe\x00 not a text")])
    page.click("#adding-form [type=submit]")
    page.wait_for("document.querySelector('[role=alert]')?.innerText.includes('weird.txt')", what="a sentence that names the damaged file")
    session.picture("refused")
    page.evaluate("document.querySelector('#adding-form').reset()")


@check("A key is asked for, a wrong one is refused, and the right one is kept in the tab")
def keys(session):
    server = session.start(KEY)
    page = session.browser.new_page()
    try:
        page.open(server.url)
        page.wait_for("document.querySelector('#key-dialog').open", what="the question for a key")
        for attempt, opens_again in (("wrong", True), (KEY, False)):
            page.evaluate("document.querySelector('#key').value = ''")
            page.type(attempt)
            page.press("Enter")
            if opens_again:
                page.wait_for("document.querySelector('#key-dialog').open && document.querySelector('#key-words').innerText.length > 100",
                              what="the question for another key")
                session.picture("key", page)
        page.wait_for("document.querySelector('#model').textContent", what="the model's name")
        page.reload()
        page.wait_for("document.querySelector('#model').textContent", what="the model's name after reloading")
        expect(not page.evaluate("localStorage.length || document.cookie.length"), "the key outlives the tab")
    finally:
        page.close()
        server.stop()


@check("A server that has gone is missed in plain words, and found again")
def gone(session):
    server = session.start()
    page = session.browser.new_page()
    try:
        page.open(server.url)
        page.wait_for("document.querySelector('#model').textContent")
        server.stop()
        page.evaluate("document.querySelector('#pasted').value = 'A text that comes too late.'")
        page.click("#adding-form [type=submit]")
        words = page.wait_for("document.querySelector('#adding-problem [role=alert]')?.innerText")
        expect("does not answer" in words and "Try again" in words, words)
    finally:
        page.close()
        server.stop()


# Everybody can use it


@check("The keyboard alone is enough")
def keyboard(session):
    page = session.page
    session.open()

    def focus():
        return page.evaluate("""(() => {
            const element = document.activeElement, style = getComputedStyle(element);
            const label = element.type === 'file' ? getComputedStyle(document.querySelector('label[for=files]')) : style;
            return { id: element.id, name: element.localName, words: element.textContent.slice(0, 200),
                     visible: element === document.body || label.outlineStyle !== 'none' };
        })()""")

    def tab_to(matches, what, most=60):
        for _ in range(most):
            page.press("Tab")
            now = focus()
            expect(now["visible"], f"the focus cannot be seen on {now}")
            if matches(now):
                return
        raise AssertionError(f"{what} cannot be reached by the Tab key")

    page.press("Tab")
    expect(focus()["words"].startswith("Skip"), "the first stop is not the link that skips")
    page.press("Enter")
    tab_to(lambda now: now["id"] == "pasted", "the field for a text")
    page.type("The keeper's name is Anna Blom. The password for the north gate is bitter mare until further notice. The sea was calm.")
    tab_to(lambda now: now["words"] == "Read it", "the button that reads")
    page.press("Enter")
    session.wait_until_read()
    expect(focus()["id"] == "document-title", f"the focus is on {focus()}")
    tab_to(lambda now: now["id"] == "question", "the question")
    page.type(QUESTION)
    page.press("Enter")
    page.wait_for("document.querySelector('.sources button')", READ_SECONDS, "an answer")
    tab_to(lambda now: now["name"] == "button" and "mare" in now["words"], "a source")
    page.press("Enter")
    page.wait_for("document.activeElement.localName === 'mark'", what="the focus on the source in the text")
    page.press("Escape")
    expect(focus()["name"] == "button", "Escape does not lead back to the answer")


@check("Everything has a role and a name")
def names(session):
    nodes = list(session.page.accessible_nodes())
    roles = [role for role, _, _ in nodes]
    for landmark in ("banner", "navigation", "main"):
        expect(roles.count(landmark) == 1, f"{roles.count(landmark)} landmarks of the role {landmark}")
    unnamed = [role for role, name, _ in nodes if role in ROLES_WITH_NAMES and not name.strip()]
    expect(not unnamed, f"without a name: {unnamed}")
    levels = session.page.evaluate("""[...document.querySelectorAll('h1,h2,h3,h4')].filter((heading) => heading.checkVisibility())
        .map((heading) => Number(heading.localName[1]))""")
    expect(all(after <= before + 1 for before, after in zip(levels[1:], levels[2:])), f"levels of headings: {levels}")
    expect(session.page.evaluate("document.documentElement.lang") == "en", "the page does not say its language")


CONTRAST = """(() => {
    const channels = (colour) => {
        const context = document.createElement('canvas').getContext('2d');
        context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => {
        const linear = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.slice(0, 3).map((value) => linear(value / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour[3] > 250) return colour;
        }
        return channels(getComputedStyle(document.documentElement).backgroundColor);
    };
    const poor = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest(':disabled, .unseen, option')) continue;
        const style = getComputedStyle(element);
        const [one, other] = [luminance(channels(style.color)), luminance(behind(element))].sort((a, b) => b - a);
        const ratio = (one + 0.05) / (other + 0.05);
        const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
        if (ratio < least) poor.push(`${ratio.toFixed(2)} ${element.className || element.localName}`);
    }
    return [...new Set(poor)];
})()"""


@check("Light and dark have enough contrast, and stillness is respected")
def schemes(session):
    page = session.page
    page.evaluate(f"location.hash = {json.dumps(session.short_id)}")
    page.wait_for("document.querySelector('.sources button') && document.querySelector('.block')?.textContent")
    page.click(".sources button")
    for scheme in ("light", "dark"):
        page.set_media(color_scheme=scheme, reduced_motion="reduce")
        time.sleep(0.3)
        expect(page.evaluate("document.getAnimations().length") == 0, "something moves")
        poor = page.evaluate(CONTRAST)
        expect(not poor, f"{scheme}: too little contrast: {poor}")
        session.picture(f"scheme-{scheme}")
        if session.arguments.axe:
            hold_to_axe(session, scheme)
    page.set_media()


def hold_to_axe(session, scheme):
    session.page.evaluate(Path(session.arguments.axe).read_text() + "; true")
    violations = session.page.evaluate(
        """axe.run(document).then(({ violations }) =>
            violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100))}`))""")
    expect(not violations, f"{scheme}: {violations}")


@check("Narrow screens show everything without scrolling sideways")
def narrow(session):
    page = session.page
    for width in (320, 390, 800):
        page.resize(width, 844)
        time.sleep(0.3)
        inner = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        expect(inner[0] <= inner[1], f"at {width} pixels the page is {inner[0]} wide")
        page.evaluate("scrollTo(0, 0)")
        session.picture(f"narrow-{width}")
        if width == 390:
            page.evaluate("document.querySelector('#questions').scrollIntoView()")
            session.picture("narrow-390-answers")
    page.resize(1440, 900)


@check("The console is silent, and the security policy is kept")
def silent(session):
    # A browser writes down every answer that is not 2xx, those that were wanted here, too.
    messages = [message for message in session.page.messages if not message.startswith("Failed to load resource")]
    expect(not messages, str(messages))


def run(session, words):
    failed = 0
    for sentence, function in CHECKS:
        if words and not any(word.lower() in sentence.lower() for word in words):
            continue
        try:
            function(session)
            print(f"ok       {sentence}")
        except Skipped as reason:
            print(f"skipped  {sentence}: {reason}")
        except (AssertionError, BrowserError, OSError, AttributeError, KeyError, TypeError) as error:
            failed += 1
            print(f"FAILED   {sentence}: {type(error).__name__}: {error}")
            session.picture(f"failed-{function.__name__}")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--apus", help="the program, which is started as a server")
    where.add_argument("--url", help="a server that runs")
    parser.add_argument("--key", help="the key of the server that runs")
    parser.add_argument("--model", help="for --apus; without it the built-in model reads")
    parser.add_argument("--screenshots", help="a folder for pictures of the page")
    parser.add_argument("--axe", help="axe.min.js")
    parser.add_argument("words", nargs="*", help="checks whose names have one of these")
    arguments = parser.parse_args()
    if not program():
        print("skipped: there is no Chromium here (Debian: apt install chromium)")
        return 0
    if arguments.screenshots:
        os.makedirs(arguments.screenshots, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Browser.started() as browser:
        session = Session(arguments, browser, folder)
        try:
            failed = run(session, arguments.words)
        finally:
            if session.server:
                session.server.stop()
    print(f"page: {failed} failed" if failed else "page: all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

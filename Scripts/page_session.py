"""What the checks of the page share: a server, a browser's tab with the page in it, and the ways in which people use it."""

import json
import signal
import subprocess
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "Examples/harbour-log.txt"
LOG_PAGE = ROOT / "Examples/harbour-log-page.txt"
QUESTION = "What is the password for the north gate?"
METHOD = "segments"
STEADY_METHOD = "streaming"  # it reads any text piece by piece, so that there is progress to be seen
READ_SECONDS = 120
# Characters of one to four bytes, joined and right-to-left ones: places in bytes are not places in characters.
FOREIGN = "\ufeffΤὸ ἡμερολόγιον · 港口日誌 · дневник · يوميات · 👩🏽‍✈️🐦 · e\u0301\r\n\r\n"


def expect(condition, words):
    if not condition:
        raise AssertionError(words)


class Server:
    """A server that the check has started."""

    def __init__(self, apus, model=None, key=None, data=None):
        command = [apus, "serve", "--port", "0", "--json", "--method", METHOD, "--data", data]
        command += ["--model", model] if model else []
        command += ["--api-key", key] if key else []
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started = json.loads(self.process.stdout.readline() or "{}")
        expect("url" in started, f"{apus} serve does not say where it listens: {started}")
        self.url = started["url"].rstrip("/") + "/"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Session:
    """What checks share: the page, where it is, and texts to read."""

    def __init__(self, arguments, browser, folder):
        self.arguments, self.browser, self.folder = arguments, browser, Path(folder)
        self.server = None if arguments.url else self.start()
        self.url = arguments.url.rstrip("/") + "/" if arguments.url else self.server.url
        self.page = browser.new_page()
        self.short = self.file("Bücher & дневник.txt", FOREIGN.encode() + LOG_PAGE.read_bytes())

    def start(self, key=None):
        arguments = self.arguments
        if arguments.url:
            raise Skipped("needs a server of its own: --apus")
        return Server(arguments.apus, arguments.model, key, tempfile.mkdtemp(dir=self.folder))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def request(self, path):
        headers = {"Authorization": f"Bearer {self.arguments.key}"} if self.arguments.key else {}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers)) as response:
            return response.read()

    def text(self, file):
        """A file of the open reading as the server gives it."""
        identifier = self.page.evaluate("location.hash.slice(1)")
        return self.request(f"v1/readings/{identifier}/text?file={urllib.parse.quote(file)}")

    def open(self, hash=""):
        self.page.open("about:blank")
        self.page.open(self.url + hash)
        if self.arguments.key:
            self.page.evaluate(f"sessionStorage.setItem('apus.key', {json.dumps(json.dumps(self.arguments.key))})")
            self.page.reload()
        self.page.wait_for("document.querySelector('#model').textContent", what="the name of the model")

    def add(self, *paths, method=""):
        """Adds files by the form and waits until they are read; the id of the reading."""
        self.page.evaluate("location.hash = ''")
        self.page.wait_for("!document.querySelector('#adding').hidden")
        self.page.set_files("#files", paths)
        self.choose("#adding-method", method)
        self.page.click("#adding-form [type=submit]")
        return self.wait_until_read()

    def wait_until_read(self):
        self.page.wait_for("!document.querySelector('#document').hidden", what="the document to be shown")
        self.page.wait_for("!document.querySelector('#ask').disabled", READ_SECONDS, "the text to be read")
        self.page.wait_for("document.querySelector('.block')?.textContent", what="the text to be shown")
        return self.page.evaluate("location.hash.slice(1)")

    def choose(self, selector, value):
        self.page.evaluate(f"""(() => {{
            const select = document.querySelector({json.dumps(selector)});
            select.value = {json.dumps(value)};
            select.dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()""")

    def ask(self, question=QUESTION):
        """Asks by the form and waits for the whole answer, as the server gave it."""
        before = self.page.evaluate("document.querySelectorAll('.exchange').length")
        self.page.click("#question")
        self.page.type(question)
        self.page.press("Enter")
        self.page.wait_for(f"document.querySelectorAll('.exchange').length > {before}", what="the question to be shown")
        self.page.wait_for("!document.querySelector('.answer[aria-busy=true]')", READ_SECONDS, "the answer to end")
        return self.answers()[0]["answers"][-1]

    def answers(self):
        return self.page.evaluate("JSON.parse(sessionStorage.getItem('apus.answers.' + location.hash.slice(1)))")

    def marked(self, number):
        """The text that is marked as the source of that number, brought into view first."""
        return self.page.evaluate(
            f"[...document.querySelectorAll('mark[data-source=\"{number}\"]')].map((mark) => mark.textContent).join('')")

    def picture(self, name, page=None):
        if self.arguments.screenshots:
            (page or self.page).screenshot(Path(self.arguments.screenshots) / f"{name}.png")

    def problem(self):
        return self.page.wait_for("[...document.querySelectorAll('[role=alert]')].map((alert) => alert.innerText).join(' ')",
                                  what="a failure to be shown")


class Skipped(Exception):
    pass

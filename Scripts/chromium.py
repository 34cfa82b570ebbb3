"""Drives a headless Chromium through its DevTools protocol over a pipe, with nothing but the standard library.

  with Browser.started() as browser:
      page = browser.new_page()
      page.open("http://127.0.0.1:8080/")

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ANSWER_SECONDS = 30
# Keys that are no characters: name, code of the key, and the text that it types.
KEYS = {
    "Tab": ("Tab", 9, ""), "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Space": (" ", 32, " "),
    "ArrowDown": ("ArrowDown", 40, ""), "ArrowUp": ("ArrowUp", 38, ""), "Home": ("Home", 36, ""), "End": ("End", 35, ""),
}
SHIFT = 8


def program():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class BrowserError(Exception):
    """The browser, or a script in the page, reports a failure."""


class Browser:
    def __init__(self, process, commands, answers, folder):
        self.process, self.commands, self.answers, self.folder = process, commands, answers, folder
        self.last_id, self.rest, self.listeners = 0, b"", []

    @classmethod
    def started(cls, executable=None):
        folder = tempfile.mkdtemp(prefix="page-check-")
        command_read, command_write = os.pipe()
        answer_read, answer_write = os.pipe()
        arguments = [executable or program(), "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}", "--no-first-run",
                     "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars=false", "--force-color-profile=srgb", "about:blank"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.insert(1, "--no-sandbox")  # Chromium's sandbox refuses to run as root.
        # The browser reads commands from descriptor 3 and writes answers to 4.
        shell = ["sh", "-c", f'exec "$@" 3<&{command_read} 4>&{answer_write}', "sh", *arguments]
        process = subprocess.Popen(shell, pass_fds=(command_read, answer_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        os.close(command_read)
        os.close(answer_write)
        return cls(process, command_write, answer_read, folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except (BrowserError, OSError):
            self.process.kill()
        self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, session=None, **parameters):
        """Sends a command and waits for its answer; events that come in between go to the listeners."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(ANSWER_SECONDS)
            if answer is None:
                raise BrowserError(f"{method}: no answer within {ANSWER_SECONDS} s")
            if answer.get("id") == self.last_id:
                break
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def receive(self, seconds):
        """The next message, or None if none comes in time."""
        deadline = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                return None
            piece = os.read(self.answers, 1 << 16)
            if not piece:
                raise BrowserError("the browser ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            for listener in self.listeners:
                listener(message)
        return message

    def new_page(self, width=1440, height=900):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        page.resize(width, height)
        return page


class Page:
    """One tab. `messages` has what its console said: errors, warnings, exceptions, violations of the security policy."""

    def __init__(self, browser, session, target):
        self.browser, self.session, self.target, self.messages = browser, session, target, []
        browser.listeners.append(self.listen)
        for domain in ("Page", "Runtime", "Log", "DOM", "Accessibility", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def listen(self, message):
        if message.get("sessionId") != self.session:
            return
        parameters = message["params"]
        if message["method"] == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.messages.append(parameters["entry"]["text"])
        elif message["method"] == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.messages.append(details.get("exception", {}).get("description") or details["text"])
        elif message["method"] == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.messages.append(" ".join(str(argument.get("value")) for argument in parameters["args"]))

    def close(self):
        self.browser.listeners.remove(self.listen)
        self.browser.call("Target.closeTarget", targetId=self.target)

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")

    def reload(self):
        self.call("Page.reload")
        time.sleep(0.2)
        self.wait_for("document.readyState === 'complete'")

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def set_media(self, **features):
        """For example color_scheme="dark", reduced_motion="reduce"."""
        named = [{"name": "prefers-" + name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=named)

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(f"{expression[:120]}: {details.get('exception', {}).get('description') or details['text']}")
        return answer["result"].get("value")

    def wait_for(self, expression, seconds=15, what=None):
        """Waits until an expression is true, and returns its value."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = self.evaluate(expression)
            except BrowserError as error:
                value, reason = None, str(error)  # The page may be between two documents.
            else:
                reason = f"it is {value!r}"
            if value or value == {}:  # An element comes back as an empty object.
                return value
            if time.monotonic() > deadline:
                raise BrowserError(f"waited {seconds} s in vain for {what or expression} ({reason})")
            time.sleep(0.05)

    def click(self, selector):
        """A real click in the middle of the element."""
        box = self.wait_for(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            if (!element) return null;
            element.scrollIntoView({{ block: 'nearest' }});
            const box = element.getBoundingClientRect();
            return box.width && [box.left + box.width / 2, box.top + box.height / 2];
        }})()""", what=f"{selector} to be seen")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def press(self, key, shift=False):
        name, code, text = KEYS[key]
        parameters = {"key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": SHIFT if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **parameters)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def set_files(self, selector, paths):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(Path(path).resolve()) for path in paths])

    def accessible_nodes(self):
        """The accessibility tree as (role, name, properties) of all nodes that assistive technology sees."""
        for node in self.call("Accessibility.getFullAXTree")["nodes"]:
            if not node.get("ignored"):
                properties = {entry["name"]: entry["value"].get("value") for entry in node.get("properties", [])}
                yield node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""), properties

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))

"""A server of `apus serve` for the time of a check."""

import contextlib
import json
import subprocess


class Running:
    """A server that was started: where it is, and its process."""

    def __init__(self, program, arguments, log):
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--json", *arguments], stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the server did not start: {self.process.wait()}")
        address = json.loads(line)
        if "error" in address:
            raise SystemExit(address["error"]["message"])
        self.url, self.port, self.model = address["url"], address["port"], address["model"]

    def stop(self):
        """Lets it end by itself.

        :returns: its exit status.
        """
        self.process.terminate()
        return self.process.wait(timeout=60)

    def kill(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def server(program, *arguments, log=subprocess.DEVNULL):
    running = Running(program, arguments, log)
    try:
        yield running
        status = running.stop()
        assert status == 0, f"the server ended with {status}"
    finally:
        if running.process.poll() is None:
            running.kill()

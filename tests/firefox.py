"""Firefox, spoken to in WebDriver BiDi: the browsers' own protocol, one message after the other.

https://www.w3.org/TR/webdriver-bidi/
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websocket

from tools.dev import FIREFOX_MISSING, find_firefox

PATIENCE = 60  # seconds
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# No first-run pages, no calls home.
PREFERENCES = """\
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
"""


class Firefox:
    """One tab: ``open`` a page, ``evaluate`` JavaScript in it, read its ``errors``."""

    def __init__(self, address: str) -> None:
        self.socket = websocket.create_connection(
            f"{address}/session", timeout=PATIENCE, suppress_origin=True
        )
        self.numbers = itertools.count()
        self.errors: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its result; take note of errors that pages report."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message["type"] == "event" and message["params"].get("level") == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == number:
                if message["type"] == "error":
                    pytest.fail(f"{method}: {message['message']}")
                return message["result"]

    def open(self, address: str) -> None:
        """Open a page and wait until it is loaded."""
        self.errors.clear()
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression; promises are waited for. It must be fit for JSON."""
        result = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            pytest.fail(result["exceptionDetails"]["text"])
        value = result["result"]
        return json.loads(value["value"]) if value["type"] == "string" else None


@contextmanager
def launch(profile: Path) -> Iterator[Firefox]:
    """Firefox with an empty profile; without one the tests fail and say what to do."""
    program = find_firefox()
    if program is None:
        pytest.fail(FIREFOX_MISSING, pytrace=False)
    (profile / "user.js").write_text(PREFERENCES, "utf-8")
    command = [program, "--headless", "--remote-debugging-port=0", "--profile", str(profile)]
    log = profile / "log.txt"
    with log.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            tab = Firefox(_address(log))
            yield tab
            tab.socket.close()
        finally:
            process.terminate()


def _address(log: Path) -> str:
    """Where Firefox says that it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if listening := LISTENING.search(log.read_text("utf-8")):
            return listening[1]
        time.sleep(0.1)
    pytest.fail(f"Firefox did not start within {PATIENCE} seconds: {log.read_text('utf-8')}")

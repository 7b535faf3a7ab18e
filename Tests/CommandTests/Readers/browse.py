"""Opens a page of a graph in headless Chromium, uses it by mouse and keyboard, and says in JSON what came of it.

usage: browse.py CHROMIUM PAGE WORD KIND; WORD is searched for, nodes of KIND are filtered away.
"""
import json
import os
import subprocess
import sys
import tempfile


class Browser:
    """Chromium, spoken to over its debugging pipe (https://chromedevtools.github.io/devtools-protocol/)."""

    def __init__(self, program, profile):
        there, self.output = os.pipe()
        self.input, back = os.pipe()

        def place_pipes():
            # Out of the way first: one of them may be 3 or 4 itself.
            ends = os.dup(there), os.dup(back)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--window-size=1200,900",
             f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            close_fds=False, preexec_fn=place_pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(there)
        os.close(back)
        self.rest = b""
        self.events = []
        self.count = 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def message(self):
        while b"\0" not in self.rest:
            block = os.read(self.input, 1 << 16)
            if not block:
                raise EOFError("Chromium has ended")
            self.rest += block
        text, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(text)
        if message.get("method") == "Page.javascriptDialogOpening":
            # The page stands still until it is answered; no call has this number.
            closing = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            os.write(self.output, json.dumps({**closing, "sessionId": self.session}).encode() + b"\0")
        return message

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def frame(self):
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)
        self.frame()

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def key(self, key, text=None, modifiers=0):
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        about = {"key": key, "windowsVirtualKeyCode": code.get(key, 0), "modifiers": modifiers}
        if key == "Enter":
            text = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)
        self.frame()

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
            self.process.wait(timeout=10)
        except (EOFError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def middle(browser, selector):
    return browser.value(f"""(() => {{
      const room = document.querySelector({json.dumps(selector)}).getBoundingClientRect();
      return [room.x + room.width / 2, room.y + room.height / 2] }})()""")


VIEW = "document.querySelector('#drawing svg').getAttribute('viewBox')"
WIDTH = "document.querySelector('#drawing svg').viewBox.baseVal.width"
TOOLTIP = "document.getElementById('tooltip').hidden ? null : document.getElementById('tooltip').textContent"
ACTIVE = "document.activeElement.closest('.node')?.getAttribute('aria-label') ?? null"
DETAILS = "document.getElementById('details').innerText"


def use(browser, page, word, kind):
    said = {}
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(f"{domain}.enable")
    browser.call("Page.navigate", url="file://" + os.path.abspath(page))
    browser.wait_for("Page.loadEventFired")
    said["nodes"] = browser.value("graph.nodes.map(node => [node.id, node.label])")
    said["drawn"] = browser.value("document.querySelectorAll('#drawing .node[data-name]').length")
    said["labels"] = browser.value("drawn.map(node => [node.id, node.shape.getAttribute('aria-label')])")
    said["edges"] = browser.value("document.querySelectorAll('#drawing .edge[data-name]').length")
    said["elements"] = browser.value("[...new Set([...document.querySelectorAll('*')].map(one => one.localName))].sort()")
    said["handlers"] = browser.value("""[...document.querySelectorAll('*')].flatMap(one => [...one.attributes])
      .filter(one => one.name.startsWith('on') || /^\\s*javascript:/i.test(one.value) && /href|src/.test(one.name)).length""")
    said["unnamed"] = browser.value("""[...document.querySelectorAll('input, button')]
      .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.[0]?.textContent.trim())).length""")

    # The mouse: hover, wheel, drag, click.
    x, y = middle(browser, ".node[data-name]")
    browser.mouse("mouseMoved", x, y)
    said["hover"] = browser.value(TOOLTIP)
    before = browser.value(WIDTH)
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
    said["wheel"] = browser.value(WIDTH) < before
    before = browser.value(VIEW)
    browser.mouse("mouseMoved", 400, 600)
    browser.mouse("mousePressed", 400, 600, button="left", clickCount=1)
    browser.mouse("mouseMoved", 460, 640, button="left", buttons=1)
    browser.mouse("mouseReleased", 460, 640, button="left", clickCount=1)
    said["drag"] = browser.value(VIEW) != before
    browser.click(*middle(browser, "#whole"))
    said["whole"] = browser.value("JSON.stringify(view) === JSON.stringify(whole)")
    browser.click(*middle(browser, "#closer"))
    said["closer"] = browser.value(WIDTH + " < whole.width")
    browser.click(*middle(browser, "#whole"))
    browser.click(*middle(browser, ".node[data-name]"))
    said["click"] = browser.value(DETAILS)
    browser.key("Escape")

    # The keyboard alone: search, the way to the nodes, along them, and out.
    browser.value("document.activeElement.blur()")
    browser.key("Tab")
    said["firstStop"] = browser.value("document.activeElement.id")
    browser.call("Input.insertText", text=word)
    browser.frame()
    said["found"] = browser.value("[...document.querySelectorAll('.node.found')].map(one => one.getAttribute('aria-label'))")
    said["status"] = browser.value("document.getElementById('found').textContent")
    browser.key("Enter")
    said["searched"] = browser.value("document.querySelector('.node.chosen')?.getAttribute('aria-label') ?? null")
    browser.key("Escape")
    said["foundAfterEscape"] = browser.value("document.querySelectorAll('.node.found').length")
    stops = 0
    while browser.value(ACTIVE) is None and stops < 100:
        browser.key("Tab")
        stops += 1
    said["nodeByTab"] = browser.value(ACTIVE)
    said["focusHint"] = browser.value(TOOLTIP)
    said["nodeByArrow"] = None
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        browser.key(key)
        if browser.value(ACTIVE) != said["nodeByTab"]:
            said["nodeByArrow"] = browser.value(ACTIVE)
            break
    browser.key("Enter")
    said["pressed"] = browser.value("document.activeElement.getAttribute('aria-pressed')")
    said["details"] = browser.value(DETAILS)
    before = browser.value(WIDTH)
    browser.key("+", "+")
    said["zoomByKey"] = browser.value(WIDTH) < before
    browser.key("0", "0")
    before = browser.value(VIEW)
    browser.key("ArrowRight", modifiers=8)
    said["moveByKey"] = browser.value(VIEW) != before
    browser.key("Escape")

    # The filter.
    box = f"#kinds input[value={json.dumps(kind)}]"
    browser.click(*middle(browser, box))
    shown = "[...document.querySelectorAll('.node[data-name]')].filter(one => getComputedStyle(one).display !== 'none').length"
    said["afterFilter"] = browser.value(shown)
    said["edgesAfterFilter"] = browser.value(shown.replace(".node", ".edge"))
    browser.value(f"document.querySelector({json.dumps(box)}).focus()")
    browser.key(" ", " ")
    said["afterUnfilter"] = browser.value(shown)

    said["requests"] = [event["params"]["request"]["url"] for event in browser.events
                        if event.get("method") == "Network.requestWillBeSent"
                        and not event["params"]["request"]["url"].startswith("file://")]
    said["dialogs"] = sum(event.get("method") == "Page.javascriptDialogOpening" for event in browser.events)
    said["complaints"] = [event["params"] for event in browser.events
                          if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
    return said


def main():
    program, page, word, kind = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            print(json.dumps(use(browser, page, word, kind)))
        finally:
            browser.close()


main()

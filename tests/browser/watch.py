"""What must not happen on any page, whoever looks at it: noted while a journey runs, asserted at its end."""

OVERFLOW = """() => {
  const tooWide = document.documentElement.scrollWidth - innerWidth;
  if (tooWide <= 0) return "";
  const all = [...document.body.querySelectorAll("*")];
  const parts = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 0.4).slice(0, 8);
  const names = parts.map((e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " ." + e.className);
  return `${location.pathname} is ${tooWide}px wider than the window of ${innerWidth}px: ${names.join(", ")}`;
}"""
# On every page that is loaded, not only on the last one; without JavaScript, `Watch.look()` does it.
ON_EVERY_LOAD = f"""addEventListener("load", () => {{
  const fault = ({OVERFLOW})();
  if (fault) console.error(fault);
}});"""
# Chromium says of every answer of 400 and more that a resource failed; which ones may is judged by their request.
FAILED = "Failed to load resource: the server responded with a status of"
# And of the script above, in the frame of the live preview, where none may run.
SANDBOXED = "Blocked script execution in 'about:"


class Watch:
    """Notes the faults of all pages of a browser context, windows that they open included.

    A fault is an error on the console (a violation of the Content-Security-Policy is one), an uncaught exception,
    a dialog, a request to another host, a part of a page that is missing, a page wider than its window.
    """

    def __init__(self, context, site):
        self.context, self.sites, self.faults = context, [site], []
        context.add_init_script(ON_EVERY_LOAD)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"exception: {error.error}"))
        context.on("dialog", self._on_dialog)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def lead_to(self, *sites):
        """Other sites that a button of ours leads people to: these may be asked."""
        self.sites += sites

    def look(self):
        """Measures the pages as they stand now; asserts that nothing has gone wrong so far."""
        for page in self.context.pages:
            page.wait_for_load_state()
            if fault := page.evaluate(OVERFLOW):
                self.faults.append(fault)
        assert not self.faults, "\n".join(dict.fromkeys(self.faults))

    def _on_console(self, message):
        if message.type == "error" and not message.text.startswith((FAILED, SANDBOXED)):
            self.faults.append(f"console of {message.page and message.page.url}: {message.text}")

    def _on_dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request):
        if not request.url.startswith(tuple(f"{site}/" for site in self.sites)):
            self.faults.append(f"a request to another host: {request.url}")

    def _on_response(self, response):
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status} for {response.url}")
        if response.status >= 500:
            self.faults.append(f"{response.status} for {response.url}")


def assert_nothing_is_kept(context):
    """What a plain reader leaves behind: no cookie, nothing in the browser's storage."""
    kept = context.storage_state()

    assert kept["cookies"] == []
    assert kept["origins"] == []

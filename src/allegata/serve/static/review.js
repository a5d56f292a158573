"use strict";
// Gives the buttons of the review queue their keys. Nothing is done while somebody types, with a modifier, or with the keys switched off.
(() => {
  const KEPT = "allegata-review-keys";
  let on = true;
  try { on = localStorage.getItem(KEPT) !== "off"; } catch { /* Where nothing may be kept the keys are on. */ }
  const button = document.getElementById("keys");
  const show = () => {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Keys are on" : "Keys are off";
  };
  if (button) {
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      on = !on;
      try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* It holds for this page. */ }
      show();
    });
  }
  const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
  const pressing = (target) => target instanceof Element && target.closest("a, button, summary") !== null;
  let sent = false;
  addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("keydown", (made) => {
    if (!on || sent || made.defaultPrevented || made.isComposing || made.repeat || made.ctrlKey || made.altKey || made.metaKey) return;
    if (made.shiftKey && made.key !== "?") return;
    if (typing(made.target) || (made.key === " " && pressing(made.target))) return;
    const found = document.querySelector(`[data-key="${CSS.escape(made.key)}"]`);
    if (!found) return;
    made.preventDefault();
    if (found instanceof HTMLDetailsElement) {
      found.open = !found.open;
      const first = found.open ? found.querySelector("select, input:not([type=hidden]), button:not([hidden])") : null;
      (first || found.querySelector("summary")).focus();
      return;
    }
    // A second press before the next page is there must not decide about it.
    sent = true;
    found.click();
  });
})();

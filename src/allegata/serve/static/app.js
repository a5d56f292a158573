"use strict";
// Lights the words of a field while it is pointed at or has the focus, and the field while its words are. Without this the links still lead there.
(() => {
  const light = (names, on) => {
    for (const name of names) {
      for (const each of document.querySelectorAll(`[data-of~="${CSS.escape(name)}"], [data-light="${CSS.escape(name)}"]`)) each.classList.toggle("lit", on);
    }
  };
  const names = (target) => {
    const found = target instanceof Element ? target.closest("[data-light], [data-of]") : null;
    return found ? (found.dataset.light || found.dataset.of).split(" ") : [];
  };
  for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(event, (made) => light(names(made.target), on));
  }
})();
// A button that copies stands only where there is a script that does it.
(() => {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    const field = document.getElementById(button.dataset.copies);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    });
  }
})();

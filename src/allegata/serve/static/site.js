"use strict";
// Searches the claims of a published site. All of it is words that are set as text, never as markup.
(() => {
  const input = document.getElementById("words"), found = document.getElementById("found"), results = document.getElementById("results");
  const MOST = 200;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = self.ALLEGATA.map((row) => ({ row, text: fold(row.slice(1).join(" ")) }));
  const show = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const fitting = words.length ? rows.filter((each) => words.every((word) => each.text.includes(word))) : [];
    results.replaceChildren(...fitting.slice(0, MOST).map(({ row: [id, what, day, outlet, speaker, place] }) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `claims/${id}.html`;
      link.textContent = what;
      item.append(link, ` ${[speaker, place, outlet, day].filter(Boolean).join(", ")}`);
      return item;
    }));
    found.textContent = words.length ? `${fitting.length} ${fitting.length === 1 ? "claim" : "claims"}${fitting.length > MOST ? `, the first ${MOST} shown` : ""}` : "";
  };
  input.addEventListener("input", show);
  show();
})();

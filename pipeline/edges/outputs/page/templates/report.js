"use strict";
(() => {
  const rows = [...document.querySelectorAll("#statements tbody tr")];
  // ECharts writes on every mark which entry of its series it is; the table lists the entries in that order.
  const marks = new Map([...document.querySelectorAll('.canvas [ecmeta_series_index="0"]')].map((mark) => {
    mark.classList.add("mark");
    mark.dataset.id = rows[Number(mark.getAttribute("ecmeta_data_index"))].dataset.id;
    return [mark.dataset.id, mark];
  }));
  const search = document.getElementById("search");
  const candidate = document.getElementById("candidate");
  const shown = document.getElementById("shown");
  const found = document.getElementById("found");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const words = new Map(rows.map((row) => [row, fold(row.textContent)]));
  const byId = new Map(rows.map((row) => [row.dataset.id, row]));

  const filter = () => {
    const wanted = fold(search.value).split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const fits = (!candidate.value || row.dataset.candidate === candidate.value)
        && wanted.every((word) => words.get(row).includes(word));
      row.hidden = !fits;
      n += fits;
      const mark = marks.get(row.dataset.id);
      if (mark) mark.classList.toggle("off", !fits);
    }
    found.textContent = `${n}件`;
  };

  const show = (id) => {
    const row = byId.get(id);
    if (!row) return;
    for (const mark of marks.values()) mark.classList.toggle("on", mark.dataset.id === id);
    const [number, who, label, end, text] = [...row.cells].map((cell) => cell.textContent.trim());
    const head = document.createElement("strong");
    head.textContent = `${number}　${who}　${label}・${end}`;
    const body = document.createElement("p");
    body.textContent = text;
    shown.replaceChildren(head, body);
  };

  search.addEventListener("input", filter);
  candidate.addEventListener("change", filter);
  for (const mark of marks.values()) {
    mark.addEventListener("mouseenter", () => show(mark.dataset.id));
    mark.addEventListener("click", () => show(mark.dataset.id));
  }
  for (const row of rows) row.addEventListener("focusin", () => show(row.dataset.id));
  document.getElementById("statements").addEventListener("mouseover", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (row) show(row.dataset.id);
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details.group").forEach((d) => { d.open = true; }));
  filter();
})();
